"""Lengths of time: how they are written in ISO 8601, and how long they are for comparison."""

from fractions import Fraction
from typing import NamedTuple

MINUTES = {"minute": 1, "hour": 60, "day": 1440, "week": 10080, "month": 43200, "year": 525600}
_MOST = {"minute": 9999, "hour": 9999, "day": 3650, "week": 520, "month": 120, "year": 30}
_SMALLER = {
    "year": ("month", 12), "month": ("day", 30), "week": ("day", 7), "day": ("hour", 24), "hour": ("minute", 60),
}  # fmt: skip
_SIGNS = {"minute": "M", "hour": "H", "day": "D", "week": "W", "month": "M", "year": "Y"}
_SAME = Fraction(1, 20)


class Span(NamedTuple):
    """A length of time in the text's own unit; a month is compared as 30 days, a year as 365."""

    iso: str
    minutes: int

    @property
    def unit(self) -> str:
        """The name of its smallest unit."""
        names = ("minute", "hour") if "T" in self.iso else ("day", "week", "month", "year")
        return next(name for name in names if _SIGNS[name] == self.iso[-1])

    def about(self, other: "Span") -> bool:
        """Whether two lengths name the same period, as "1 month (30 days)" does."""
        return abs(self.minutes - other.minutes) <= _SAME * max(self.minutes, other.minutes)


def span(number: Fraction, unit: str) -> Span | None:
    """So many of a unit; None where that is too long to be a period that a seller would grant."""
    while number.denominator > 1 and unit in _SMALLER:
        unit, factor = _SMALLER[unit]
        number *= factor
    count = round(number)
    if count > _MOST[unit]:
        return None
    prefix = "PT" if unit in ("minute", "hour") else "P"
    return Span(f"{prefix}{count}{_SIGNS[unit]}", count * MINUTES[unit])


def fixed(iso: str) -> Span:
    """A span from one ISO unit ("P6M", "PT30M")."""
    count = int(iso.removeprefix("PT").removeprefix("P")[:-1])
    return Span(iso, count * MINUTES[Span(iso, 0).unit])


def added(first: Span, second: Span) -> Span | None:
    """ "1 year 6 months": the smaller follows the larger; None where they do not add up."""
    if second.minutes * 2 > first.minutes or first.minutes == 0:
        return None
    date, _, time = first.iso.removeprefix("P").partition("T")
    more, _, clock = second.iso.removeprefix("P").partition("T")
    if "W" in date + more or (date[-1:] and date[-1:] == more[-1:]) or (time and more):
        return None
    return Span(f"P{date}{more}" + (f"T{time}{clock}" if time or clock else ""), first.minutes + second.minutes)
