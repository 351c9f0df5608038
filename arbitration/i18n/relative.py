"""How far a moment lies from now, in words."""

from collections.abc import Callable
from datetime import timedelta

from babel.dates import format_timedelta

from arbitration.i18n.languages import locale_of

_MINUTE, _HOUR, _DAY, _WEEK, _MONTH, _YEAR = 60, 3600, 86400, 604800, 2629746, 31556952

# Unit, its seconds, and from how many seconds on it is used: two whole ones, so that a day and a half is "36 hours".
_STEPS = (
    ("year", _YEAR, 2 * _YEAR),
    ("month", _MONTH, 2 * _MONTH),
    ("week", _WEEK, 2 * _WEEK),
    ("day", _DAY, 2 * _DAY),
    ("hour", _HOUR, _HOUR),
    ("minute", _MINUTE, _MINUTE),
)
_BABEL_SECONDS = {"year": 31536000, "month": 2592000, "week": _WEEK, "day": _DAY, "hour": _HOUR, "minute": _MINUTE}


def relative_text(distance: timedelta, language: str, gettext: Callable[[str], str]) -> str:
    """The distance from now, negative for the past, rounded down to one unit so that it never promises more time."""
    seconds = distance.total_seconds()
    for unit, length, threshold in _STEPS:
        if abs(seconds) >= threshold:
            return _told(int(abs(seconds) // length), unit, seconds < 0, language)
    return gettext("just now") if seconds <= 0 else gettext("in less than a minute")


def _told(count: int, unit: str, is_past: bool, language: str) -> str:
    exactly = timedelta(seconds=count * _BABEL_SECONDS[unit])
    return format_timedelta(
        -exactly if is_past else exactly,
        granularity=unit,  # type: ignore[arg-type]
        threshold=float("inf"),
        add_direction=True,
        locale=locale_of(language),
    )
