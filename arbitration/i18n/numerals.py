"""Numbers in the digits that a reader has chosen."""

from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_decimal

from arbitration.i18n.languages import locale_of

DIGITS = ("european", "persian")
USUAL_DIGITS = {"fa": "persian"}

# Past this many digits Decimal refuses to round; a duration may be as long as anybody cares to write it.
_LARGEST_WITH_MARKS = 10**20
_TO_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_PERSIAN_SEPARATORS = str.maketrans({",": "٬", ".": "٫"})


def in_digits(text: str, digits: str) -> str:
    """The text with its European digits exchanged for the reader's; marks between them stay as they are."""
    return text.translate(_TO_PERSIAN) if digits == "persian" else text


def with_separators(text: str, language: str, digits: str) -> str:
    """A number in the reader's digits; in Persian ones, a Persian page has the Persian marks between them too."""
    if language == "fa" and digits == "persian":
        text = text.translate(_PERSIAN_SEPARATORS)
    return in_digits(text, digits)


@lru_cache(maxsize=4096, typed=True)
def number_text(number: int | Decimal, language: str, digits: str) -> str:
    """The number with the language's marks for thousands and decimals; without them if it is beyond all use."""
    if not -_LARGEST_WITH_MARKS < number < _LARGEST_WITH_MARKS:
        return in_digits(str(number), digits)
    return with_separators(
        format_decimal(number, locale=locale_of(language), numbering_system="latn"), language, digits
    )
