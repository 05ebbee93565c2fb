"""The engine's benchmarks do what the rules do, and say what they measured."""

import inspect
from pathlib import Path

import numpy as np
import pytest

BENCH = Path(__file__).parents[2] / "tools" / "bench"


@pytest.fixture(autouse=True)
def bench_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCH))
    monkeypatch.syspath_prepend(str(BENCH / "batch"))


def test_stages_are_called_with_what_they_take(tmp_path: Path) -> None:
    import stages

    for stage in stages.STAGES:
        run, paths = stages.call(stage, tmp_path)
        taken = inspect.signature(run).parameters.values()
        assert {one.name for one in taken if one.default is one.empty} <= set(paths)


def test_plain_rules_make_what_later_ones_read(tmp_path: Path) -> None:
    import engine_speed
    import stages

    made: set[Path] = {stages.TEMPLATES, tmp_path / "dataset.json"}
    for stage in stages.STAGES:
        _, paths = stages.call(stage, tmp_path)
        made |= {paths[name] for name in engine_speed.MADE[stage]}
        assert set(paths.values()) <= made


def test_sections_say_what_was_measured() -> None:
    import engine_speed
    import release
    import streaming

    seconds = {"warm": 60.0, "cold": 120.0, "script": 240.0, "pool": 48.0}
    text = engine_speed.section([engine_speed.Speed(100, seconds, 312.4)])
    assert "| the pipeline, as it is | 100 |" in text
    assert "share of the limit | 80% |" in text
    assert "its largest process, MB | 312 |" in text
    same = engine_speed.unchanged_section(engine_speed.Unchanged(1000, 600.0, 5.04, 6.0, 400.0))
    for row in ("| all 1,000 made | 600 |", "| nothing new | 5.0 |", "| one changed | 6.0 |"):
        assert row in same
    one = streaming.Streamed(10**8, 10**5, 812.3, 9.04, dict.fromkeys(streaming.STAGES, 1.25), 700)
    assert "| 100,000,000 | 100,000 | 812 | 9.0 | 1.2 |" in streaming.section([one])
    assert "**4 min 59 s**" in release.section(release.Measured(50, 580_000, 200, 299.2, 100.0))


def test_a_release_has_as_many_records_as_it_says() -> None:
    import release

    table = release.students(3, 8)
    assert 50 * 2 * len(table) == 580_000
    assert len([name for name in table.columns if name.startswith("AS")]) == 10
    sizes = table.groupby("IDSCHOOL").size()
    assert (len(sizes), sizes.min(), sizes.max()) == (145, 40, 40)
    # Plausible values of one student differ, by less than students do.
    values = table[[f"ASMAT0{value}" for value in range(1, 6)]].to_numpy()
    assert 0 < values.std(axis=1).mean() < np.std(values[:, 0])
