"""Marks the passages of somebody's text that something rests on. The text stays as it was written."""

from collections.abc import Iterable
from typing import NamedTuple

from markupsafe import Markup, escape


class Mark(NamedTuple):
    """A passage from code point ``start`` up to ``end``; ``kind`` names its look, ``note`` says what it is, for those
    who do not see the colour, and ``anchor`` is an id that links can lead to."""

    start: int
    end: int
    kind: str = "read"
    note: str = ""
    anchor: str = ""


def highlighted(text: str, marks: Iterable[Mark]) -> Markup:
    """The text, escaped, with ``<mark>`` around each passage; of passages that overlap, the first one keeps its place.

    Passages outside of the text, and empty ones, are left out.
    """
    pieces: list[Markup] = []
    last = 0
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        if not last <= mark.start < mark.end <= len(text):
            continue
        pieces += [escape(text[last : mark.start]), _marked(text[mark.start : mark.end], mark)]
        last = mark.end
    return Markup("").join([*pieces, escape(text[last:])])


def _marked(words: str, mark: Mark) -> Markup:
    anchor = Markup(' id="{}"').format(mark.anchor) if mark.anchor else ""
    note = Markup('<span class="visually-hidden"> ({})</span>').format(mark.note) if mark.note else ""
    return Markup('<mark class="mark mark--{}"{}>{}{}</mark>').format(mark.kind, anchor, words, note)
