"""Durations: ISO 8601 text to values, and calendar arithmetic in UTC (docs/assess.md, "The case")."""

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import MAXYEAR, datetime, timedelta
from functools import lru_cache

UNITS = ("years", "months", "weeks", "days", "hours", "minutes", "seconds")
_SHAPE = re.compile(
    r"P(?=[0-9T])(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)W)?(?:([0-9]+)D)?"
    r"(?:T(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?)?"
).fullmatch
_BEYOND_ALL_TIME = 10**4000
_MOST_DIGITS = 4000


@dataclass(frozen=True, slots=True)
class Duration:
    """A period of whole calendar and clock units, none of them negative."""

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0
    hours: int = 0
    minutes: int = 0
    seconds: int = 0
    _elapsed: timedelta | None = field(init=False, repr=False, compare=False, default=None)
    _least: timedelta = field(init=False, repr=False, compare=False, default=timedelta.max)
    _most: timedelta = field(init=False, repr=False, compare=False, default=timedelta.max)
    _hash: int = field(init=False, repr=False, compare=False, default=0)

    def __post_init__(self) -> None:
        units = (self.years, self.months, self.weeks, self.days, self.hours, self.minutes, self.seconds)
        object.__setattr__(self, "_hash", hash(units))
        months = 12 * self.years + self.months
        parts = {"weeks": self.weeks, "hours": self.hours, "minutes": self.minutes, "seconds": self.seconds}
        for name, days in (("_elapsed", 0), ("_least", 28 * months), ("_most", 31 * months)):
            try:
                object.__setattr__(self, name, timedelta(days=self.days + days, **parts))
            except OverflowError:
                return  # and what is longer is beyond all time too

    def __hash__(self) -> int:
        return self._hash

    def after(self, moment: datetime) -> datetime | None:
        """The moment (aware, UTC) so much later: years and months together, clipped to the month's last day once, then
        weeks and days, then the time. None where that lies after the year 9999."""
        if self._elapsed is None:
            return None
        try:
            if self.years or self.months:
                moment = _months_later(moment, 12 * self.years + self.months)
            return moment + self._elapsed
        except OverflowError:
            return None

    def covers(self, start: datetime, moment: datetime) -> bool:
        """Whether the moment is no later than so much after the start; looks at the calendar only where it must."""
        passed = moment - start
        if passed <= self._least:
            return True
        if passed > self._most:
            return False
        end = self.after(start)
        return end is None or moment <= end

    def __str__(self) -> str:
        """The ISO 8601 form."""
        date = "".join(f"{getattr(self, unit)}{unit[0].upper()}" for unit in UNITS[:4] if getattr(self, unit))
        time = "".join(f"{getattr(self, unit)}{unit[0].upper()}" for unit in UNITS[4:] if getattr(self, unit))
        return f"P{date}T{time}" if time else f"P{date or '0D'}"


def _months_later(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    if year > MAXYEAR:
        raise OverflowError
    day = moment.day
    if day > 28:
        day = min(day, monthrange(year, month + 1)[1])
    return moment.replace(year, month + 1, day)


@lru_cache(maxsize=1024)
def parse_duration(text: str) -> Duration:
    """ISO 8601 text, whole numbers only, to a Duration. Raises ValueError with a sentence that says what is wrong."""
    found = _SHAPE(text)
    if not found:
        raise ValueError("not a duration such as PT24H, P30D, P2W or P1M2DT3H")
    duration = Duration(*(_whole(digits) for digits in found.groups()))
    if duration == Duration():
        raise ValueError("a duration must be longer than nothing")
    return duration


def _whole(digits: str | None) -> int:
    """Digits to a number; what is too long to be written down at all is a number beyond all time."""
    digits = (digits or "").lstrip("0")
    return int(digits or "0") if len(digits) <= _MOST_DIGITS else _BEYOND_ALL_TIME
