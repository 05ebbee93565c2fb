"""`expect`: by when a new file is due, and how often."""

import calendar
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from multilevel.wording.quoting import shown

NEVER = "never"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAYS = frozenset(range(5))
# A Monday, and the first of a month: from here periods are counted that have no other beginning.
BEGINNING = date(2001, 1, 1)
MOST = {"day": 366, "week": 52, "month": 12}
_EVERY = re.compile(r"(?:(\d{1,3}) )?(day|week|month)s?")
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Expect:
    """When new files of an entry are due.

    Attributes
    ----------
    by
        Time of day.
    count, unit
        One every so many days, weeks or months.
    days
        Numbers of weekdays, Monday is 0: of days those that count, of weeks the day it is due.
    first
        The first day; of months the day in the month, the last one of a shorter month.
    zone
        None for the machine's own.
    """

    by: time
    count: int = 1
    unit: Literal["day", "week", "month"] = "day"
    days: frozenset[int] = field(default_factory=frozenset)
    first: date = BEGINNING
    zone: tzinfo | None = None

    def latest(self, moment: datetime) -> datetime | None:
        """The last time that isn't after `moment`, in UTC; None before the first one."""
        return next(self._backwards(moment), None)

    def following(self, moment: datetime) -> datetime:
        """The first time after `moment`, in UTC."""
        day = max(self.local(moment).date() - _ONE_DAY, self.first)
        while not (self._is_due(day) and self._on(day) > moment):
            day += _ONE_DAY
        return self._on(day)

    def local(self, moment: datetime) -> datetime:
        """On the clocks of its zone."""
        return moment.astimezone(self.zone)

    def _backwards(self, moment: datetime) -> Iterator[datetime]:
        day = self.local(moment).date() + _ONE_DAY
        while day >= self.first:
            if self._is_due(day) and self._on(day) <= moment:
                yield self._on(day)
            day -= _ONE_DAY

    def _on(self, day: date) -> datetime:
        """An hour later where clocks skip it; the first of the two where they show it twice."""
        return datetime.combine(day, self.by, self.zone).astimezone(UTC)

    def _is_due(self, day: date) -> bool:
        if day < self.first:
            return False
        if self.unit == "month":
            months = 12 * (day.year - self.first.year) + day.month - self.first.month
            last = calendar.monthrange(day.year, day.month)[1]
            return months % self.count == 0 and day.day == min(self.first.day, last)
        if self.unit == "week":
            weeks = (_monday(day) - _monday(self.first)).days // 7
            on = self.days or {self.first.weekday()}
            return weeks % self.count == 0 and day.weekday() in on
        counted = (day - self.first).days % self.count == 0
        return counted and (not self.days or day.weekday() in self.days)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def expectation(config: Mapping[str, Any], entry: str) -> Expect | None:
    """What is expected of an entry: its own keys before those at the top; None for nothing.

    Raises
    ------
    ValueError
        When the keys don't go together; it begins with the key.
    """
    given = {**config.get("expect", {}), **config["datasets"][entry].get("expect", {})}
    if not given or given.get("every") == NEVER:
        return None
    if "by" not in given:
        raise ValueError('by: the time of day is needed by which a file is due, as in by: "07:00".')
    count, unit = _every(str(given.get("every", "1 day")))
    first = _first(given.get("from"))
    if count > 1 and first is None:
        raise ValueError(
            f'from: the first day is needed, as in from: "2026-12-01", to count every {count} '
            f"{unit}s from."
        )
    days = _days(given.get("days", ()))
    if days and (unit == "month" or (unit == "day" and count > 1)):
        raise ValueError("days: weekdays go with every: 1 day, or with weeks.")
    return Expect(
        by=_by(given["by"]),
        count=count,
        unit=unit,
        days=days,
        first=first or BEGINNING,
        zone=_zone(given.get("timezone")),
    )


def expect_faults(config: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for each fault of what the schema lets pass."""
    seen = set()
    for entry, own in config["datasets"].items():
        try:
            expectation(config, entry)
        except ValueError as error:
            place = f"datasets.{entry}.expect" if "expect" in own else "expect"
            fault = f"{place}.{error}"
            if fault not in seen:
                yield fault
            seen.add(fault)


def _every(text: str) -> tuple[int, Literal["day", "week", "month"]]:
    found = _EVERY.fullmatch(" ".join(text.lower().split()))
    unit: Literal["day", "week", "month"]
    for unit in ("day", "week", "month"):
        if found and found[2] == unit and 1 <= int(found[1] or 1) <= MOST[unit]:
            return int(found[1] or 1), unit
    raise ValueError(
        f"every: {shown(text)} is none of 1 day, 1 week, 1 month, a number of days up to 366, of "
        "weeks up to 52 or of months up to 12, or never."
    )


def _by(given: str | int) -> time:
    # YAML takes 17:00 without quotes for a number in the base of 60.
    text = f"{given // 60}:{given % 60:02}" if isinstance(given, int) else given.strip()
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(f'by: {shown(str(given))} is no time of day such as "07:00".')
    return time(int(found[1]), int(found[2]))


def _days(given: str | list[str]) -> frozenset[int]:
    names = [given] if isinstance(given, str) else list(given)
    found: set[int] = set()
    for name in (one.strip().lower() for one in names):
        fits = [day for day, full in enumerate(DAYS) if len(name) > 2 and full.startswith(name)]
        if name == "weekdays":
            found |= WEEKDAYS
        elif fits:
            found.add(fits[0])
        else:
            raise ValueError(f"days: {shown(name)} is no day such as monday, nor weekdays.")
    return frozenset(found)


def _first(given: str | None) -> date | None:
    try:
        return None if given is None else date.fromisoformat(str(given))
    except ValueError:
        raise ValueError(f'from: {shown(str(given))} is no date such as "2026-12-01".') from None


def _zone(name: str | None) -> tzinfo | None:
    try:
        return None if name is None else ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise ValueError(
            f"timezone: {shown(str(name))} is no time zone known here, such as Europe/Lisbon."
        ) from None
