"""Everything the package raises on purpose.

    MultilevelError
    |-- ConfigError      the configuration is wrong: the run stops before it starts
    `-- DataRefused      one dataset can't be reported: a result, not a failure

Messages are for people: what is wrong, where, and how to mend it.
"""

from typing import Any

from multilevel.records.findings import Finding
from multilevel.records.results import Reason
from multilevel.wording import findings as wording


class MultilevelError(Exception):
    """Base of all errors raised on purpose."""


class ConfigError(MultilevelError):
    """The configuration can't be used; the message lists every fault found."""


class DataRefused(MultilevelError):
    """A dataset that can't be reported; as text, its sentence and its remedy.

    Parameters
    ----------
    code
        A code of `templates/text/en/findings.yaml`: one of the codes that results.json has for
        reasons, and what it is about after a point, such as "unreadable_file.no_sheet".
    columns
        The columns concerned.
    values
        What fills the places of the sentence: the file, the first offending row, ...

    Attributes
    ----------
    finding
        The same as a record.
    """

    def __init__(self, code: str, /, *columns: str, **values: Any) -> None:
        super().__init__(code)
        self.finding = Finding(code=code, columns=columns, values=values, level="refusal")

    @classmethod
    def of(cls, finding: Finding) -> "DataRefused":
        """The refusal that another process met."""
        return cls(finding.code, *finding.columns, **finding.values)

    @property
    def reason(self) -> Reason:
        """The code of results.json, the sentence and the remedy."""
        return wording.reason(self.finding)

    def __str__(self) -> str:
        return f"{self.reason.message} {self.reason.remedy}"
