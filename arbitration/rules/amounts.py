"""Amounts of money that stand in sentences."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in minor units of a currency; in a sentence it stands as its reader writes money."""

    minor_units: int
    currency: str
