"""What Snakemake's options ask of it."""

import pytest

from engine.options import makes_all, only_looks


@pytest.mark.parametrize("options", [["-n"], ["-np"], ["--report=r.zip"], ["-k", "--dag"]])
def test_with_some_options_nothing_runs(options: list[str]) -> None:
    assert only_looks(options)
    assert not makes_all(options)


@pytest.mark.parametrize("options", [["--until=fit"], ["-k", "-U", "fit"], ["-O", "fit"]])
def test_with_some_a_part_is_made(options: list[str]) -> None:
    assert not only_looks(options)
    assert not makes_all(options)


@pytest.mark.parametrize("options", [[], ["-k"], ["-Fk"], ["--configfile", "n.yaml"], ["-c2"]])
def test_with_others_everything_is_made(options: list[str]) -> None:
    assert not only_looks(options)
    assert makes_all(options)
