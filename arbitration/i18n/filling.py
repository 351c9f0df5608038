"""Filling the values into a translated sentence."""

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from arbitration.rules.amounts import Amount
from arbitration.rules.durations import Duration

_NUMBER_PLACE = re.compile(r"(%\([A-Za-z_][A-Za-z_0-9]*\))d")


class WritesValues(Protocol):
    """The reader, as far as it is needed here."""

    def number(self, number: int | Decimal, /) -> str:
        """The number in the reader's digits."""

    def instant(self, moment: datetime, /) -> str:
        """The moment in the reader's zone."""

    def time_of_day(self, moment: time, /) -> str:
        """A time of day in somebody's zone."""

    def duration(self, duration: Duration | timedelta, /) -> str:
        """A length of time in words."""

    def money(self, minor_units: int, currency: str, /) -> str:
        """An amount as the reader writes money."""

    def zone(self, name: str, /) -> str:
        """The city that stands for a zone."""


def filled(sentence: str, reader: WritesValues, values: Mapping[str, object]) -> str:
    """The sentence with its values: numbers as the reader writes them, also where it asks for ``%(x)d``, and
    moments, times of day, lengths of time, amounts and zones in the reader's words."""
    places = type(sentence)(with_places_for_text(sentence))  # safe markup stays safe markup
    return places % {name: written(reader, value) for name, value in values.items()}


@lru_cache(maxsize=4096)
def with_places_for_text(sentence: str) -> str:
    """The sentence with places for text where it asks for whole numbers."""
    return _NUMBER_PLACE.sub(r"\1s", sentence)


def written(reader: WritesValues, value: object) -> object:
    """A value as the reader writes it."""
    if isinstance(value, str):
        return value
    if isinstance(value, (int, Decimal)):
        return value if isinstance(value, bool) else reader.number(value)
    if isinstance(value, datetime):
        return reader.instant(value)
    if isinstance(value, time):
        return reader.time_of_day(value)
    if isinstance(value, ZoneInfo):
        return reader.zone(value.key)
    if isinstance(value, Amount):
        return reader.money(value.minor_units, value.currency)
    if isinstance(value, (timedelta, Duration)):
        return reader.duration(value)
    return value
