"""A job: one call of a stage's function, as JSON on a command line."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# workflow/scripts, and the project's folder.
SCRIPTS = Path(__file__).resolve().parents[1]
PROJECT = SCRIPTS.parents[1]


@dataclass(frozen=True, kw_only=True)
class Job:
    """What is to be called, and with which files.

    Attributes
    ----------
    stage
        Its name, for messages.
    call
        The function, as ``package.module:function``. Its parameters are paths, by the names
        in `inputs`, `outputs` and `project`.
    inputs, outputs
        Paths by parameter, relative to the working folder.
    project
        Paths by parameter, relative to the project's folder.
    recorded
        A crash becomes the outputs' content and later stages pass it on; else the job fails.
    steady
        Files that must not change while the job runs.
    temporary
        The folder in which each try has a folder for its temporary files; "" for the system's.
    """

    stage: str
    call: str
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    project: Mapping[str, str]
    recorded: bool = True
    steady: tuple[str, ...] = ()
    temporary: str = ""

    def encoded(self) -> str:
        """As JSON on one line, ASCII only."""
        return json.dumps(vars(self), separators=(",", ":"))

    @classmethod
    def decoded(cls, text: str) -> "Job":
        """The job whose `encoded` form this is."""
        fields: dict[str, Any] = json.loads(text)
        return cls(**{**fields, "steady": tuple(fields["steady"])})

    def arguments(self) -> dict[str, Path]:
        """The function's arguments."""
        given = {name: Path(path) for name, path in {**self.inputs, **self.outputs}.items()}
        return given | {name: PROJECT / path for name, path in self.project.items()}
