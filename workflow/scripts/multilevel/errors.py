"""Everything the package raises on purpose.

    MultilevelError
    |-- ConfigError      the configuration is wrong: the run stops before it starts
    `-- DataRefused      one dataset can't be reported: a result, not a failure

Messages are for people: what is wrong, where, and how to mend it.
"""

from multilevel.records.findings import RefusalCode


class MultilevelError(Exception):
    """Base of all errors raised on purpose."""


class ConfigError(MultilevelError):
    """The configuration can't be used; the message lists every fault found."""


class DataRefused(MultilevelError):
    """A dataset that can't be reported.

    Attributes
    ----------
    code
        One of the codes of results.json.
    message
        What is wrong, where (file, column, first offending row).
    remedy
        What the user can do about it.
    """

    def __init__(self, code: RefusalCode, message: str, remedy: str) -> None:
        super().__init__(f"{message} {remedy}")
        self.code: RefusalCode = code
        self.message = message
        self.remedy = remedy
