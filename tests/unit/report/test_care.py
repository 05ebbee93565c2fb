"""What sets of columns hint at, and what plausible values do, is told in the right words."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
from tests.unit.report.test_wording import context, said

from multilevel.index.rows import index_row
from multilevel.report.blocks import Table
from multilevel.report.sections.checks import checks_section
from multilevel.report.sections.front import cautions

VALUES = [f"PV{k}MATH" for k in range(1, 6)]


def country(folder: Path, **columns: np.ndarray) -> Path:
    """Twelve schools of twenty students with five plausible values and a design."""
    chance = np.random.default_rng(5)
    school = np.repeat(np.arange(12), 20)
    ability = 500 + 40 * chance.normal(size=12)[school] + 70 * chance.normal(size=240)
    frame = pd.DataFrame({name: ability + 30 * chance.normal(size=240) for name in VALUES})
    frame = frame.assign(school=school, w=1.0 + school % 3, zone=school // 2, half=school % 2)
    frame.assign(escs=chance.normal(size=240), **columns).to_csv(folder / "s.csv", index=False)
    return folder / "s.csv"


def warned(file: Path, **settings: object) -> str:
    c = context(file, group="school", **settings)
    told = cautions(c)
    # The index knows of each, of a second unlike value not again.
    flags = index_row(c.results).flags.split()
    assert len(flags) + len(c.results.provenance.unlike[1:]) == len(told)
    return " ".join(said(caution) for caution in told)


def test_a_gap_among_plausible_values(tmp_path: Path) -> None:
    used = [*VALUES[:2], *VALUES[3:]]
    said_of_gap = 'Plausible values used: 4, without "PV3MATH", which would belong to them.'
    file = country(tmp_path)
    assert "would belong to them" not in warned(file, outcome=VALUES)
    text = warned(file, outcome=used)
    assert "would belong to them" not in text
    assert 'used: 4. The file has more of the same score: "PV3MATH".' in text
    pd.read_csv(file).drop(columns="PV3MATH").to_csv(file, index=False)
    assert said_of_gap in warned(file, outcome=used)


def test_a_gap_among_replicate_weights(tmp_path: Path) -> None:
    chance = np.random.default_rng(6)
    columns = {f"R{k}": 1.5 - (chance.random(240) > 0.5) for k in (1, 2, 4)}
    said_of_gap = 'Replicate weights used: 3, without "R3", which would belong to them.'
    brr = {"method": "brr-fay", "columns": ["R*"], "fay": 0.5}
    file = country(tmp_path, **columns)
    assert said_of_gap in warned(file, outcome=VALUES, weights={"member": "w"}, replicates=brr)
    part = brr | {"columns": ["R1", "R2"]}
    text = warned(file, outcome=VALUES, weights={"member": "w"}, replicates=part)
    assert 'Replicate weights used: 2. The file has more of the same set: "R4".' in text


def test_a_column_that_is_no_plausible_value(tmp_path: Path) -> None:
    text = warned(country(tmp_path), outcome=[*VALUES, "escs"])
    assert text.count("was pooled as a plausible value") == 1
    assert '"escs" was pooled as a plausible value, but cannot be a draw of the same score' in text
    assert "cannot be a draw" not in warned(country(tmp_path), outcome=VALUES)


def test_scores_of_two_sets(tmp_path: Path) -> None:
    chance = np.random.default_rng(7)
    science = {f"PV{k}SCIE": 500 + 70 * chance.normal(size=240) for k in (1, 2)}
    text = warned(country(tmp_path, **science), outcome=["PV1MATH", "PV1SCIE"])
    assert 'come from different sets of columns in the file: "PV1MATH", "PV1SCIE"' in text


def test_replicates_without_weights(tmp_path: Path) -> None:
    jackknife = {"method": "jk2", "zone": "zone", "code": "half"}
    told = "Replicates of the sampling design are named, but no weights"
    assert told in warned(country(tmp_path), outcome=VALUES, replicates=jackknife)
    whole = {"weights": {"member": "w"}, "replicates": jackknife}
    assert told not in warned(country(tmp_path), outcome=VALUES, **whole)


def test_one_plausible_value_and_copies(tmp_path: Path) -> None:
    assert '"PV1MATH" is one of several plausible values.' in warned(
        country(tmp_path), outcome="PV1MATH"
    )
    frame = pd.read_csv(country(tmp_path))
    copy = {"PV2MATH": frame["PV1MATH"].to_numpy()}
    told = 'The plausible values "PV1MATH", "PV2MATH" are the same for all students.'
    assert told in warned(country(tmp_path, **copy), outcome=VALUES)


def test_the_index_knows_of_every_caution(tmp_path: Path) -> None:
    file = country(tmp_path)
    frame = pd.read_csv(file)
    high = frame["school"] == frame.groupby("school")["PV1MATH"].mean().idxmax()
    frame = frame.assign(w=np.where(high, 2000.0, 1.0), math_mean=frame[VALUES].mean(axis=1))
    frame.to_csv(file, index=False)

    def flags(**settings: object) -> set[str]:
        return set(index_row(context(file, group="school", **settings).results).flags.split())

    weights, design = {"member": "w"}, {"method": "jk2", "zone": "zone", "code": "half"}
    weighted = flags(outcome=VALUES[:4], weights=weights, replicates=design)
    both = {"member": "w", "group": "w"}
    assert weighted >= {"values_left_out", "no_group_weights", "few_zones"}
    assert "weighted_apart" in flags(outcome=VALUES, weights=both)
    alone = flags(outcome="math_mean", replicates=design)
    assert alone >= {"replicates_unused", "averaged"} and not alone & weighted
    frame.loc[0, VALUES] = 99999.0
    frame.to_csv(file, index=False)
    assert "suspects" in flags(outcome=VALUES)


def test_few_degrees_of_freedom_are_laid_at_the_right_door(tmp_path: Path) -> None:
    file = country(tmp_path)
    frame = pd.read_csv(file)
    frame.assign(PV2MATH=frame["PV2MATH"] + 200).to_csv(file, index=False)
    by_values = "The 2 plausible values differ so much among themselves"
    by_schools = "so its interval is very long. It holds as far as the true means"
    text = warned(file, outcome=VALUES[:2])
    assert re.search(r"degrees of freedom \([\d.]+\), with 12 schools\. " + by_values, text)
    assert by_schools not in text
    frame[frame["school"] < 5].to_csv(file, index=False)
    text = warned(file, outcome=VALUES)
    assert by_schools in text and "differ so much among themselves" not in text


def test_schools_left_out_stand_beside_the_fit_they_were_left_out_of(tmp_path: Path) -> None:
    file = country(tmp_path)
    frame = pd.read_csv(file)
    frame.assign(PV1MATH=2 * frame["PV1MATH"] - 490).to_csv(file, index=False)
    c = context(file, group="school", outcome=VALUES)
    influence = checks_section(c).blocks[-1]
    (table,) = (block for block in influence.blocks if isinstance(block, Table))
    first = c.results.plausible_values.per_value[0]
    own = (c.score.table(first.gamma00), c.score.headline(first.tau00**0.5), c.icc.show(first.icc))
    pooled = (
        c.score.table(c.model.gamma00),
        c.score.headline(c.model.sd_tau00),
        c.icc.show(c.between.icc),
    )
    assert all(one != other for one, other in zip(own, pooled, strict=True))
    assert "mean {}, SD {}, ICC {}".format(*own) in said(table.subtitle)
    assert "Shown is the first plausible value, PV1MATH." in said(table.notes)
    alone = checks_section(context(file, group="school", outcome="PV1MATH")).blocks[-1]
    assert "plausible value" not in said(alone)
