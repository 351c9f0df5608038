"""Cuts a listing into statements: lines, sentences, bullets; a full stop after "24 h." ends none."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from arbitration.rules.listings.lexicon import lexicons
from arbitration.rules.listings.tokens import Token

JOINED, LIGHT, COMMA, SENTENCE, LINE = range(5)
_MINUTES = 60
_LIGHT = re.compile(r"""[-:()\[\]{}"/\\&=_<>~%$€#@^]""")
_ARROW = re.compile("[→⇒➔➜⟶]|[=-]>")
_BREAK = re.compile(r"[!?;؟؛۔|…]|[^\s\w.,،、\-:()\[\]{}\"'/\\&=_<>~%$€#@^+*]")


class Statement(NamedTuple):
    """The words of one statement with the weight of the break before each; ``asks`` if it ends in a question mark."""

    tokens: tuple[Token, ...]
    levels: tuple[int, ...]
    asks: bool
    line: int


@lru_cache(maxsize=1 << 14)
def _level(gap: str) -> int:
    if "\n" in gap:
        return LINE
    if _ARROW.search(gap):
        return COMMA
    if _BREAK.search(gap):
        return SENTENCE
    if "." in gap:
        return LIGHT if gap.count(".") > 3 else SENTENCE
    if any(sign in gap for sign in ",،、+*") or " / " in gap:
        return COMMA
    return LIGHT if _LIGHT.search(gap) else JOINED


@lru_cache(maxsize=1)
def _abbreviations() -> frozenset[str]:
    return frozenset().union(*(lexicon.abbreviations for lexicon in lexicons().values()))


@lru_cache(maxsize=1)
def _shortened() -> frozenset[str]:
    return frozenset().union(*(lexicon.shortened for lexicon in lexicons().values()))


@lru_cache(maxsize=1)
def _continuing() -> tuple[str, ...]:
    """How words begin that may follow "24 h." in the same statement: "after", "from", "in order to"."""
    return tuple({word for lexicon in lexicons().values() for word in lexicon.begins("from", "of", "after", "so_that")})


@lru_cache(maxsize=1)
def _counted() -> frozenset[str]:
    """What "1 mo." can be of, in the same statement: "of", "замены", "gwarancji"."""
    return frozenset().union(*(lexicon.forms_of("of_what") for lexicon in lexicons().values()))


@lru_cache(maxsize=1)
def _denying() -> tuple[str, ...]:
    return tuple({word for lexicon in lexicons().values() for word in lexicon.begins("none")})


@lru_cache(maxsize=1)
def _bounds() -> frozenset[str]:
    """What may be shortened before a number: "min. 10 days", "макс. 20 дней"."""
    return frozenset().union(*(lexicon.forms_of("bound") for lexicon in lexicons().values()))


@lru_cache(maxsize=1)
def _named(unit: str) -> frozenset[str]:
    """How a unit is named, in whatever language."""
    return frozenset(form for lexicon in lexicons().values() for form, one in lexicon.units.items() if one.name == unit)


def _goes_on(before: Token, token: Token, after: Token | None) -> bool:
    """Whether a number counts the minutes beside a shortened hour: "1 hr. 30 min." """
    if after is None or not token.text.isdecimal() or after.gap.strip() or before.text not in _abbreviations():
        return False
    return before.text in _named("hour") and after.text in _named("minute") and int(token.text) < _MINUTES


def _between(tokens: Sequence[Token], index: int) -> int:
    """The weight of the break before a token, which is not the first."""
    before, token = tokens[index - 1], tokens[index]
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    level = _level(token.gap)
    if level != SENTENCE or token.gap.strip(" )") not in (".", ".,"):
        return level
    if before.text in _shortened():
        return LIGHT
    counted = index > 1 and tokens[index - 2].kind == "number"
    if token.kind == "number" and before.text in _bounds() and not counted:
        return JOINED
    if counted and _goes_on(before, token, after):
        return JOINED
    if before.text in _abbreviations():
        counted = token.text in _counted() and not (after and after.text.startswith(_denying()))
        return LIGHT if counted or token.text.startswith(_continuing()) else SENTENCE
    if token.gap == "." and min(len(before.text), len(token.text)) < 3:
        return JOINED
    return level


def statements(tokens: list[Token]) -> list[Statement]:
    """The statements of a text in order."""
    found: list[Statement] = []
    begun: list[Token] = []
    levels: list[int] = []
    line = 0
    for index, token in enumerate(tokens):
        level = _between(tokens, index) if index else LINE
        if level >= SENTENCE and begun:
            found.append(Statement(tuple(begun), tuple(levels), _asks(token.gap), line))
            begun, levels = [], []
        line += level == LINE
        begun.append(token)
        levels.append(level)
        if _is_bullet(tokens, index, level):
            begun, levels = [], []
    if begun:
        found.append(Statement(tuple(begun), tuple(levels), False, line))
    return found


def _is_bullet(tokens: list[Token], index: int, level: int) -> bool:
    """A number that only counts the lines: "1. ...", "2) ..."."""
    token = tokens[index]
    if level != LINE or token.kind != "number" or len(token.text) > 2 or index + 1 == len(tokens):
        return False
    return tokens[index + 1].gap[:1] in (".", ")") and "\n" not in tokens[index + 1].gap


def _asks(gap: str) -> bool:
    return gap.lstrip(' ")')[:1] in ("?", "؟")
