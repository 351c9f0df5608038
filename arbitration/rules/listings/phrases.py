"""The phrases of a data file: a row of words, some open-ended (``warrant*``), some optional (``the?``), some with
alternatives (``from|since``), with ``..`` where up to three other words may stand between."""

from collections.abc import Sequence
from typing import NamedTuple

from arbitration.rules.listings.folding import fold_word

_GAP = 3


class Element(NamedTuple):
    """One word of a phrase: the forms it may have, and the beginnings it may have."""

    forms: frozenset[str]
    stems: tuple[str, ...]
    optional: bool
    gap: bool

    def fits(self, word: str) -> bool:
        return word in self.forms or (bool(self.stems) and word.startswith(self.stems))


class Phrase:
    """A phrase and the concept that it stands for; its words after the first are looked at when first needed."""

    __slots__ = ("_words", "concept", "first", "longer", "spread")

    def __init__(self, concept: str, text: str) -> None:
        parts = fold_word(text).split()
        while parts and parts[0].endswith("?"):
            del parts[0]
        if not parts or parts[0] == "..":
            raise ValueError(f"{concept}: {text!r} does not begin with a word")
        self.concept = concept
        self.first = _element(parts[0])
        self.longer = len(parts) > 1
        self.spread = ".." in parts
        self._words: tuple[Element, ...] | list[str] = parts

    @property
    def elements(self) -> tuple[Element, ...]:
        """Its words."""
        if isinstance(self._words, list):
            self._words = tuple(_element(part) for part in self._words)
        return self._words

    @property
    def next_forms(self) -> frozenset[str]:
        """All forms that its second word may have; empty where they are not told one by one."""
        second = self.elements[1]
        return frozenset() if second.gap or second.optional or second.stems else second.forms

    def length(self, words: Sequence[str], levels: Sequence[int], start: int) -> int:
        """How many words of a statement the phrase takes up from ``start`` on, or 0."""
        return _length(self.elements, words, levels, start + 1, 1) - start


def _length(elements: tuple[Element, ...], words: Sequence[str], levels: Sequence[int], at: int, index: int) -> int:
    """The place after the last word of the longest fit, or 0; a phrase does not reach over a comma."""
    if index == len(elements):
        return at
    element = elements[index]
    if element.gap:
        most = min(at + _GAP, len(words))
        return max((_length(elements, words, levels, place, index + 1) for place in range(at, most + 1)), default=0)
    found = 0
    if at < len(words) and levels[at] < 2 and element.fits(words[at]):
        found = _length(elements, words, levels, at + 1, index + 1)
    if not found and element.optional:
        found = _length(elements, words, levels, at, index + 1)
    return found


def _element(part: str) -> Element:
    if part == "..":
        return Element(frozenset(), (), False, True)
    optional = part.endswith("?")
    forms: list[str] = []
    stems: list[str] = []
    for piece in part.removesuffix("?").split("|"):
        if piece.endswith("*"):
            stems.append(piece[:-1])
        else:
            forms.append(piece)
    return Element(frozenset(forms), tuple(stems), optional, False)
