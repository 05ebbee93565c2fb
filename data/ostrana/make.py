"""Make bsgostm8.sav and bcgostm8.sav: an invented country that took part in an assessment.

Files laid out as those of TIMSS: five plausible values, a two-stage sample of schools and
classes with its weights and their adjustments, jackknife zones, user-missing codes, labels.
population.json keeps the truth that the sample was drawn from (see README.md).

    python data/ostrana/make.py [FOLDER]     default: the folder of this script
"""

import json
import math
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd
import pyreadstat

SEED = 2023
SCHOOLS = 900
SAMPLED = 104  # schools drawn; those that refuse are not replaced
ZONES_OF = 2  # schools a zone
REGIONS = ("North", "South", "Islands")

MEAN = 500.0
SIZE_EFFECT = 18.0  # points for a school e times as large
SD_BETWEEN = 42.0  # of schools of one size
SD_WITHIN = 72.0
SD_ERROR = 34.0  # of the test: its reliability within schools is .82
VALUES = 5

TYPICAL_SIZE, SIZE_SD = 80.0, 0.55  # students of grade 8, lognormal
CLASS_SIZE = 25
REFUSES, ABSENT, NO_SCORE, OMITTED = 0.04, 0.05, 0.005, 0.03

COUNTRY = 9900
NO_SCORE_CODE, OMITTED_CODE = 999999.0, 9.0


class Draws:
    """Random numbers that are the same under every version of NumPy."""

    def __init__(self, seed: int) -> None:
        self._stream = np.random.PCG64(seed)
        self._normal = NormalDist()

    def uniform(self) -> float:
        """Uniform on the open interval (0, 1), 53 bits."""
        return ((int(self._stream.random_raw()) >> 11) + 0.5) / 2**53

    def normal(self) -> float:
        """Standard normal."""
        return self._normal.inv_cdf(self.uniform())


@dataclass(frozen=True)
class School:
    """A school of the country with the abilities of all its students."""

    region: int
    effect: float
    abilities: tuple[float, ...]

    @property
    def size(self) -> int:
        """Students of grade 8."""
        return len(self.abilities)


@dataclass(frozen=True)
class SampledSchool:
    """A school that took part, with its weight and its place in the jackknife."""

    number: int
    school: School
    factor: float
    adjustment: float
    zone: int
    half: int


@dataclass(frozen=True)
class Tested:
    """A student of the sample: true ability, what the test said of it, sampling factors."""

    ability: float
    observed: float
    class_factor: float
    student_adjustment: float


def country(draws: Draws) -> list[School]:
    """All schools."""
    schools = []
    for _ in range(SCHOOLS):
        region = int(draws.uniform() * len(REGIONS))
        log_size = SIZE_SD * draws.normal()
        size = max(8, round(TYPICAL_SIZE * math.exp(log_size)))
        effect = MEAN + SIZE_EFFECT * log_size + SD_BETWEEN * draws.normal()
        abilities = tuple(effect + SD_WITHIN * draws.normal() for _ in range(size))
        schools.append(School(region, effect, abilities))
    return schools


def truth(schools: list[School]) -> dict[str, float]:
    """What an analysis of the sample should find, by its estimand."""
    effects = np.array([school.effect for school in schools])
    abilities = [ability for school in schools for ability in school.abilities]
    return {
        "schools": len(schools),
        "students": len(abilities),
        "mean_of_students": float(np.mean(abilities)),
        "mean_of_schools": float(np.mean(effects)),
        "variance_between_schools": float(np.var(effects)),
        "variance_within_schools": SD_WITHIN**2,
    }


def sampled(draws: Draws, schools: list[School]) -> list[SampledSchool]:
    """Systematic sample with probability proportional to size, from a list sorted by region."""
    order = sorted(range(len(schools)), key=lambda i: (schools[i].region, schools[i].size, i))
    total = sum(school.size for school in schools)
    interval = total / SAMPLED
    point, reached, drawn = draws.uniform() * interval, 0.0, []
    for i in order:
        reached += schools[i].size
        while point < reached:
            drawn.append(schools[i])
            point += interval
    willing = [school for school in drawn if draws.uniform() >= REFUSES]
    found = []
    for place, school in enumerate(willing):
        in_region = [one.region == school.region for one in drawn]
        taking_part = sum(one.region == school.region for one in willing)
        found.append(
            SampledSchool(
                number=1 + place,
                school=school,
                factor=total / (SAMPLED * school.size),
                adjustment=sum(in_region) / taking_part,
                zone=1 + place // ZONES_OF,
                half=place % ZONES_OF,
            )
        )
    return found


def tested(draws: Draws, school: School) -> list[Tested]:
    """One class of the school, without those who were absent."""
    n_classes = max(1, round(school.size / CLASS_SIZE))
    chosen = int(draws.uniform() * n_classes)
    listed = school.abilities[chosen::n_classes]
    present = [ability for ability in listed if draws.uniform() >= ABSENT]
    return [
        Tested(ability, ability + SD_ERROR * draws.normal(), n_classes, len(listed) / len(present))
        for ability in present
    ]


def plausible_values(draws: Draws, students: list[Tested], expected: float) -> np.ndarray:
    """Draws from what each student's ability may be, shape (n, VALUES).

    The conditioning model knows the school and its size: first a school mean given all test
    results of the school, then abilities given it and the student's own result.
    """
    observed = np.array([student.observed for student in students])
    tau2, error2 = SD_BETWEEN**2, (SD_WITHIN**2 + SD_ERROR**2) / len(students)
    weight = tau2 / (tau2 + error2)
    centre, sd = expected + weight * (observed.mean() - expected), math.sqrt(tau2 * (1 - weight))
    own = SD_WITHIN**2 / (SD_WITHIN**2 + SD_ERROR**2)
    sd_own = SD_WITHIN * math.sqrt(1 - own)
    values = np.empty((len(students), VALUES))
    for m in range(VALUES):
        mean = centre + sd * draws.normal()
        for i, result in enumerate(observed):
            values[i, m] = mean + own * (result - mean) + sd_own * draws.normal()
    return np.round(values, 5)


def student_rows(draws: Draws, one: SampledSchool) -> list[dict[str, float]]:
    """The students of one school as the file has them."""
    students = tested(draws, one.school)
    expected = MEAN + SIZE_EFFECT * math.log(one.school.size / TYPICAL_SIZE)
    values = plausible_values(draws, students, expected)
    rows = []
    for i, student in enumerate(students):
        without = draws.uniform() < NO_SCORE
        books = OMITTED_CODE if draws.uniform() < OMITTED else 1.0 + int(draws.uniform() * 5)
        row = {
            "IDCNTRY": COUNTRY,
            "IDSCHOOL": 1000 + one.number,
            "IDCLASS": 100 * (1000 + one.number) + 1,
            "IDSTUD": 10_000 * (1000 + one.number) + 101 + i,
            "ITSEX": 1.0 + int(draws.uniform() * 2),
            "BSBG04": books,
            "WGTFAC1": round(one.factor, 6),
            "WGTADJ1": round(one.adjustment, 6),
            "WGTFAC2": float(student.class_factor),
            "WGTADJ2": 1.0,
            "WGTFAC3": 1.0,
            "WGTADJ3": round(student.student_adjustment, 6),
            "JKZONE": float(one.zone),
            "JKREP": float(one.half),
        }
        for m in range(VALUES):
            row[f"BSMMAT0{m + 1}"] = NO_SCORE_CODE if without else values[i, m]
        rows.append(row)
    return rows


LABELS = {
    "IDCNTRY": "COUNTRY ID",
    "IDSCHOOL": "SCHOOL ID",
    "IDCLASS": "CLASS ID",
    "IDSTUD": "STUDENT ID",
    "ITSEX": "SEX OF STUDENTS",
    "BSBG04": "AMOUNT OF BOOKS IN YOUR HOME",
    "TOTWGT": "TOTAL STUDENT WEIGHT",
    "HOUWGT": "HOUSE WEIGHT",
    "SENWGT": "SENATE WEIGHT",
    "WGTFAC1": "SCHOOL WEIGHT FACTOR",
    "WGTADJ1": "SCHOOL WEIGHT ADJUSTMENT",
    "WGTFAC2": "CLASS WEIGHT FACTOR",
    "WGTADJ2": "CLASS WEIGHT ADJUSTMENT",
    "WGTFAC3": "STUDENT WEIGHT FACTOR",
    "WGTADJ3": "STUDENT WEIGHT ADJUSTMENT",
    "JKZONE": "JACKKNIFE ZONE",
    "JKREP": "JACKKNIFE REPLICATE CODE",
    "SCHWGT": "SCHOOL WEIGHT",
    "BCBGREG": "REGION",
    **{f"BSMMAT0{m}": f"{m}{['ST', 'ND', 'RD', 'TH', 'TH'][m - 1]} PLAUSIBLE VALUE MATHEMATICS"
       for m in range(1, VALUES + 1)},
}  # fmt: skip
VALUE_LABELS = {
    "IDCNTRY": {COUNTRY: "Ostrana"},
    "ITSEX": {1.0: "Girl", 2.0: "Boy", 9.0: "Omitted or invalid"},
    "BSBG04": {
        1.0: "None or very few (0-10 books)",
        2.0: "Enough to fill one shelf (11-25 books)",
        3.0: "Enough to fill one bookcase (26-100 books)",
        4.0: "Enough to fill two bookcases (101-200 books)",
        5.0: "Enough to fill three or more bookcases (more than 200)",
        9.0: "Omitted or invalid",
    },
    "BCBGREG": {float(i): name for i, name in enumerate(REGIONS, start=1)},
    **{f"BSMMAT0{m}": {NO_SCORE_CODE: "Omitted or invalid"} for m in range(1, VALUES + 1)},
}
MISSING = {
    "ITSEX": [9.0],
    "BSBG04": [9.0],
    "JKZONE": [99.0],
    "JKREP": [9.0],
    **{f"BSMMAT0{m}": [NO_SCORE_CODE] for m in range(1, VALUES + 1)},
}


def student_file(draws: Draws, schools: list[SampledSchool]) -> pd.DataFrame:
    """bsgostm8: a row a student."""
    frame = pd.DataFrame([row for one in schools for row in student_rows(draws, one)])
    factors = [f"WGT{kind}{stage}" for stage in (1, 2, 3) for kind in ("FAC", "ADJ")]
    total = frame[factors].prod(axis=1).round(6)
    frame.insert(6, "TOTWGT", total)
    frame.insert(7, "HOUWGT", (total * len(frame) / total.sum()).round(6))
    frame.insert(8, "SENWGT", (total * 500 / total.sum()).round(6))
    return frame.astype(float)


def school_file(schools: list[SampledSchool]) -> pd.DataFrame:
    """bcgostm8: a row a school."""
    rows = [
        {
            "IDCNTRY": COUNTRY,
            "IDSCHOOL": 1000 + one.number,
            "SCHWGT": round(round(one.factor, 6) * round(one.adjustment, 6), 6),
            "BCBGREG": 1.0 + one.school.region,
        }
        for one in schools
    ]
    return pd.DataFrame(rows).astype(float)


def write(frame: pd.DataFrame, path: Path, title: str) -> Path:
    """As SPSS file with labels and user-missing codes, its date and time set to fixed ones."""
    named = set(frame.columns)
    pyreadstat.write_sav(
        frame,
        path,
        file_label=title,
        row_compress=True,
        column_labels={name: LABELS[name] for name in frame.columns},
        variable_value_labels={n: v for n, v in VALUE_LABELS.items() if n in named},
        missing_ranges={n: v for n, v in MISSING.items() if n in named},
    )
    content = bytearray(path.read_bytes())
    # Of the file's header; see GNU PSPP's System File Format.
    content[92:109] = b"24 Nov 2300:00:00"
    path.write_bytes(content)
    return path


def main(folder: Path) -> None:
    """Write both files and population.json into `folder`."""
    draws = Draws(SEED)
    schools = country(draws)
    chosen = sampled(draws, schools)
    write(student_file(draws, chosen), folder / "bsgostm8.sav", "Ostrana, grade 8: students")
    write(school_file(chosen), folder / "bcgostm8.sav", "Ostrana, grade 8: schools")
    text = json.dumps({"note": "Simulated", **truth(schools)}, indent=1)
    (folder / "population.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
