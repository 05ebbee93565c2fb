"""What the engine is told: what runs in each rule's jobs, and of what."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


class Dataset(Protocol):
    """What is known here of a dataset: its id, its settings and the files it reads."""

    @property
    def id(self) -> str:
        """Names its folder."""

    @property
    def inputs(self) -> Sequence[str]:
        """All files that it reads."""

    @property
    def whole(self) -> "Dataset | None":
        """What it shares with the other parts of its file, None where it has the file alone."""

    def settings(self) -> dict[str, Any]:
        """As plain values."""


class Comparison(Dataset, Protocol):
    """What is known here of what is made of several datasets."""

    @property
    def datasets(self) -> Sequence[str]:
        """Their ids."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """What runs in a rule's jobs, and what its outputs depend on besides its inputs.

    Attributes
    ----------
    call
        The function, as ``package.module:function``. Its parameters are the rule's named
        inputs and outputs; inputs that are lists only say what comes before.
    templates, without
        Patterns under templates/ of the files that it reads, and names that fit but aren't read.
    reads
        The file in the folder of stages that says what data it reads, if any.
    tracked
        Whether a change of its code or templates makes its outputs anew.
    recorded
        Whether a crash is a result; else the job fails.
    project
        Further parameters: paths relative to the project's folder.
    """

    call: str
    templates: Sequence[str] = ()
    without: Collection[str] = ()
    reads: str = ""
    tracked: bool = True
    recorded: bool = True
    project: Mapping[str, str] = field(default_factory=dict)
