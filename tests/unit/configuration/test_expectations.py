"""When files are due: days, weeks, months, time zones and clocks that change."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from multilevel.configuration.expectations import Expect, expect_faults, expectation

ZONES = ("UTC", "Europe/Lisbon", "America/New_York", "Asia/Kolkata", "Pacific/Apia")


def of(**expect: Any) -> Expect:
    found = expectation({"datasets": {"a": {"expect": {"timezone": "UTC", **expect}}}}, "a")
    assert found is not None
    return found


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("expect", "now", "latest", "following"),
    [
        ({"by": "07:00"}, "2026-12-01T07:00", "2026-12-01T07:00", "2026-12-02T07:00"),
        ({"by": "07:00"}, "2026-12-01T06:59", "2026-11-30T07:00", "2026-12-01T07:00"),
        # A Saturday.
        (
            {"by": "7:00", "days": "weekdays"},
            "2026-12-05T12:00", "2026-12-04T07:00", "2026-12-07T07:00",
        ),
        (
            {"by": "17:30", "every": "week", "days": "Thu"},
            "2026-12-05T12:00", "2026-12-03T17:30", "2026-12-10T17:30",
        ),
        (
            {"by": 1050, "every": "1 week"},
            "2026-12-05T12:00", "2026-11-30T17:30", "2026-12-07T17:30",
        ),
        (
            {"by": "07:00", "every": "2 weeks", "from": "2026-12-02"},
            "2026-12-15T12:00", "2026-12-02T07:00", "2026-12-16T07:00",
        ),
        (
            {"by": "00:00", "every": "1 month"},
            "2026-12-05T12:00", "2026-12-01T00:00", "2027-01-01T00:00",
        ),
        (
            {"by": "07:00", "every": "month", "from": "2026-01-31"},
            "2026-03-01T12:00", "2026-02-28T07:00", "2026-03-31T07:00",
        ),
        (
            {"by": "07:00", "every": "3 months", "from": "2026-01-15"},
            "2026-12-01T12:00", "2026-10-15T07:00", "2027-01-15T07:00",
        ),
        (
            {"by": "07:00", "every": "10 days", "from": "2026-12-01"},
            "2026-12-20T12:00", "2026-12-11T07:00", "2026-12-21T07:00",
        ),
        # Clocks of Lisbon skip 01:30 on 29 March 2026, and show it twice on 25 October.
        (
            {"by": "01:30", "timezone": "Europe/Lisbon"},
            "2026-03-29T12:00", "2026-03-29T01:30", "2026-03-30T00:30",
        ),
        (
            {"by": "01:30", "timezone": "Europe/Lisbon"},
            "2026-10-25T12:00", "2026-10-25T00:30", "2026-10-26T01:30",
        ),
        (
            {"by": "07:00", "timezone": "Asia/Kolkata"},
            "2026-12-01T01:30", "2026-12-01T01:30", "2026-12-02T01:30",
        ),
    ],
)  # fmt: skip
def test_the_last_time_and_the_next(
    expect: dict[str, Any], now: str, latest: str, following: str
) -> None:
    found = of(**expect)
    assert found.latest(at(now)) == at(latest)
    assert found.following(at(now)) == at(following)


def test_nothing_is_due_before_the_first_day() -> None:
    assert of(by="07:00", **{"from": "2027-01-01"}).latest(at("2026-12-01T12:00")) is None


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)),
    st.sampled_from(ZONES),
    st.sampled_from(["1 day", "1 week", "1 month", "3 days", "2 weeks", "2 months"]),
    st.integers(0, 1439),
)
def test_no_time_lies_between_the_last_and_the_next(
    naive: datetime, zone: str, every: str, minutes: int
) -> None:
    now = naive.replace(tzinfo=UTC)
    expect = of(by=minutes, every=every, timezone=zone, **{"from": "2019-01-07"})
    latest, following = expect.latest(now), expect.following(now)
    assert latest is not None
    assert latest <= now < following
    assert expect.following(latest) == following
    assert expect.latest(following) == following
    assert expect.latest(following - timedelta(seconds=1)) == latest


@pytest.mark.parametrize(
    ("top", "own", "said"),
    [
        ({"by": "25:00"}, None, 'expect.by: "25:00" is no time of day'),
        ({"every": "1 day"}, None, "expect.by: the time of day is needed"),
        ({"by": "07:00"}, {"every": "2 days"}, "datasets.a.expect.from: the first day is needed"),
        ({"by": "07:00"}, {"every": "day after"}, 'datasets.a.expect.every: "day after" is none'),
        ({"by": "07:00"}, {"every": "0 days"}, 'datasets.a.expect.every: "0 days"'),
        ({"by": "07:00"}, {"days": ["mo"]}, 'datasets.a.expect.days: "mo" is no day'),
        ({"by": "07:00"}, {"every": "month", "days": "mon"}, "datasets.a.expect.days: weekdays go"),
        ({"by": "07:00"}, {"from": "1.12.2026"}, 'datasets.a.expect.from: "1.12.2026" is no date'),
        ({"by": "07:00"}, {"timezone": "Lisboa"}, 'datasets.a.expect.timezone: "Lisboa" is no'),
        ({"by": "07:00"}, {"timezone": "../UTC"}, 'datasets.a.expect.timezone: "../UTC" is no'),
    ],
)  # fmt: skip
def test_faults_name_the_key(top: dict[str, Any], own: dict[str, Any] | None, said: str) -> None:
    entry = {} if own is None else {"expect": own}
    (fault,) = expect_faults({"expect": top, "datasets": {"a": entry}})
    assert fault.startswith(said)


def test_a_fault_at_the_top_is_named_once() -> None:
    config = {"expect": {"by": "x"}, "datasets": {"a": {}, "b": {}}}
    assert len(list(expect_faults(config))) == 1


def test_a_dataset_s_own_keys_come_first_and_one_may_be_left_out() -> None:
    config = {
        "expect": {"by": "07:00", "every": "1 week"},
        "datasets": {"a": {"expect": {"every": "1 day"}}, "b": {"expect": {"every": "never"}}},
    }
    found = expectation(config, "a")
    assert found is not None
    assert (found.unit, found.by.hour) == ("day", 7)
    assert expectation(config, "b") is None
    assert expectation({"datasets": {"a": {}}}, "a") is None
