"""Which language a text, or one line of it, is written in."""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from arbitration.rules.listings.lexicon import Lexicon, lexicons
from arbitration.rules.listings.tokens import Token

_SCRIPTS = {"latin": "LATIN", "cyrillic": "CYRILLIC", "arabic": "ARABIC"}
_UNMARKED = 0.4
_MARKED = 2.0
_LETTERED = 1.5


def language_of(text: str, words: Sequence[Token]) -> str | None:
    """The language of a whole text; None where it has no letters at all."""
    scores = scored(text, words)
    if any(scores.values()):
        return max(scores, key=scores.__getitem__)
    return next(iter(ordered(scores))) if any(char.isalpha() for char in text) else None


def scored(text: str, words: Iterable[Token]) -> dict[str, float]:
    """How much speaks for each language: its own words most, then its own letters, then its script."""
    known = lexicons()
    scores = dict.fromkeys(known, 0.0)
    for word in words:
        if word.kind == "word":
            for code, weight in _votes(word.text):
                scores[code] += weight
    lowered = unicodedata.normalize("NFC", text.lower())
    for code, lexicon in known.items():
        scores[code] += _LETTERED * sum(lowered.count(letter) for letter in lexicon.letters)
    return scores


@lru_cache(maxsize=1 << 16)
def _votes(word: str) -> tuple[tuple[str, float], ...]:
    known = lexicons()
    claiming = [code for code, lexicon in known.items() if word in lexicon.markers]
    if claiming:
        return tuple((code, _MARKED / len(claiming)) for code in claiming)
    script = _script(word)
    return tuple((code, _weight(script)) for code, lexicon in known.items() if lexicon.script == script)


def _weight(script: str) -> float:
    """Names of goods are written in Latin letters everywhere, so a Latin word says less."""
    return _UNMARKED / 4 if script == "latin" else _UNMARKED


def _script(word: str) -> str:
    name = unicodedata.name(word[0], "")
    return next((script for script, prefix in _SCRIPTS.items() if name.startswith(prefix)), "")


def ordered(scores: dict[str, float]) -> tuple[str, ...]:
    """The languages, likeliest first."""
    return tuple(sorted(scores, key=lambda code: (-scores[code], code != "en", code)))


def lexicons_in(order: tuple[str, ...]) -> tuple[Lexicon, ...]:
    return tuple(lexicons()[code] for code in order)
