"""A seller's working hours in the reader's words."""

from collections.abc import Sequence
from typing import Any

from babel.dates import get_day_names

from arbitration.domain.working_time import DAYS
from arbitration.i18n import Reader
from arbitration.i18n.languages import locale_of
from arbitration.i18n.numerals import in_digits
from arbitration.rules.marking import N_

USUAL: Sequence[dict[str, Any]] = ({"days": list(DAYS), "from": "09:00", "to": "21:00"},)


def told(hours: Sequence[dict[str, Any]] | None, reader: Reader) -> list[tuple[str, str]]:
    """Days and hours, row by row: ("Monday – Friday", "09:00–18:00"); the usual ones where none are set."""
    return [(_days(row["days"], reader), _span(row["from"], row["to"], reader)) for row in hours or USUAL]


def _days(codes: Sequence[str], reader: Reader) -> str:
    numbers = sorted(DAYS.index(code) for code in codes)
    if len(numbers) == len(DAYS):
        return reader.gettext(N_("Every day"))
    names = get_day_names("wide", "stand-alone", locale_of(reader.language))
    if len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"{names[numbers[0]]} – {names[numbers[-1]]}"
    return reader.joined([names[number] for number in numbers])


def _span(begin: str, end: str, reader: Reader) -> str:
    return in_digits(f"{begin}–{end}", reader.digits)
