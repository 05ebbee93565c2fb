"""How far a run is."""

import pytest

from engine.progress import Progress, span


class Clock:
    """Says what it is set to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def a_job(progress: Progress, clock: Clock, number: int, rule: str, seconds: float) -> None:
    """A job that begins now and takes so long."""
    progress.start(number, rule, "")
    clock.now += seconds
    progress.finish(number)


def a_run(clock: Clock) -> Progress:
    """A hundred reports of which 25 are made, by 100 short jobs and 25 long ones."""
    progress = Progress(clock=clock)
    progress.plan({"fit": 100, "publish": 100, "index": 1, "total": 201})
    for number in range(100):
        a_job(progress, clock, number, "fit", 0.25)
    for number in range(25):
        a_job(progress, clock, 100 + number, "publish", 3.0)
    progress.done, progress.total = 125, 201
    return progress


def test_progress_has_counts_rate_and_time_left() -> None:
    # 75 times 3 s are to come, one after the other.
    expected = "125 of 201 steps, 25 of 100 datasets, 15.0 a minute, about 3 min 45 s left"
    assert str(a_run(Clock())) == expected


def test_two_jobs_at_a_time_take_half_as_long() -> None:
    clock = Clock()
    progress = Progress(clock=clock)
    progress.plan({"fit": 4})
    for number in (1, 2):
        progress.start(number, "fit", "")
    clock.now = 10
    for number in (1, 2):
        progress.finish(number)
    assert progress.left == 10


def test_nothing_is_said_of_the_time_left_before_each_kind_of_job_was_done_once() -> None:
    clock = Clock()
    progress = Progress(clock=clock)
    progress.plan({"fit": 9, "publish": 9})
    progress.total = 18
    for number in range(9):
        a_job(progress, clock, number, "fit", 1.0)
        progress.done = number + 1
        assert "left" not in str(progress)
    a_job(progress, clock, 9, "publish", 1.0)
    assert str(progress).endswith("about 8 s left")


def test_a_modules_rules_may_have_a_name_before_theirs() -> None:
    progress = Progress(clock=Clock())
    progress.plan({"north_publish": 2, "south_publish": 1, "total": 3})
    progress.start(1, "north_publish", "a")
    progress.finish(1)
    assert (progress.due, progress.published) == (3, ["a"])


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0.4, "0 s"), (59.6, "1 min 0 s"), (3599, "59 min 59 s"), (7500, "2 h 5 min")],
)
def test_spans_of_time(seconds: float, expected: str) -> None:
    assert span(seconds) == expected
