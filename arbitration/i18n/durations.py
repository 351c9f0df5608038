"""Lengths of time in words: "1 month, 2 days and 3 hours"."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Protocol

from arbitration.i18n.lists import joined
from arbitration.i18n.marks import N_n
from arbitration.rules.durations import UNITS

Count = Callable[[str, str, int], str]


class InUnits(Protocol):
    """A duration that keeps its units apart, such as the engine's; any of ``UNITS`` may be an attribute of it."""

    @property
    def months(self) -> int: ...

    @property
    def days(self) -> int: ...


Lasting = str | timedelta | Mapping[str, int] | InUnits

_WORDS = {
    "years": N_n("%(count)s year", "%(count)s years"),
    "months": N_n("%(count)s month", "%(count)s months"),
    "weeks": N_n("%(count)s week", "%(count)s weeks"),
    "days": N_n("%(count)s day", "%(count)s days"),
    "hours": N_n("%(count)s hour", "%(count)s hours"),
    "minutes": N_n("%(count)s minute", "%(count)s minutes"),
    "seconds": N_n("%(count)s second", "%(count)s seconds"),
}
_ISO = re.compile(
    r"P(?=[0-9T])(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)W)?(?:([0-9]+)D)?"
    r"(?:T(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?)?",
    re.ASCII,
)


def parts_of(duration: Lasting) -> dict[str, int]:
    """How many of each unit, the larger first, without those that are none.

    A text is ISO 8601 (``P1M2DT3H``) and keeps the units it was written in: 24 hours stay 24 hours. A timedelta is told
    in days, hours, minutes and seconds. Anything else has its counts under ``UNITS``, as keys or as attributes. Raises
    ValueError for a text that is no duration.
    """
    if isinstance(duration, timedelta):
        return _parts_of_seconds(int(duration.total_seconds()))
    if isinstance(duration, str):
        match = _ISO.fullmatch(duration)
        if match is None:
            raise ValueError(f"not a duration: {duration[:40]!r}")
        return {unit: int(digits) for unit, digits in zip(UNITS, match.groups(), strict=True) if int(digits or 0)}
    counts = duration if isinstance(duration, Mapping) else {unit: getattr(duration, unit, 0) for unit in UNITS}
    return {unit: counts[unit] for unit in UNITS if counts.get(unit)}


def duration_text(parts: Mapping[str, int], language: str, count: Count) -> str:
    """The parts in words, joined as the language joins a list; ``count`` gives a unit with its number."""
    words = [count(*_WORDS[unit], parts[unit]) for unit in UNITS if parts.get(unit)]
    return joined(words or [count(*_WORDS["seconds"], 0)], language)


def _parts_of_seconds(seconds: int) -> dict[str, int]:
    minutes, second = divmod(abs(seconds), 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    counts = {"days": days, "hours": hour, "minutes": minute, "seconds": second}
    return {unit: number for unit, number in counts.items() if number}
