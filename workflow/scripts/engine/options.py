"""What Snakemake's options ask of a run, as far as the commands must know before it starts."""

import re
from collections.abc import Iterable

# With these it runs no job.
_LOOKING = re.compile(
    "-n|--dry-run|--dryrun|--lint|--list-rules|-l|--list|--summary|-D|--detailed-summary|--dag|"
    "--rulegraph|--filegraph|--report|--help|-h|--version|-v|--unlock|--list-untracked|"
    # Such as -np.
    "-[Fkpq]*n[Fkpq]*"
)
# With these it stops short of, or leaves out, what was asked for.
_IN_PART = frozenset(("--until", "-U", "--omit-from", "-O"))


def only_looks(options: Iterable[str]) -> bool:
    """Whether no job runs: then nothing is disturbed, and nothing is made."""
    return any(_LOOKING.fullmatch(_name(one)) for one in options)


def makes_all(options: Iterable[str]) -> bool:
    """Whether everything asked for is made."""
    given = tuple(options)
    return not only_looks(given) and not any(_name(one) in _IN_PART for one in given)


def _name(option: str) -> str:
    return option.partition("=")[0]
