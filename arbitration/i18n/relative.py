"""How far a moment lies from now, in words."""

from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache

from babel.dates import format_timedelta

from arbitration.i18n.languages import locale_of

_MINUTE, _HOUR, _DAY, _WEEK, _MONTH, _YEAR = 60, 3600, 86400, 604800, 2629746, 31556952

# Unit, its seconds, and from how many seconds on it is used: two whole ones, so that a day and a half is "36 hours".
_AGO = (
    ("year", _YEAR, 2 * _YEAR),
    ("month", _MONTH, 2 * _MONTH),
    ("week", _WEEK, 2 * _WEEK),
    ("day", _DAY, 2 * _DAY),
    ("hour", _HOUR, _HOUR),
    ("minute", _MINUTE, _MINUTE),
)
# What is still to come is told more exactly: 71 hours are not "2 days", nor 20 days "2 weeks".
_LEFT = tuple((unit, length, 3 * _DAY if unit == "day" else least) for unit, length, least in _AGO if unit != "week")
_SLACK = 48
"""This part of a unit may be missing of what is left: seven days that began a minute ago are not six."""
_BABEL_SECONDS = {"year": 31536000, "month": 2592000, "week": _WEEK, "day": _DAY, "hour": _HOUR, "minute": _MINUTE}


def relative_text(distance: timedelta, language: str, gettext: Callable[[str], str]) -> str:
    """The distance from now, negative for the past, rounded down to one unit so that it never promises more time.

    Of what is left half an hour of a day may be missing, or a minute of an hour.
    """
    seconds = distance.total_seconds()
    for unit, length, threshold in _AGO if seconds < 0 else _LEFT:
        told = abs(seconds) + (length // _SLACK if seconds > 0 and length >= _HOUR else 0)
        if told >= threshold:
            return _told(int(told // length), unit, seconds < 0, language)
    return gettext("just now") if seconds <= 0 else gettext("in less than a minute")


@lru_cache(maxsize=4096)
def _told(count: int, unit: str, is_past: bool, language: str) -> str:
    exactly = timedelta(seconds=count * _BABEL_SECONDS[unit])
    return format_timedelta(
        -exactly if is_past else exactly,
        granularity=unit,  # type: ignore[arg-type]
        threshold=float("inf"),
        add_direction=True,
        locale=locale_of(language),
    )
