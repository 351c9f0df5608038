"""Other people's words inside a sentence of ours."""

import unicodedata

from arbitration.i18n.languages import direction
from arbitration.rules.directions import straight

_MARKS = {
    "en": ("“", "”"),
    "fr": ("«\u00a0", "\u00a0»"),
    "uk": ("«", "»"),
    "ru": ("«", "»"),
    "pl": ("„", "”"),
    "fa": ("«", "»"),
}
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
_RIGHT_TO_LEFT = {"R", "AL"}


def quoted(text: str, language: str) -> str:
    """The text in the language's quotation marks.

    Where it holds letters that run the other way it is isolated, so that it cannot reorder the sentence around it.
    """
    opening, closing = _MARKS[language]
    return f"{opening}{isolated(text, language)}{closing}"


def apart(name: str) -> str:
    """A name within a sentence: it keeps its own direction, and nothing in it turns what stands around it."""
    return f"{_ISOLATE}{straight(name)}{_END_ISOLATE}"


def isolated(text: str, language: str) -> str:
    """The text, wrapped in invisible isolates if it holds letters that run against the language."""
    against = {"L"} if direction(language) == "rtl" else _RIGHT_TO_LEFT
    if any(unicodedata.bidirectional(letter) in against for letter in text):
        return f"{_ISOLATE}{text}{_END_ISOLATE}"
    return text
