"""Three releases of a small state's data, and an attacker who has all that was published.

The attacker knows how the program works, the sizes of schools that are shown, and all students but
one. The oracle is the data themselves.
"""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.helpers.building import dataset_of
from tests.unit.publication.test_published import published_in

from multilevel.records.students import Students
from multilevel.storage.arrays import from_parquet
from multilevel.storage.hidden_folders import RELEASED

# Six are withheld, two of one student and one of three among them.
SIZES = (1, 1, 3, 6, 8, 9, 10, 11, 12, 13, 15, 18, 20, 22, 25, 28, 31, 36, 44, 52, 60)
SD = 80.0
# An attacker must not have a score or a mean to within so much.
MARGIN = SD / 4
# What may differ though every number is the one last published.
SAID = ("provenance", "labels")


class State:
    """Students as (school, score), and the folder into which they are published."""

    def __init__(self, folder: Path, seed: int = 1) -> None:
        random = np.random.default_rng(seed)
        self.folder, self.name = folder, "test"
        self.settings: dict[str, Any] = {"publication": {"disclosure": "safe"}}
        self.students = [
            (f"School {chr(65 + j)}", round(float(500 + effect + SD * random.normal()), 1))
            for j, n in enumerate(SIZES)
            for effect in [40 * random.normal()]
            for _ in range(n)
        ]

    def of(self, school: str) -> list[float]:
        """The scores of a school."""
        return [score for name, score in self.students if name == school]

    def publish(self) -> "Published":
        """A release, which is remembered."""
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / "scores.csv"
        rows = [f"{school},{score}" for school, score in self.students]
        file.write_text("\n".join(["school,score", *rows]) + "\n", encoding="utf-8")
        stages = self.folder / "results" / "stages" / self.name
        shutil.rmtree(stages, ignore_errors=True)
        dataset = dataset_of(file, bootstrap=0, **self.settings)
        made = published_in(replace(dataset, id=self.name), stages)
        results = json.loads((stages / "results.json").read_bytes())
        remembered = self.folder / "results" / RELEASED / f"{self.name}.json"
        remembered.parent.mkdir(exist_ok=True)
        shutil.copy(stages / "ledger", remembered)
        return Published(results, {row["group"]: row for row in made.rows}, made.folder)


class Published:
    """results.json and groups.csv as the public has them."""

    def __init__(self, results: dict[str, Any], rows: dict[str, dict], folder: Path) -> None:
        self.results, self.rows = results, rows
        self.numbers = {name: one for name, one in results.items() if name not in SAID}
        self.publication = self.numbers.pop("publication") or {}
        self.figures = (folder / "shown").read_bytes()


def joined(state: State, school: str, score: float) -> None:
    state.students.append((school, score))


def moved(state: State, school: str, other: str) -> None:
    place = next(i for i, (name, _) in enumerate(state.students) if name == school)
    state.students[place] = (other, state.students[place][1])


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[State, Published]:
    state = State(tmp_path_factory.mktemp("first"))
    return state, state.publish()


def again(first: tuple[State, Published], folder: Path) -> State:
    """The same state, published once, in a folder of its own."""
    state = State(folder / "again")
    shutil.copytree(first[0].folder, state.folder)
    return state


def test_no_size_below_the_threshold_follows_from_degrees_of_freedom(
    first: tuple[State, Published],
) -> None:
    """N less the residuals of schools with two students or more is the number of singletons."""
    found = first[1].results
    checks, tests = found["checks"], found["tests"]
    assert (
        checks["level1_normality"]["n"] % 5 == checks["level1_normality"]["n_outliers_of"] % 5 == 0
    )
    of_spread = [
        checks[name] for name in ("levene", "brown_forsythe", "bartlett", "spread_by_size")
    ]
    for test in (*of_spread, tests["level1_homogeneity"]):
        assert {test.get(name) for name in ("statistic", "df", "df1", "df2", "t", "se")} == {None}
        assert 0 <= test["p"] <= 1


def test_no_size_follows_from_error_variances(first: tuple[State, Published]) -> None:
    """sigma2 over the error variance is the number of students, and N less all of them the rest."""
    state, published = first
    sigma2 = published.results["model"]["sigma2"]
    rows = [row for row in published.rows.values() if row["sd"]]
    assert len(rows) == 15
    sizes = [sigma2 / float(row["error_variance"]) for row in rows]
    assert sizes == pytest.approx([float(row["n"]) for row in rows], rel=0.006)
    exact = [len(state.of(row["group"])) for row in rows]
    assert sum(round(size) == n for size, n in zip(sizes, exact, strict=True)) < 8


def test_a_student_who_changes_schools_changes_no_number(
    first: tuple[State, Published], tmp_path: Path
) -> None:
    """All scores together are the same, but sums within schools would give this one's."""
    state = again(first, tmp_path)
    moved(state, "School N", "School Q")
    later = state.publish()
    assert later.publication["as_before"]
    assert later.numbers == first[1].numbers
    assert later.rows == first[1].rows
    assert later.figures == first[1].figures


def test_what_quotes_cells_stays_withheld_where_numbers_stay(
    first: tuple[State, Published], tmp_path: Path
) -> None:
    """A suspected code for missing comes with the lowest and the highest score of all others."""
    state = again(first, tmp_path)
    for _ in range(4):
        joined(state, "School U", -99.0)
    later = state.publish()
    assert later.publication["as_before"]
    quoting = {name: later.results["provenance"][name] for name in ("suspects", "unlike", "notes")}
    assert quoting == {"suspects": [], "unlike": [], "notes": []}


@pytest.mark.parametrize("world", ["added", "removed", "replaced"])
def test_what_other_schools_do_hides_nobody(
    first: tuple[State, Published], tmp_path: Path, world: str
) -> None:
    """A school that came or left is known by its own row: what else changed is the one student."""
    state = again(first, tmp_path)
    random = np.random.default_rng(7)
    if world == "added":
        state.students += [("School new", round(500 + SD * random.normal(), 1)) for _ in range(14)]
    if world == "removed":
        state.students = [one for one in state.students if one[0] != "School M"]
    if world == "replaced":
        state.students = [
            (name, round(score + SD * random.normal(), 1) if name == "School M" else score)
            for name, score in state.students
        ]
    joined(state, "School A", 801.5)
    later = state.publish()
    assert later.numbers == first[1].numbers and later.rows == first[1].rows
    # Without the one student they are published.
    state.students.pop()
    assert state.publish().numbers != first[1].numbers


def test_data_that_come_back_but_for_one_student_tell_nobody_s_score(
    first: tuple[State, Published], tmp_path: Path
) -> None:
    """Released with ten too many, then mended: the third release is held against the first, too."""
    state = again(first, tmp_path)
    scores = state.of("School G")
    for score in np.linspace(350, 650, 12):
        joined(state, "School G", float(score))
    second = state.publish()
    assert second.rows["School G"]["n"] == "20"
    del state.students[-12:]
    state.students.remove(("School G", scores[0]))
    third = state.publish()
    n = len(scores)
    # Taken from the sum before, what is published now would give who left.
    worked_out = n * float(first[1].rows["School G"]["mean"]) - (n - 1) * float(
        third.rows["School G"]["mean"]
    )
    assert abs(worked_out - scores[0]) > MARGIN
    assert third.numbers == first[1].numbers


def test_new_names_hide_no_old_schools(first: tuple[State, Published], tmp_path: Path) -> None:
    """Under a new name a school of which one student is new would get a new row."""
    state = again(first, tmp_path)
    joined(state, "School G", 990.0)
    # Enough students in other schools, for new numbers.
    for j, score in enumerate(np.linspace(300, 700, 12)):
        joined(state, f"School {chr(ord('H') + j)}", float(score))
    state.students = [
        ("Northern Grammar" if name == "School G" else name, score)
        for name, score in state.students
    ]
    later = state.publish()
    assert not later.publication["as_before"]
    row, before = later.rows["Northern Grammar"], first[1].rows["School G"]
    assert row == {**before, "group": "Northern Grammar", "note": "not updated: too few changes"}


@pytest.mark.parametrize(
    "change",
    [{"title": "Revised"}, {"confidence": 0.9}, {"was": "test"}, {"benchmarks": {"A": 500}}],
)
def test_no_new_title_id_or_setting_brings_a_student_s_score_to_light(
    first: tuple[State, Published], tmp_path: Path, change: dict[str, Any]
) -> None:
    state = again(first, tmp_path)
    state.settings |= change
    if "was" in change:
        state.name = "renamed"
    joined(state, "School U", 801.5)
    later = state.publish()
    assert {**later.numbers, "id": "test"} == first[1].numbers
    waits = not {"title", "was"} & change.keys()
    assert later.publication["settings_wait"] == waits
    assert (later.results["provenance"]["config"]["confidence"]) == 0.95


@pytest.mark.parametrize("night", ["refused", "off"])
def test_a_night_between_makes_nothing_forgotten(
    first: tuple[State, Published], tmp_path: Path, night: str
) -> None:
    """Data that can't be read one night, or a report for internal use, are no new beginning."""
    state = again(first, tmp_path)
    students = state.students
    if night == "refused":
        state.students = [(name, 500.0) for name, _ in students]
    else:
        state.settings = {}
    state.publish()
    state.students, state.settings = students, {"publication": {"disclosure": "safe"}}
    joined(state, "School U", 801.5)
    later = state.publish()
    assert later.publication["as_before"]
    assert later.numbers == first[1].numbers


def test_a_small_school_with_other_students_has_another_place(
    first: tuple[State, Published], tmp_path: Path
) -> None:
    """Else it would count with the mean of its students of years ago."""
    state = again(first, tmp_path)
    means = []
    for score in (300.0, 700.0):
        other = again(first, tmp_path / str(score))
        others = [one for one in state.students if one[0] not in ("School D", "School E")]
        other.students = others + [
            (name, score + 10 * i) for name in ("School D", "School E") for i in range(6)
        ]
        means.append(other.publish().numbers["naive"]["mean_of_group_means"])
    assert means[1] - means[0] == pytest.approx(2 * 400 / len(SIZES), abs=2 * SD / len(SIZES))


@pytest.mark.parametrize(
    ("code", "students"),
    [
        ("one_group", [("School A", 431.7), ("School A", 512.3), ("School A", 498.9)]),
        ("no_replication", [("School A", 431.7), ("School B", 512.3), ("School C", 498.9)]),
    ],
)
def test_a_refusal_has_no_number_of_the_data(
    tmp_path: Path, code: str, students: list[tuple[str, float]]
) -> None:
    """Of three students the lowest, the highest and the mean are all there is to know."""
    state = State(tmp_path)
    state.students = students
    published = state.publish()
    assert published.results["reason"]["code"] == code
    assert {published.results[name] for name in ("data", "naive", "distribution")} == {None}
    for number in ("431.7", "512.3", "498.9", "480.9"):
        assert number not in json.dumps(published.results)


def test_a_refusal_quotes_no_row_of_a_file_without_names(tmp_path: Path) -> None:
    """What stands in the place of the names is the first student."""
    state = State(tmp_path)
    file = tmp_path / "scores.csv"
    rows = [f"{school},{score}" for school, score in state.students]
    file.write_text("\n".join(rows), encoding="utf-8")
    state.settings["outcome"] = "points"
    dataset = dataset_of(file, bootstrap=0, **state.settings)
    found = json.loads(
        (published_in(dataset, state.folder / "b" / "c").folder / "results.json").read_bytes()
    )
    assert found["reason"]["code"] == "missing_column"
    assert found["reason"]["message"] == 'The file "scores.csv" has no column "points".'
    assert str(state.students[0][1]) not in json.dumps(found)


def test_a_school_whose_students_all_scored_the_same_is_not_shown(tmp_path: Path) -> None:
    """Its mean, beside a standard deviation of 0, is the score of each of them."""
    state = State(tmp_path)
    state.students = [
        (name, 612.0 if name == "School P" else score) for name, score in state.students
    ]
    published = state.publish()
    assert "School P" not in published.rows
    assert published.publication["n_alike"] == 1
    assert all(float(row["sd"]) > MARGIN for row in published.rows.values() if row["sd"])
    assert "612" not in json.dumps(published.results)


def test_shape_tells_no_score_of_a_student_far_out(first: tuple[State, Published]) -> None:
    """Who knows all others' scores has the sum of cubes and of fourth powers but for one."""
    n, found = sum(SIZES), first[1].results["checks"]["level1_normality"]
    for power, name in ((3, "skewness"), (4, "excess_kurtosis")):
        # How far a score 3 SD out may move while what is printed can stay.
        step = round(found[name] / 10, 10)
        assert 10 * step == pytest.approx(round(10 * step, 6))
        unit = {3: 0.05, 4: 0.2}[power]
        assert found[name] / unit == pytest.approx(round(found[name] / unit))
        assert unit * n / (power * 3.0 ** (power - 1)) * SD > MARGIN


def test_steps_of_residuals_tell_the_spread_within_schools_no_more_closely_than_its_number(
    first: tuple[State, Published], tmp_path: Path
) -> None:
    """With the exact one the squares of all deviations add up to that of a single student."""
    (tmp_path / "shown").write_bytes(first[1].figures)
    shown = from_parquet(tmp_path / "shown", Students).blurred
    assert shown is not None
    step = 2 / 39 * first[1].results["model"]["sd_sigma"]
    np.testing.assert_allclose(shown.residuals / step, np.round(shown.residuals / step), atol=1e-6)
