"""The words of one language, from its data file (``data/en.toml``; the format is told in docs/reading-listings.md)."""

import tomllib
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from arbitration.rules.listings.folding import fold_word
from arbitration.rules.listings.phrases import Phrase
from arbitration.rules.listings.typos import Spelling, slips

_REMEMBERED = 1 << 16
_CHECKED, _LONGER = 6, 7
_MISTYPED = {
    **dict.fromkeys(("warranty", "video", "demand", "recommend", "lifetime", "pay_event"), _CHECKED),
    **dict.fromkeys(("remedy", "claim", "assure", "liability", "hand_event", "check_event"), _LONGER),
    **dict.fromkeys(("none", "check_time", "=P6M", "=PT30M", "=P2W"), _LONGER),
}
"""The concepts that are known even where a word has a slip of the pen, with the shortest words that are looked at."""


class Unit:
    """A unit of time as a word names it; ``one`` where the word alone can mean one of it, ``only_one`` where it means
    nothing else: no number but one (21, 31) stands before it."""

    def __init__(self, name: str, one: bool, joined: bool = False, only_one: bool = False) -> None:
        self.name, self.one, self.joined, self.only_one = name, one, joined, only_one


class Lexicon:
    """One language: its numbers, units, marker words and the phrases for each concept."""

    def __init__(self, code: str, data: dict[str, Any]) -> None:
        self.code = code
        self.script: str = data["script"]
        self.letters: str = data.get("letters", "")
        self.abbreviations = frozenset(_words(data.get("abbreviations", "")))
        self.shortened = frozenset(_words(data.get("shortened", "")))
        self.numbers = {form: int(n) for n, text in data["numbers"].items() for form in _words(text)}
        self.numbers |= _with_clitic(self.numbers, fold_word(data.get("clitic", "")))
        self.number_initials = frozenset(form[:2] for form in self.numbers)
        self.units, self.adjectives = _units(data["units"])
        self.adjective_stems = tuple(self.adjectives)
        self.phrases = [Phrase(c, t) for c, texts in data["concepts"].items() for t in texts]
        self.phrases += [Phrase(f"={iso}", t) for iso, texts in data.get("fixed", {}).items() for t in texts]
        self._forms: dict[str, list[Phrase]] = {}
        self._stems: dict[str, list[Phrase]] = {}
        for phrase in self.phrases:
            for form in phrase.first.forms:
                self._forms.setdefault(form, []).append(phrase)
            for stem in phrase.first.stems:
                self._stems.setdefault(stem, []).append(phrase)
        self._sizes = sorted({len(stem) for stem in self._stems})
        self._meant: dict[str, list[Phrase]] = {}
        self._spelling = Spelling(_checked(self.phrases))
        self.markers = frozenset(_words(data["markers"])) | {
            word for word in chain(self._forms, self.numbers, self.units) if len(word) > 3
        }
        self.markers |= self.shortened

    def begun_by(self, word: str, open_ended: bool = True) -> list[Phrase]:
        """The phrases that a word can begin; with ``open_ended`` those too that give only a word's beginning."""
        found = list(self._forms.get(word, ()))
        for size in self._sizes if open_ended else ():
            if size > len(word):
                break
            found += self._stems.get(word[:size], ())
        return found

    def meant_by(self, word: str) -> list[Phrase]:
        """The phrases that a mistyped word was meant to begin."""
        if word not in self._meant:
            if len(self._meant) > _REMEMBERED:
                self._meant.clear()
            self._meant[word] = self._nearest(word)
        return self._meant[word]

    def _nearest(self, word: str) -> list[Phrase]:
        near = self._spelling.nearest(word) if len(word) > 5 else None
        if near is None:
            return []
        entry, open_ended = near
        listed = (self._stems if open_ended else self._forms)[entry]
        return [phrase for phrase in listed if phrase.concept in _MISTYPED]

    def begins(self, *concepts: str) -> set[str]:
        """The words and beginnings, of three letters or more, with which the phrases of some concepts begin."""
        firsts = [phrase.first for phrase in self.phrases if phrase.concept in concepts]
        return {word for first in firsts for word in (*first.forms, *first.stems) if len(word) > 2}

    def forms_of(self, concept: str) -> set[str]:
        """The words that stand for a concept by themselves, in full."""
        alone = [phrase for phrase in self.phrases if phrase.concept == concept and not phrase.longer]
        return {form for phrase in alone for form in phrase.first.forms}

    def knows(self, word: str) -> bool:
        return word in self._forms or word in self.numbers or word in self.units or word in self.markers

    def number_meant(self, word: str) -> int | None:
        """The number that a mistyped word was meant to be, if it can be one only."""
        near = {n for form, n in self.numbers.items() if form[0] == word[0] and _number_mistyped(word, form)}
        return near.pop() if len(near) == 1 else None

    def unit(self, word: str, mistyped: bool = False) -> Unit | None:
        """The unit that a word names; where a number stands before it, also if it was mistyped."""
        found = self.units.get(word)
        if found or not mistyped or self.knows(word):
            return found
        near = [form for form in self.units if form[0] == word[0] and _mistyped(word, form)]
        return self.units[near[0]] if near else None


def _with_clitic(numbers: dict[str, int], clitic: str) -> dict[str, int]:
    """Where "and" is written on the next word: that word with it, and tens and ones as one word."""
    if not clitic:
        return {}
    led = {clitic + form: number for form, number in numbers.items() if 0 < number < 100}
    tens = {form: number for form, number in numbers.items() if 20 <= number <= 100 and number % 10 == 0}
    joined = {ten + form: high + low for ten, high in tens.items() for form, low in led.items() if low < 10}
    return led | joined


def _checked(phrases: list[Phrase]) -> list[tuple[str, bool]]:
    entries = []
    for phrase in phrases:
        if phrase.concept in _MISTYPED and not phrase.longer:
            least = _MISTYPED[phrase.concept]
            entries += [(form, False) for form in phrase.first.forms if len(form) >= least]
            entries += [(stem, True) for stem in phrase.first.stems if len(stem) >= least]
    return entries


def _number_mistyped(word: str, form: str) -> bool:
    return len(form) >= _CHECKED and slips(word, form, 1) <= 1


def _mistyped(word: str, form: str) -> bool:
    """A short word for a unit with one slip; a very short one only with a letter too many."""
    least = 4 if len(word) <= len(form) else 3
    return len(word) >= 4 and len(form) >= least and slips(word, form, 1) <= 1


def _words(text: str) -> list[str]:
    return [fold_word(word) for word in text.split()]


def _units(data: dict[str, Any]) -> tuple[dict[str, Unit], dict[str, str]]:
    forms: dict[str, Unit] = {}
    adjectives: dict[str, str] = {}
    for name, entry in data.items():
        one, only = set(_words(entry.get("one", ""))), set(_words(entry.get("only_one", "")))
        for form in one | set(_words(entry["forms"])):
            forms[form] = Unit(name, form in one, only_one=form in only)
        for stem in _words(entry.get("adjective", "")):
            adjectives[stem.removesuffix("*")] = name
    return forms, adjectives


@lru_cache(maxsize=1)
def lexicons() -> dict[str, Lexicon]:
    """Every language that has a data file, by its code. Raises ValueError that names a file which cannot be read."""
    found = {}
    for path in sorted((Path(__file__).parent / "data").glob("*.toml")):
        try:
            data = tomllib.loads(path.read_text("utf-8"))
            found[path.stem] = Lexicon(path.stem, data)
        except (KeyError, ValueError, AttributeError, TypeError) as error:
            raise ValueError(f"{path.name}: {error!r}") from error
    return found
