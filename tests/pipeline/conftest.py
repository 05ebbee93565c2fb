"""The runs that tests share, each made once by the worker that needs it."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.helpers.building import simulated_csv
from tests.helpers.running import Run, configure, copy_of_the_code, snakemake
from tests.pipeline import mixture


@dataclass(frozen=True)
class Ordinary:
    """Three good datasets, reported on by a copy of the code that tests may edit.

    Attributes
    ----------
    folder
        With config.yaml, first.csv and the files of a pattern in incoming/.
    code
        The copy of the repository's code.
    first, again, arrived
        The first run, on two datasets; the next, with nothing new; one after a
        third file had arrived.
    """

    folder: Path
    code: Path
    first: Run
    again: Run
    arrived: Run

    def dry_run(self) -> Run:
        """What a run would do now."""
        return snakemake(self.folder, "--dry-run", repository=self.code)


COLUMNS = {"outcome": "score", "group": "school"}
ORDINARY = {
    "datasets": {
        "first": {"file": "first.csv", **COLUMNS},
        "many": {"files": "incoming/*.csv", "title": "Nightly", **COLUMNS},
    }
}


@pytest.fixture(scope="session")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> Ordinary:
    folder = tmp_path_factory.mktemp("ordinary")
    code = copy_of_the_code(folder / "code")
    incoming = folder / "incoming"
    incoming.mkdir()
    simulated_csv(folder / "first.csv", [6, 9, 4, 12, 7, 5, 8, 10], ratio=0.3)
    simulated_csv(incoming / "monday.csv", [8] * 6, ratio=0.2, seed=2)
    configure(folder, ORDINARY)
    first = snakemake(folder, repository=code)
    again = snakemake(folder, repository=code)
    simulated_csv(incoming / "tuesday.csv", [7] * 7, ratio=0.2, seed=3)
    return Ordinary(folder, code, first, again, snakemake(folder, repository=code))


@dataclass(frozen=True)
class Mixed:
    """One run over refused, borderline and hostile datasets, all in a folder of their own.

    Attributes
    ----------
    folder
        Holds the run's folder alone.
    run
        The run.
    before
        What `folder` held before, the run's outputs left out.
    """

    folder: Path
    run: Run
    before: dict[str, int]


@pytest.fixture(scope="session")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Mixed:
    folder = tmp_path_factory.mktemp("mixed")
    (folder / "run").mkdir()
    mixture.write_data(folder / "run")
    configure(folder / "run", mixture.config())
    before = mixture.listing(folder)
    return Mixed(folder, snakemake(folder / "run"), before)
