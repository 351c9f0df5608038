"""A reader: who reads, in which language, zone, calendar and digits, and how things are said to that person."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_time

from arbitration.i18n import currencies, durations, numerals, quotes, relative, zones
from arbitration.i18n.calendars import CALENDARS, USUAL_CALENDARS, day_text, weekday_text
from arbitration.i18n.catalogues import translations
from arbitration.i18n.filling import filled
from arbitration.i18n.languages import DEFAULT_LANGUAGE, direction, locale_of
from arbitration.i18n.lists import joined
from arbitration.i18n.numerals import DIGITS, USUAL_DIGITS


@dataclass(frozen=True)
class Reader:
    """Says everything in one person's way.

    ``calendar`` ("gregorian" or "persian") and ``digits`` ("european" or "persian") are the language's usual ones where
    they are left empty. Where nobody knows the person's zone (``zone_known``), each moment is told with that of the
    reader. All moments given must know their offset; raises ValueError for settings that do not exist.
    """

    language: str = DEFAULT_LANGUAGE
    time_zone: str = "UTC"
    calendar: str = ""
    digits: str = ""
    zone_known: bool = True
    _zone: tzinfo = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        locale_of(self.language)
        object.__setattr__(self, "calendar", self.calendar or USUAL_CALENDARS.get(self.language, "gregorian"))
        object.__setattr__(self, "digits", self.digits or USUAL_DIGITS.get(self.language, "european"))
        if self.calendar not in CALENDARS or self.digits not in DIGITS or not zones.is_zone(self.time_zone):
            raise ValueError(f"no such calendar, digits or zone: {self.calendar}, {self.digits}, {self.time_zone[:60]}")
        object.__setattr__(self, "_zone", ZoneInfo(self.time_zone))

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``."""
        return direction(self.language)

    @property
    def zone_name(self) -> str:
        """The city that stands for the reader's zone, in the reader's language."""
        return zones.zone_label(self.time_zone, self.language)

    def gettext(self, message: str) -> str:
        """The sentence in the reader's language."""
        return translations(self.language).gettext(message) if message else ""

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """The sentence in the form that goes with the number; the number itself is still to be filled in."""
        return translations(self.language).ngettext(singular, plural, n)

    def pgettext(self, context: str, message: str) -> str:
        """The sentence in the reader's language, told apart by its context from others with the same English."""
        return translations(self.language).pgettext(context, message)

    def npgettext(self, context: str, singular: str, plural: str, n: int) -> str:
        """``ngettext`` with a context."""
        return translations(self.language).npgettext(context, singular, plural, n)

    def say(self, message: str, **values: object) -> str:
        """The sentence in the reader's language with its values filled in, whole numbers in the reader's digits."""
        return filled(self.gettext(message), self, values) if values else self.gettext(message)

    def say_n(self, singular: str, plural: str, number: int, **values: object) -> str:
        """``say`` in the form that goes with the number, which fills ``%(num)s``."""
        return filled(self.ngettext(singular, plural, number), self, {"num": number, **values})

    def instant(self, moment: datetime, *, zone: bool = False, seconds: bool = False) -> str:
        """Day and time of day in the reader's zone: "6 November 2026, 14:05"; with ``zone``, "... (UTC+2)"."""
        local = self._local(moment)
        text = self.pgettext("a moment", "%(day)s, %(time)s") % {
            "day": self._day(local),
            "time": self._clock_time(local, seconds),
        }
        with_zone = zone or not self.zone_known or not self._is_in_zone(local)
        return f"{text} ({self._offset(local)})" if with_zone else text

    def day(self, moment: datetime) -> str:
        """The day on which the moment falls in the reader's zone: "6 November 2026"."""
        return self._day(self._local(moment))

    def clock_time(self, moment: datetime, *, seconds: bool = False) -> str:
        """The time of day in the reader's zone: "14:05"."""
        return self._clock_time(self._local(moment), seconds)

    def day_heading(self, moment: datetime, now: datetime) -> str:
        """ "Today", "Yesterday", or the day of the week with the date; days change at the reader's midnight."""
        day, today = self._local(moment).date(), self._local(now).date()
        if day == today:
            return self.gettext("Today")
        if day == today - timedelta(days=1):
            return self.gettext("Yesterday")
        return _weekday_told(day, today, self.calendar, self.language, self.digits)

    def time_of_day(self, moment: time) -> str:
        """A time of day that is nobody's moment, such as when a shop opens: "09:00"."""
        return _time_told(moment, "short", self.language, self.digits)

    def zone(self, name: str) -> str:
        """The city that stands for a zone, in the reader's language."""
        return zones.zone_label(name, self.language)

    def relative(self, moment: datetime, now: datetime) -> str:
        """How long ago or from now, rounded down: "3 hours ago", "in 5 days", "in 2 days and 15 hours"."""
        return self._digits(relative.relative_text(moment - now, self.language, self.gettext))

    def duration(self, duration: durations.Lasting) -> str:
        """A length of time in words, from ISO 8601, a timedelta, counts by unit or the engine's own durations."""
        return durations.duration_text(durations.parts_of(duration), self.language, self._counted)

    def money(self, minor_units: int, currency: str) -> str:
        """An amount given in the currency's minor units, with the decimals CLDR gives it."""
        return currencies.money_text(minor_units, currency, self.language, self.digits)

    def number(self, number: int | Decimal) -> str:
        """A number with the language's separators."""
        return numerals.number_text(number, self.language, self.digits)

    def joined(self, items: Sequence[str]) -> str:
        """Several things in a row: "a, b and c"."""
        return joined(items, self.language)

    def quote(self, text: str) -> str:
        """Somebody's words in the language's quotation marks."""
        return quotes.quoted(text, self.language)

    def _counted(self, singular: str, plural: str, number: int) -> str:
        return self.ngettext(singular, plural, number) % {"count": self.number(number)}

    def _local(self, moment: datetime) -> datetime:
        if moment.tzinfo is None:
            raise ValueError("a moment without an offset cannot be told")
        try:
            return moment.astimezone(self._zone)
        except OverflowError:  # within a day of the years 1 or 9999
            return moment.astimezone(UTC)

    def _is_in_zone(self, local: datetime) -> bool:
        return local.tzinfo is self._zone

    def _day(self, local: datetime) -> str:
        return _day_told(local.date(), self.calendar, self.language, self.digits)

    def _clock_time(self, local: datetime, seconds: bool) -> str:
        moment = time(local.hour, local.minute, local.second if seconds else 0)
        return _time_told(moment, "medium" if seconds else "short", self.language, self.digits)

    def _offset(self, local: datetime) -> str:
        """The zone in short, as an offset: alike in every language, and right on both sides of a change of clocks."""
        minutes = int((local.utcoffset() or timedelta()).total_seconds()) // 60
        hours, rest = divmod(abs(minutes), 60)
        sign = "+" if minutes > 0 else "−"
        return self._digits("UTC" + (f"{sign}{hours}" if minutes else "") + (f":{rest:02}" if rest else ""))

    def _digits(self, text: str) -> str:
        return numerals.in_digits(text, self.digits)


# Days and times of day come again and again on a page and from page to page, and Babel takes long over each.


@lru_cache(maxsize=4096)
def _day_told(day: date, calendar: str, language: str, digits: str) -> str:
    return numerals.in_digits(day_text(day, calendar, language, translations(language).pgettext), digits)


@lru_cache(maxsize=1024)
def _weekday_told(day: date, today: date, calendar: str, language: str, digits: str) -> str:
    return numerals.in_digits(weekday_text(day, today, calendar, language, translations(language).pgettext), digits)


@lru_cache(maxsize=4096)
def _time_told(moment: time, pattern: Literal["short", "medium"], language: str, digits: str) -> str:
    return numerals.in_digits(format_time(moment, pattern, locale=locale_of(language)), digits)
