"""Several things in a row, joined as the language joins them."""

from collections.abc import Sequence

from babel.lists import format_list

from arbitration.i18n.languages import locale_of


def joined(items: Sequence[str], language: str) -> str:
    """ "a, b and c"."""
    text = format_list(items, locale=locale_of(language))
    # CLDR gives Persian an invisible mark after each comma and a comma before "and" that nobody writes.
    return text.replace("،\u200f", "،").replace("، و ", " و ") if language == "fa" else text
