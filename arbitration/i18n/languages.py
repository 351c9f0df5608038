"""The six languages, how each calls itself, and which of them a visitor gets."""

from functools import cache
from typing import Literal

from babel import Locale

from arbitration.i18n import conventions

LANGUAGES = ("en", "fr", "uk", "ru", "pl", "fa")
DEFAULT_LANGUAGE = "en"
OWN_NAMES = {
    "en": "English",
    "fr": "Français",
    "uk": "Українська",
    "ru": "Русский",
    "pl": "Polski",
    "fa": "فارسی",
}

# British order of day and month: readers of the English pages come from everywhere, and 06/11 means two days to them.
_LOCALES = {"en": "en_GB"}


@cache
def locale_of(language: str) -> Locale:
    """The conventions for dates and numbers that go with one of ``LANGUAGES``."""
    if language not in LANGUAGES:
        raise ValueError(f"not a language of this installation: {language!r}")
    locale = Locale.parse(_LOCALES.get(language, language))
    conventions.forget_unused(locale)
    return locale


def direction(language: str) -> Literal["ltr", "rtl"]:
    """Which way the language is written, as the ``dir`` attribute of a page wants it."""
    return "rtl" if locale_of(language).text_direction == "rtl" else "ltr"


def choose_language(preferred: str | None, accept_language_header: str | None) -> str:
    """The language a person has chosen, else the best of ``Accept-Language`` that we speak, else English.

    Never fails: the header comes from outside and may hold anything.
    """
    if preferred in LANGUAGES:
        return preferred
    for tag in _by_preference(accept_language_header or ""):
        language = tag.partition("-")[0]
        if language in LANGUAGES:
            return language
    return DEFAULT_LANGUAGE


def _by_preference(header: str) -> list[str]:
    wishes = []
    for part in header[:500].lower().split(","):
        tag, _, parameters = part.strip().partition(";")
        weight = _weight(parameters.strip())
        if weight > 0:
            wishes.append((weight, tag.strip()))
    return [tag for _, tag in sorted(wishes, key=lambda wish: -wish[0])]


def _weight(parameters: str) -> float:
    """The ``q`` of RFC 9110, between 0 and 1; what cannot be read counts as not wanted."""
    if not parameters:
        return 1.0
    name, _, value = parameters.partition("=")
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if name.strip() == "q" and 0 <= weight <= 1 else 0.0
