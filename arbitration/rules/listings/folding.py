"""Folds a text for comparison, character by character, so that every place in it can be found again in the original.

Case, width, accents, the digits of all scripts, Arabic and Persian letter forms and typographic apostrophes are
levelled; marks and invisible signs are dropped; a zero-width non-joiner is a space.
"""

import re
import unicodedata
from typing import NamedTuple

_SPECIAL = {
    "ł": "l", "ı": "i", "ø": "o", "đ": "d", "œ": "oe", "æ": "ae", "ß": "ss", "ґ": "г", "ي": "ی", "ى": "ی", "ك": "ک",
    "ة": "ه", "ە": "ه", "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "ʹ": "'", "′": "'", "\u200c": " ",
    "\u0640": "", "–": "-", "—": "-", "‑": "-", "‐": "-", "−": "-", "―": "-", "\r": "\n", "\x0b": "\n", "\x0c": "\n",
    "\x85": "\n", "\u2028": "\n", "\u2029": "\n", "№": "#", "«": '"', "»": '"', "“": '"', "”": '"', "„": '"',
    "½": " 1⁄2", "¼": " 1⁄4", "¾": " 3⁄4", "∞": " lifetime ",
}  # fmt: skip


class Folded(NamedTuple):
    """A folded text; ``place(i)`` is the index in the original of the character that folded to place ``i``."""

    text: str
    origins: list[int] | None

    def place(self, index: int) -> int:
        return index if self.origins is None else self.origins[index]


class _Table(dict[int, str]):
    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold(chr(code))
        return folded


def _fold(char: str) -> str:
    if char in _SPECIAL:
        return _SPECIAL[char]
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    pieces = []
    for piece in unicodedata.normalize("NFKD", char.lower()):
        category = unicodedata.category(piece)
        if category in ("Mn", "Me", "Cf", "Cs"):
            continue
        low = piece.casefold()
        pieces.append(_SPECIAL.get(piece, _SPECIAL.get(low, low)))
    return "".join(pieces) or (" " if unicodedata.category(char).startswith("Z") else "")


_TABLE = _Table()


def fold(text: str) -> Folded:
    """The folded text with the way back to the original."""
    folded = text.translate(_TABLE)
    if all(len(_TABLE[ord(char)]) == 1 for char in set(text)):
        return Folded(folded, None)
    origins = [index for index, char in enumerate(text) for _ in _TABLE[ord(char)]]
    return Folded(folded, origins)


def fold_word(text: str) -> str:
    """A word or phrase of a data file, folded the way listings are."""
    folded = text.translate(_TABLE)
    return re.sub(r"(?<=[^\W\d_])'(?=[^\W\d_])", "", folded) if "'" in folded else folded
