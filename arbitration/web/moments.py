"""A day, or a day and a time, as people type it: in their own zone, calendar and digits."""

import re
import unicodedata
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from arbitration.domain.refusals import FieldFault, InvalidError
from arbitration.i18n import Reader
from arbitration.i18n.calendars import persian_day
from arbitration.i18n.numerals import in_digits
from arbitration.rules.marking import N_

SHAPE = re.compile(
    r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,2})(?:(?:\s+|\s*T\s*)(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?", re.ASCII
)
PERSIAN_YEARS = range(1200, 1600)
EXAMPLE = datetime(2026, 11, 21, 12, tzinfo=UTC)
END_OF_DAY = time(23, 59, 59, 999999)
WITH_TIME = N_("Give the time too, such as %(example)s.")
NOT_A_DAY = N_("Type a day such as %(example)s, with a time if you like.")


def read_moment(typed: str, reader: Reader, path: str = "on", *, ends: bool = True) -> datetime:
    """The instant, in UTC; a day without a time is its end, or its beginning unless it ``ends``.

    A reader of the Persian calendar may type a Persian or a Gregorian date.

    Raises:
        InvalidError: there is no such day or time.
    """
    found = SHAPE.fullmatch(_plain(typed))
    try:
        if not found:
            raise ValueError
        year, month, day, *clock = (int(part) if part else None for part in found.groups())
        at = (END_OF_DAY if ends else time.min) if clock[0] is None else time(clock[0], clock[1] or 0, clock[2] or 0)
        if reader.calendar == "persian" and year in PERSIAN_YEARS:
            from jdatetime import date as persian_date

            date = persian_date(year, month, day).togregorian()
        else:
            date = datetime(year or 0, month or 0, day or 0, tzinfo=UTC).date()
        return datetime.combine(date, at, ZoneInfo(reader.time_zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        example = left_to_right(as_typed(EXAMPLE, reader))
        raise InvalidError(faults=[FieldFault(path, NOT_A_DAY, {"example": example})]) from error


def read_time(typed: str, reader: Reader, path: str, now: datetime) -> datetime | None:
    """A moment with its time of day, in UTC; None for an empty field. ``now`` is shown as an example.

    Raises:
        InvalidError: there is no such day or time, or no time of day.
    """
    if not typed.strip():
        return None
    moment = read_moment(typed, reader, path)
    if ":" not in _plain(typed):
        raise InvalidError(faults=[FieldFault(path, WITH_TIME, {"example": as_typed(now, reader)})])
    return moment


def write_moment(moment: datetime, reader: Reader) -> str:
    """The instant as ``read_moment`` reads it and as a field for day and time wants it: to the minute."""
    local = moment.astimezone(ZoneInfo(reader.time_zone))
    date = persian_day(local.date(), reader.calendar)
    if date is None or date.year not in PERSIAN_YEARS:
        return local.strftime("%Y-%m-%dT%H:%M").rjust(16, "0")
    return in_digits(f"{date.year}-{date.month:02}-{date.day:02} {local:%H:%M}", reader.digits)


def as_typed(moment: datetime, reader: Reader) -> str:
    """The instant as people type it: ``write_moment`` with a space before the time."""
    return write_moment(moment, reader).replace("T", " ")


def example_moment(reader: Reader, moment: datetime | None = None) -> str:
    """An example beside a field for a moment; of ``moment`` if one is given."""
    example = as_typed(moment or EXAMPLE, reader)
    return left_to_right(example) if reader.direction == "rtl" else example


def left_to_right(text: str) -> str:
    """The text in isolates that keep its order within a sentence that runs the other way."""
    return f"\u2066{text}\u2069"


def _plain(typed: str) -> str:
    """With European digits, and without the marks that keep a text's direction."""
    typed = unicodedata.normalize("NFKC", typed[:80])
    kept = (c for c in typed if unicodedata.category(c) != "Cf")
    return "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in kept).strip().upper()
