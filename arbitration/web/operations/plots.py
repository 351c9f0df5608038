"""Plots as the templates draw them: bars by their share of the longest, in whole units of the drawing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

HEIGHT = 100
WIDTH = 1000


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: what it stands for, its number, and its length out of ``HEIGHT``; what is not none is never invisible."""

    label: str
    number: int
    length: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar in a row of parts: which, its number, where it begins and how long it is, out of ``WIDTH``."""

    code: str
    number: int
    start: int
    length: int


def bars(labelled: Sequence[tuple[str, int]], longest: int | None = None) -> list[Bar]:
    """Bars of which the longest is as long as the drawing."""
    most = max([number for _label, number in labelled] + [1]) if longest is None else max(longest, 1)
    return [Bar(label, number, _part(number, most, HEIGHT)) for label, number in labelled]


def stacked(numbers: Mapping[str, int], order: Sequence[str], whole: int) -> list[Segment]:
    """The parts of a row, in an order that all rows share."""
    segments, start = [], 0
    for code in order:
        if number := numbers.get(code, 0):
            length = _part(number, max(whole, 1), WIDTH)
            segments.append(Segment(code, number, start, length))
            start += length
    return segments


def _part(number: int, most: int, length: int) -> int:
    return max(round(length * number / most), 2) if number else 0
