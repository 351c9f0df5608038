"""Days written out, in the Gregorian or the Persian calendar."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from babel.dates import format_date, get_day_names

from arbitration.i18n.languages import locale_of
from arbitration.i18n.marks import N_p

if TYPE_CHECKING:
    import jdatetime

CALENDARS = ("gregorian", "persian")
USUAL_CALENDARS = {"fa": "persian"}

Translate = Callable[[str, str], str]

_PERSIAN_MONTHS = (
    N_p("month of the Persian calendar", "Farvardin"),
    N_p("month of the Persian calendar", "Ordibehesht"),
    N_p("month of the Persian calendar", "Khordad"),
    N_p("month of the Persian calendar", "Tir"),
    N_p("month of the Persian calendar", "Mordad"),
    N_p("month of the Persian calendar", "Shahrivar"),
    N_p("month of the Persian calendar", "Mehr"),
    N_p("month of the Persian calendar", "Aban"),
    N_p("month of the Persian calendar", "Azar"),
    N_p("month of the Persian calendar", "Dey"),
    N_p("month of the Persian calendar", "Bahman"),
    N_p("month of the Persian calendar", "Esfand"),
)

# Without the languages' word for "year" (р., г.): it ends in a full stop, which a sentence would then have twice.
_DAY = "d MMMM y"
_DAY_OF_THIS_YEAR = {"fr": "EEEE d MMMM", "fa": "EEEE d MMMM", "en": "EEEE d MMMM"}
_USUAL_DAY_OF_THIS_YEAR = "EEEE, d MMMM"


def day_text(day: date, calendar: str, language: str, pgettext: Translate) -> str:
    """Day, month and year; the month is named, never a number."""
    persian = persian_day(day, calendar)
    if persian is not None:
        return f"{persian.day} {_persian_month(persian, pgettext)} {persian.year}"
    return format_date(day, _in_french(_DAY, day, language), locale=locale_of(language))


def weekday_text(day: date, today: date, calendar: str, language: str, pgettext: Translate) -> str:
    """Day of the week, day and month; the year too where it is not today's."""
    persian = persian_day(day, calendar)
    if persian is not None:
        text = _persian_weekday(day, persian, language, pgettext)
        return text if persian.year == _year(today, calendar) else f"{text} {persian.year}"
    pattern = _DAY_OF_THIS_YEAR.get(language, _USUAL_DAY_OF_THIS_YEAR)
    pattern = _in_french(pattern if day.year == today.year else f"{pattern} y", day, language)
    return format_date(day, pattern, locale=locale_of(language))


def _in_french(pattern: str, day: date, language: str) -> str:
    """French has an ordinal for the first of a month, and for that day alone."""
    return pattern.replace("d MMMM", "d'er' MMMM") if language == "fr" and day.day == 1 else pattern


def persian_day(day: date, calendar: str) -> "jdatetime.date | None":
    """The day in the Persian calendar, None where that is not wanted or the day lies outside of it."""
    if calendar != "persian":
        return None
    import jdatetime

    try:
        return jdatetime.date.fromgregorian(date=day)
    except ValueError:
        return None


def _year(day: date, calendar: str) -> int:
    return (persian_day(day, calendar) or day).year


def _persian_month(day: "jdatetime.date", pgettext: Translate) -> str:
    return pgettext(*_PERSIAN_MONTHS[day.month - 1])


def _persian_weekday(day: date, persian: "jdatetime.date", language: str, pgettext: Translate) -> str:
    name = get_day_names(locale=locale_of(language))[day.weekday()]
    comma = "" if language in _DAY_OF_THIS_YEAR else ","
    return f"{name}{comma} {persian.day} {_persian_month(persian, pgettext)}"
