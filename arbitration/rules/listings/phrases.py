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


class Phrase(NamedTuple):
    """A phrase and the concepts that it stands for."""

    concept: str
    elements: tuple[Element, ...]
    spread: bool

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


def compile_phrase(concept: str, text: str) -> Phrase:
    """A phrase from its line in a data file. An optional word at its beginning makes no difference; ValueError where it has none."""
    elements = tuple(_element(part) for part in text.split())
    while elements and elements[0].optional:
        elements = elements[1:]
    if not elements or elements[0].gap:
        raise ValueError(f"{concept}: {text!r} does not begin with a word")
    return Phrase(concept, elements, any(element.gap for element in elements))


def _element(part: str) -> Element:
    if part == "..":
        return Element(frozenset(), (), False, True)
    optional = part.endswith("?")
    forms, stems = [], []
    for piece in part.removesuffix("?").split("|"):
        folded = fold_word(piece.removesuffix("*"))
        (stems if piece.endswith("*") else forms).append(folded)
    return Element(frozenset(forms), tuple(stems), optional, False)
