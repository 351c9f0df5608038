"""Time as a seller's working day counts it: local hours on certain weekdays, over every change of the clocks.

A row of hours is open from the moment at which the local clock first shows ``from`` until it first shows ``to``; what
is counted between them is time that really passed. An hour that the clock leaves out is nowhere.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
END_OF_DAY = "24:00"
FARTHEST = timedelta(days=3660)

Span = tuple[time, time]
"""Open from the first to the second; ``time.max`` is the end of the day."""


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When somebody works: an IANA zone, and for each weekday from Monday the hours in their order, none overlapping.

    ``usual`` where they were not set, so that the agreement's day counts.
    """

    zone: str
    week: tuple[tuple[Span, ...], ...]
    usual: bool = False

    @classmethod
    def of(
        cls, zone: str, rows: Sequence[Mapping[str, Any]] | None, default_from: time, default_to: time
    ) -> "WorkingHours":
        """From the rows of a shop (``{days, from, to}``, local time), or the default day where it has none.

        A zone that nobody knows counts as UTC. Where no row is open at all, the default day counts too; where even
        that is empty, the whole day.
        """
        week = tuple(_merged(_spans(rows or (), day)) for day in DAYS)
        if any(week):
            return cls(_known(zone), week)
        day = (default_from, default_to) if default_from < default_to else (time.min, time.max)
        return cls(_known(zone), ((day,),) * len(DAYS), usual=True)

    @property
    def every_day(self) -> Span | None:
        """The hours, where they are one row and the same on every day."""
        days = set(self.week)
        return self.week[0][0] if len(days) == 1 and len(self.week[0]) == 1 else None

    def open_from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The times at work from ``start`` on, in UTC and in their order, for as far as ``FARTHEST``."""
        zone = ZoneInfo(self.zone)
        first = start.astimezone(zone).date() - timedelta(days=1)
        for number in range(FARTHEST.days):
            day = first + timedelta(days=number)
            for opens, closes in self.week[day.weekday()]:
                begin, end = _instant(day, opens, zone), _instant(day, closes, zone)
                if end > max(begin, start):
                    yield max(begin, start), end


def working_after(start: datetime, amount: timedelta, hours: WorkingHours) -> datetime:
    """The moment (UTC) at which so much working time has passed since ``start``.

    Where that is farther away than ``FARTHEST``, or than any calendar reaches, the last moment that was looked at.
    """
    left, reached = amount, start.astimezone(UTC)
    try:
        for begin, end in hours.open_from(start.astimezone(UTC)):
            if end - begin >= left:
                return begin + left
            left, reached = left - (end - begin), end
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)
    return reached


def _known(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"
    return zone


def _spans(rows: Iterable[Mapping[str, Any]], day: str) -> list[Span]:
    spans = ((_time(row["from"]), _time(row["to"])) for row in rows if day in row["days"])
    return sorted(span for span in spans if span[0] < span[1])


def _time(text: str) -> time:
    return time.max if text == END_OF_DAY else time.fromisoformat(text)


def _merged(spans: list[Span]) -> tuple[Span, ...]:
    """Hours that touch or overlap, as one row."""
    merged: list[Span] = []
    for opens, closes in spans:
        if merged and opens <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], closes)
        else:
            merged.append((opens, closes))
    return tuple(merged)


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which the local clock first shows that time of that day, or leaps over it."""
    if at == time.max:
        day, at = day + timedelta(days=1), time.min
    wall = datetime.combine(day, at)
    after = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if after.astimezone(zone).replace(tzinfo=None) == wall:
        return after
    return _leap(wall.replace(tzinfo=zone, fold=1).astimezone(UTC), after, zone)


def _leap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant between two at which the local clock leaps."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle <= before:
            break
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
