"""Which language a text, or one line of it, is written in."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from arbitration.rules.listings.lexicon import Lexicon, lexicons
from arbitration.rules.listings.tokens import Token

_SCRIPTS = {"latin": "LATIN", "cyrillic": "CYRILLIC", "arabic": "ARABIC"}
_UNMARKED = 0.4
_MARKED = 2.0
_LETTERED = 1.5


def language_of(text: str, scores: dict[str, float]) -> str | None:
    """The language of a whole text; None where it has no letters at all."""
    if any(scores.values()):
        return max(scores, key=scores.__getitem__)
    return ordered(scores, scores)[0] if any(char.isalpha() for char in text) else None


def scored(text: str, words: Iterable[Token]) -> dict[str, float]:
    """How much speaks for each language: its own words most, then its own letters, then its script."""
    scores = dict.fromkeys(lexicons(), 0.0)
    for word in words:
        if word.kind != "number":
            for code, weight in _votes(word.text):
                scores[code] += weight
    letters = _letters()
    if not text.isascii():
        for char in unicodedata.normalize("NFC", text.lower()):
            if char in letters:
                scores[letters[char]] += _LETTERED
    return scores


@lru_cache(maxsize=1)
def _letters() -> dict[str, str]:
    """The letters that only one language has, among those of its script."""
    return {letter: code for code, lexicon in lexicons().items() for letter in lexicon.letters}


@lru_cache(maxsize=1 << 16)
def _votes(word: str) -> tuple[tuple[str, float], ...]:
    known = lexicons()
    claiming = [code for code, lexicon in known.items() if word in lexicon.markers]
    if claiming:
        return tuple((code, _MARKED / len(claiming)) for code in claiming)
    script = script_of(word)
    return tuple((code, _weight(script)) for code, lexicon in known.items() if lexicon.script == script)


def _weight(script: str) -> float:
    """Names of goods are written in Latin letters everywhere, so a Latin word says less."""
    return _UNMARKED / 4 if script == "latin" else _UNMARKED


@lru_cache(maxsize=1 << 16)
def script_of(word: str) -> str:
    """The script of a word's first letter, or an empty string where no language here is written in it."""
    name = unicodedata.name(word[0], "")
    return next((script for script, prefix in _SCRIPTS.items() if name.startswith(prefix)), "")


def ordered(own: dict[str, float], whole: dict[str, float]) -> tuple[str, ...]:
    """The languages: first the one of the statement, then that of the text, then the others."""
    first, second = (max(_codes(), key=scores.__getitem__) for scores in (own, whole))
    return tuple(dict.fromkeys((first, second, *_codes())))


def every() -> tuple[str, ...]:
    """All languages, where it is not known yet which is spoken."""
    return _codes()


@lru_cache(maxsize=1)
def _codes() -> tuple[str, ...]:
    """The languages in the order in which they are asked where nothing else tells: English is everywhere."""
    return tuple(sorted(lexicons(), key=lambda code: (code != "en", code)))


@lru_cache(maxsize=1 << 12)
def lexicons_for(order: tuple[str, ...], script: str) -> tuple[Lexicon, ...]:
    """The lexicons of a script, likeliest first."""
    return tuple(lexicon for code in order if (lexicon := lexicons()[code]).script == script)
