"""Records of failures, wherever a stage's outputs lie within the dataset's folder."""

from pathlib import Path

import pytest

from engine.failures import FOLDER, Failure, forget, listed, record
from engine.jobs import Job

FAILURE = Failure("summarise", "broken", "log", ("end",))


@pytest.mark.parametrize("root", ["", ".comparisons"])
@pytest.mark.parametrize("below", ["", "complete/"])
def test_a_failure_is_listed_under_its_dataset_and_forgotten_whole(
    tmp_path: Path, root: str, below: str
) -> None:
    stages = tmp_path / "results" / ".stages" / root
    output = stages / "one" / f"{below}results.json"
    output.parent.mkdir(parents=True)
    job = Job(
        stage="summarise", call="a:b", inputs={}, outputs={"results": str(output)}, project={}
    )
    record(FAILURE, job)
    assert Failure.read(output) == FAILURE
    assert listed(stages) == {"one": FAILURE}
    forget(stages)
    assert not output.exists()
    assert list((stages / FOLDER).iterdir()) == []
