"""How far a moment lies from now, in words."""

from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache

from babel.dates import format_timedelta

from arbitration.i18n.languages import locale_of
from arbitration.i18n.lists import joined

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
# What is still to come is told more exactly: 71 hours are "2 days and 23 hours", and 20 days not "2 weeks".
_LEFT = tuple((unit, length, 3 * _DAY if unit == "day" else least) for unit, length, least in _AGO if unit != "week")
_SLACK = 48
"""This part of a unit may be missing of what is left: seven days that began a minute ago are not six."""
_BABEL_SECONDS = {"year": 31536000, "month": 2592000, "week": _WEEK, "day": _DAY, "hour": _HOUR, "minute": _MINUTE}


def relative_text(distance: timedelta, language: str, gettext: Callable[[str], str]) -> str:
    """The distance from now, negative for the past, rounded down so that it never promises more time.

    It is told in one unit, except that of what is left two days come with their hours.

    Of what is left half an hour of a day may be missing, or a minute of an hour.
    """
    seconds = distance.total_seconds()
    for unit, length, threshold in _AGO if seconds < 0 else _LEFT:
        told = abs(seconds) + (length // _SLACK if seconds > 0 and length >= _HOUR else 0)
        if told >= threshold:
            if unit == "hour" and told >= 2 * _DAY:
                return _days_and_hours(*divmod(int(told // _HOUR), 24), language)
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


@lru_cache(maxsize=1024)
def _days_and_hours(days: int, hours: int, language: str) -> str:
    """What is to come in days and hours: "in", or what a language says instead before or after, is said once."""
    told = _told(days, "day", False, language)
    if not hours:
        return told
    before, each_day = told.split(str(days), 1)
    day_word, *after = each_day.split()
    hour_word = _told(hours, "hour", False, language).split(str(hours), 1)[1].split()[0]
    both = joined([f"{days} {day_word}", f"{hours} {hour_word}"], language)
    return " ".join([before + both, *after])
