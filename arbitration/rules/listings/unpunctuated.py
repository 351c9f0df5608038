"""Cuts what is written without any stops: the words around each warranty are one statement, the rest others."""

from collections.abc import Iterator
from itertools import pairwise

from arbitration.rules.listings.marks import Mention, mentions
from arbitration.rules.listings.numerals import may_measure
from arbitration.rules.listings.statements import COMMA, SENTENCE, Statement
from arbitration.rules.listings.tongue import every

_LONG = 26
_AHEAD, _BEHIND = 4, 13
_SAME = 7
_NAMING = ("warranty", "assure", "own")


def unrolled(statement: Statement) -> list[Statement]:
    """The statement itself, or its pieces where more than two dozen words follow on each other without a comma."""
    if len(statement.tokens) < _LONG or not _runs_on(statement):
        return [statement]
    cuts = sorted({0, len(statement.tokens), *_cuts(statement)})
    return [_piece(statement, low, high) for low, high in pairwise(cuts)]


def _runs_on(statement: Statement) -> bool:
    run = longest = 0
    for level in statement.levels:
        run = 0 if level >= COMMA else run + 1
        longest = max(longest, run)
    return longest >= _LONG


def _cuts(statement: Statement) -> Iterator[int]:
    named = sorted((m for m in mentions(statement, every()) if m.concept in _NAMING), key=lambda m: m.start)
    clusters: list[list[Mention]] = []
    for mention in named:
        if clusters and mention.start - clusters[-1][-1].end <= _SAME:
            clusters[-1].append(mention)
        else:
            clusters.append([mention])
    for cluster in clusters:
        yield _begin(statement, cluster[0].start)
        yield min(len(statement.tokens), cluster[-1].end + _BEHIND)


def _begin(statement: Statement, start: int) -> int:
    """Where what is said of a warranty begins: at a length of time just before it, or with the word itself."""
    for place in range(max(0, start - _AHEAD), start):
        token = statement.tokens[place]
        if token.kind == "number" or (token.kind == "word" and may_measure(token.text, every())):
            return max(0, place - 1)
    return max(0, start - 1)


def _piece(statement: Statement, low: int, high: int) -> Statement:
    asks = statement.asks and high == len(statement.tokens)
    levels = (SENTENCE, *statement.levels[low + 1 : high]) if low else statement.levels[:high]
    return Statement(statement.tokens[low:high], levels, asks, statement.line)
