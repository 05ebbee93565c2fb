"""How far a run is, from the events that Snakemake hands to logger plugins."""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

# The rule that each dataset ends with; a module's rules may have a name before theirs.
PUBLISH = "publish"
# In the environment of Snakemake: leave out the progress and what ends well.
QUIET = "MULTILEVEL_QUIET"


@dataclass
class Progress:
    """How far a run is.

    Attributes
    ----------
    clock
        Says the time in seconds.
    done, total
        Steps.
    published
        The ids of datasets whose outputs were published, refused and failed ones among them.
    """

    clock: Callable[[], float] = time.monotonic
    done: int = 0
    total: int = 0
    published: list[str] = field(default_factory=list)
    began: float = field(init=False)
    _due: Counter[str] = field(default_factory=Counter)
    _finished: Counter[str] = field(default_factory=Counter)
    _spent: Counter[str] = field(default_factory=Counter)
    _running: dict[int, tuple[str, str, float]] = field(default_factory=dict)
    _first: float | None = None

    def __post_init__(self) -> None:
        self.began = self.clock()

    @property
    def seconds(self) -> float:
        """Since the start."""
        return self.clock() - self.began

    @property
    def due(self) -> int:
        """Datasets that are to be published."""
        return sum(jobs for rule, jobs in self._due.items() if rule.endswith(PUBLISH))

    def plan(self, jobs: Mapping[str, int]) -> None:
        """Take in how many jobs of each rule will run."""
        self._due = Counter({rule: n for rule, n in jobs.items() if rule != "total"})

    def start(self, job: int, rule: str, dataset: str) -> None:
        """Take in that a job begins."""
        now = self.clock()
        self._first = now if self._first is None else self._first
        self._running[job] = rule, dataset, now

    def finish(self, job: int) -> None:
        """Take in that a job has ended well."""
        rule, dataset, started = self._running.pop(job, ("", "", self.clock()))
        self._finished[rule] += 1
        self._spent[rule] += self.clock() - started  # type: ignore[assignment]
        if rule.endswith(PUBLISH):
            self.published.append(dataset)

    @property
    def left(self) -> float | None:
        """Seconds until the end; None until each rule of many jobs has shown what one takes."""
        if self._first is None:
            return None
        work = 0.0
        for rule, due in self._due.items():
            finished = self._finished[rule]
            if finished:
                work += (due - finished) * self._spent[rule] / finished
            elif due > 1 or due == self.due:
                return None
        at_a_time = sum(self._spent.values()) / max(self.clock() - self._first, 0.1)
        return work / at_a_time if at_a_time else None

    def __str__(self) -> str:
        made = len(self.published)
        parts = [f"{self.done} of {self.total} steps"]
        if self.due:
            parts.append(f"{made} of {self.due} datasets")
        if made:
            parts.append(f"{60 * made / max(self.seconds, 0.1):.1f} a minute")
        if self.done < self.total and (left := self.left) is not None:
            parts.append(f"about {span(left)} left")
        return ", ".join(parts)


def span(seconds: float) -> str:
    """A span of time as people say it: 40 s, 3 min 20 s, 2 h 5 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
