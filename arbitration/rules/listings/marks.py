"""Marks in a statement what each word or phrase stands for."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from arbitration.rules.listings.phrases import Phrase
from arbitration.rules.listings.statements import Statement
from arbitration.rules.listings.tongue import lexicons_in

_FOREIGN_LENGTH = 4
_LOOSE = ("own", "formerly", "on_buyer")


class Mention(NamedTuple):
    """A concept named by the words from ``start`` up to ``end`` of a statement."""

    concept: str
    start: int
    end: int


def mentions(statement: Statement, order: tuple[str, ...]) -> list[Mention]:
    """All that is named in a statement; what stands inside a longer phrase is not counted by itself."""
    words = [token.text for token in statement.tokens]
    found: dict[Mention, bool] = {}
    for at, token in enumerate(statement.tokens):
        if token.kind not in ("word", "article"):
            continue
        for phrase in begun_by(token.text, order):
            length = phrase.length(words, statement.levels, at)
            if length > 0:
                mention = Mention(phrase.concept, at, at + length)
                found[mention] = found.get(mention, True) and phrase.spread
    return _unmasked(found)


def _unmasked(found: dict[Mention, bool]) -> list[Mention]:
    masks = [m for m, spread in found.items() if not spread and m.end - m.start > 1 and m.concept not in _LOOSE]
    return [m for m in found if not any(_inside(m, mask) for mask in masks)]


def _inside(mention: Mention, mask: Mention) -> bool:
    length = mask.end - mask.start
    return mask.start <= mention.start and mention.end <= mask.end and mention.end - mention.start < length


@lru_cache(maxsize=1 << 16)
def begun_by(word: str, order: tuple[str, ...]) -> Sequence[Phrase]:
    """The phrases that a word can begin: in the likeliest language that knows it, or else as a slip of the pen."""
    known = lexicons_in(order)
    for place, lexicon in enumerate(known):
        if place and len(word) < _FOREIGN_LENGTH:
            break
        if phrases := lexicon.begun_by(word):
            return phrases
    if any(lexicon.knows(word) for lexicon in known):
        return ()
    return next((phrases for lexicon in known if (phrases := lexicon.meant_by(word))), ())
