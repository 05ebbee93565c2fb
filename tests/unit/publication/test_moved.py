"""What is published doesn't depend on where withheld means are, within a wide range."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.helpers.building import dataset_of
from tests.helpers.students import students_from
from tests.unit.publication.test_attacks import LEAST
from tests.unit.publication.test_published import published_in

from multilevel.publication.ledger import Entry, Ledger, Roster
from multilevel.publication.moved import Places, means_used, moved
from multilevel.publication.withholding import withheld
from multilevel.storage.hidden_folders import RELEASED

# Drawn in so little that they are multiples of the unit.
PLACES = Places(100.0, 500.0, np.full(2, 1e12))
ALIKE = ("results.json", "groups.csv", "schools", "shown")


def scores_of(sizes: list[int], seed: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    group = np.repeat(np.arange(len(sizes)), sizes)
    effect = 50 * random.normal(size=len(sizes))
    return group, 500 + effect[group] + 80 * random.normal(size=len(group))


def published(folder: Path, group: np.ndarray, score: np.ndarray, **settings: Any) -> dict:
    """Everything that the stage of publication writes for others, without the data's hash."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "scores.csv"
    lines = [f"School {j:03d},{y!r}" for j, y in zip(group.tolist(), score.tolist(), strict=True)]
    file.write_text("\n".join(["school,score", *lines]) + "\n")
    entry = {"bootstrap": 0, "publication": {"disclosure": "safe"}, **settings}
    made = published_in(dataset_of(file, **entry), folder / "results" / "stages" / "test")
    found: dict[str, Any] = {name: (made.folder / name).read_bytes() for name in ALIKE}
    results = json.loads(found["results.json"])
    del results["provenance"]["input"]
    return {**found, "results.json": results}


def differing(one: Any, other: Any, way: str = "") -> list[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        return [
            found
            for key in one.keys() | other.keys()
            for found in differing(one.get(key), other.get(key), f"{way}.{key}")
        ]
    return [] if one == other else [f"{way}: {one} {other}"]


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=4),
    st.lists(st.integers(10, 40), min_size=5, max_size=25),
    st.integers(0, 10_000),
)
def test_no_published_number_tells_where_in_its_range_a_withheld_mean_is(
    tmp_path: Path, small: list[int], others: list[int], seed: int
) -> None:
    group, score = scores_of([*small, *others], seed)
    n = np.bincount(group)
    hidden = withheld(n, LEAST)
    mean = np.bincount(group, score) / n
    free = len(score) - len(n)
    sd = float(f"{np.sqrt(((score - mean[group]) ** 2).sum() / free):.2g}")
    random = np.random.default_rng(seed + 1)
    middle = sd * np.round(mean / sd)
    elsewhere = middle + sd * random.uniform(-0.49, 0.49, size=len(n))
    shift = np.where(hidden, elsewhere - mean, 0.0)
    folder = tmp_path / "now"
    shutil.rmtree(folder, ignore_errors=True)
    one = published(folder / "a", group, score)
    other = published(folder / "b", group, score + shift[group])
    assert not differing(one, other)


def remember(folder: Path) -> None:
    remembered = folder / "results" / RELEASED / "test.json"
    remembered.parent.mkdir(exist_ok=True)
    shutil.copy(folder / "results" / "stages" / "test" / "ledger", remembered)


@pytest.mark.parametrize("name", [0, 99])
def test_a_withheld_school_stays_where_it_is_though_a_student_came(
    tmp_path: Path, name: int
) -> None:
    """Under a new name too."""
    group, score = scores_of([4, 8, *range(12, 30)], 3)
    published(tmp_path, group, score)
    remember(tmp_path)
    # Enough come to other schools for new estimates: the mean of all tells nothing of the one.
    others = np.arange(5, 17), np.linspace(300, 700, 12)
    found = []
    for joined in (200.0, 900.0):
        more = np.concatenate([group, [0], others[0]]), np.concatenate([score, [joined], others[1]])
        named = np.where(more[0] == 0, name, more[0])
        found.append(published(tmp_path, named, more[1])["results.json"])
        assert found[-1]["publication"]["n_withheld"] == 2
        assert not found[-1]["publication"]["as_before"]
    assert found[0]["naive"]["mean_of_group_means"] == found[1]["naive"]["mean_of_group_means"]
    assert found[0]["naive"]["grand_mean"] == found[1]["naive"]["grand_mean"]


@pytest.mark.parametrize("place", [0, 7])
def test_where_few_changed_in_all_every_number_stays(tmp_path: Path, place: int) -> None:
    """Variances, skewness and kurtosis of two releases would tell the score of who joined."""
    group, score = scores_of([4, 8, *range(12, 30)], 3)
    first = published(tmp_path, group, score)
    remember(tmp_path)
    later = published(tmp_path, np.append(group, place), np.append(score, 990.0))
    assert later["groups.csv"] == first["groups.csv"]
    assert later["shown"] == first["shown"]
    changed = differing(first["results.json"], later["results.json"])
    assert all(".provenance" in one or ".as_before" in one for one in changed), changed
    assert later["results.json"]["publication"]["as_before"]
    # One more each time adds up, until there are enough.
    remember(tmp_path)
    many = np.append(group, np.full(10, place)), np.append(score, np.linspace(300, 700, 10))
    enough = published(tmp_path, *many)["results.json"]
    assert not enough["publication"]["as_before"]
    assert enough["data"]["n_members"] == len(score) + 10


def test_few_changes_keep_the_former_mean_and_many_bring_a_new_one() -> None:
    def roster(*scores: int) -> Roster:
        return Roster(n=len(scores), digest=str(scores), scores=scores)

    old = Entry(roster=roster(*range(20)), row={}, mean=480.0)
    before = Ledger(entries={"a": (old,)}, withheld={"b": old})
    few, many = roster(*range(21)), roster(*range(40))

    def used(lists: tuple[Roster, Roster]) -> list[float]:
        hidden = np.array([False, True])
        mean, names = np.array([500.0, 530.0]), ("a", "b")
        found = means_used(names, lists, mean, hidden, before, places=PLACES, min_members=10)
        return [round(one, 6) for one in found.tolist()]

    assert used((few, few)) == [480.0, 480.0]
    assert used((many, many)) == pytest.approx([500.0, 500.0])
    # Unchanged: what is shown is exact, and what is withheld stays.
    assert used((old.roster, old.roster)) == [500.0, 480.0]


def test_who_joins_a_single_student_has_no_second_look_at_that_one() -> None:
    """From the ranges of x and of (x + y) / 2 who knows y would have x more closely."""
    alone, two = (Roster(n=n, digest=str(n), scores=tuple(range(n))) for n in (1, 2))
    x, y = 545.0, 650.0
    before = Ledger(withheld={"b": Entry(roster=alone, row={}, mean=500.0)})
    lists, hidden = (Roster(n=20, digest="a"), two), np.array([False, True])
    mean = np.array([500.0, (x + y) / 2])
    used = means_used(("a", "b"), lists, mean, hidden, before, places=PLACES, min_members=LEAST)
    assert used[1] == 500.0


def test_limits_of_places_stay_while_spread_changes_little() -> None:
    """Multiples of 80 and of 82 together pin a mean near 1,500 down to a part of either."""
    random = np.random.default_rng(4)
    n, mean = np.tile([4, 20], 50), 1_500 + 90 * random.normal(size=100)
    unit = Places.among(mean, n, n < LEAST, 80.0).unit
    for sd in (78.0, 82.0, 95.0):
        assert Places.among(mean, n, n < LEAST, sd, unit).unit == 80.0
    # But no mean is pinned down to less than half a standard deviation, nor moved by many.
    assert Places.among(mean, n, n < LEAST, 160.0, unit).unit == 160.0
    assert Places.among(mean, n, n < LEAST, 40.0, unit).unit == 40.0


def test_scores_that_are_moved_have_the_moved_statistics() -> None:
    """All sums are those of the moved scores themselves, under weights and replication too."""
    random = np.random.default_rng(5)
    group = np.repeat(np.arange(6), [3, 5, 8, 4, 6, 7])
    scores = 500 + 80 * random.normal(size=(len(group), 3))
    shift = np.array([10.0, -20.0, 0.0, 5.0, 0.0, 300.0])
    given = {
        "total": random.uniform(1, 9, len(group)),
        "group_weight": np.repeat(random.uniform(1, 3, 6), [3, 5, 8, 4, 6, 7]),
        "zone": np.repeat([1.0, 1, 2, 2, 3, 3], [3, 5, 8, 4, 6, 7]),
        "half": np.repeat([0.0, 1, 0, 1, 0, 1], [3, 5, 8, 4, 6, 7]),
    }
    found = moved(students_from(group, scores, **given), shift)
    meant = students_from(group, scores + shift[group][:, None], **given)
    assert found.conditional is not None
    assert meant.conditional is not None
    centre = meant.conditional.centre - found.conditional.centre
    np.testing.assert_allclose(found.conditional.offset, meant.conditional.offset + centre[:, None])
    for one, other in zip(found.moments, meant.moments, strict=True):
        np.testing.assert_allclose(
            one.centre + one.unit * one.mean, other.centre + other.unit * other.mean
        )
    np.testing.assert_allclose(found.members.scores, meant.members.scores)
    assert found.total is not None
    assert meant.total is not None
    np.testing.assert_allclose(
        found.total.centre + found.total.weighted / found.total.weight,
        meant.total.centre + meant.total.weighted / meant.total.weight,
    )
    assert found.zones is not None
    assert meant.zones is not None
    np.testing.assert_allclose(
        found.zones.weighted + found.zones.weight[:, :, None] * found.total.centre,
        meant.zones.weighted + meant.zones.weight[:, :, None] * meant.total.centre,
    )


@pytest.mark.parametrize("n", [1, 4])
def test_replicate_sums_move_with_their_groups(n: int) -> None:
    random = np.random.default_rng(n)
    group = np.repeat(np.arange(5), 4)
    scores = 500 + 80 * random.normal(size=(20, n))
    shift = np.array([10.0, -20.0, 0.0, 5.0, 300.0])
    given = {
        "total": random.uniform(1, 9, 20),
        "group_weight": np.ones(20),
        "replicate": random.uniform(0, 9, (20, 7)),
    }
    found = moved(students_from(group, scores, **given), shift).replicates
    meant = students_from(group, scores + shift[group][:, None], **given).replicates
    assert found is not None
    assert meant is not None
    centre, other = scores.mean(axis=0), (scores + shift[group][:, None]).mean(axis=0)
    np.testing.assert_allclose(
        found.weighted + found.weight[:, None] * centre,
        meant.weighted + meant.weight[:, None] * other,
    )


def test_moving_adds_nothing_to_the_variance_of_means() -> None:
    """By simulation: what rounding adds is taken away again."""
    random = np.random.default_rng(8)
    n = np.tile(np.arange(2, 42), 500)
    mean = 500 + np.sqrt(2_500 + 6_400 / n) * random.normal(size=len(n))
    hidden = n < 10
    places = Places.among(mean, n, hidden, 80.0)
    for size in (2, 5, 9):
        exact, placed = (one[n == size].var() for one in (mean, places.of(mean)))
        assert placed == pytest.approx(exact, rel=0.06)
        rounded = 80.0 * np.round(mean / 80.0)
        assert rounded[n == size].var() > 1.07 * exact
