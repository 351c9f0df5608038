"""Filling the values into a translated sentence."""

import re
from collections.abc import Mapping
from typing import Protocol

_NUMBER_PLACE = re.compile(r"(%\([A-Za-z_][A-Za-z_0-9]*\))d")


class WritesNumbers(Protocol):
    """The reader, as far as it is needed here."""

    def number(self, number: int, /) -> str:
        """The number in the reader's digits."""


def filled(sentence: str, reader: WritesNumbers, values: Mapping[str, object]) -> str:
    """The sentence with its values: whole numbers as the reader writes them, also where it asks for ``%(x)d``."""
    with_places_for_text = type(sentence)(_NUMBER_PLACE.sub(r"\1s", sentence))  # safe markup stays safe markup
    return with_places_for_text % {name: _written(reader, value) for name, value in values.items()}


def _written(reader: WritesNumbers, value: object) -> object:
    return reader.number(value) if isinstance(value, int) and not isinstance(value, bool) else value
