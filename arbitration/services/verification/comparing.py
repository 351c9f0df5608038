"""Setting rows against what the entries of their chain tell of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol, TypeVar

from sqlalchemy import Row

from arbitration.services.verification.findings import Finding


class Told(Protocol):
    """A thing as entries tell of it; ``sequence`` is the number of the first that does."""

    sequence: int


class Sayings(NamedTuple):
    """How it is said that no entry tells of a row, that a field of one is another, and that one is missing."""

    unknown: str
    other: str
    missing: str


T = TypeVar("T", bound=Told)
Pairs = Mapping[str, tuple[object, object]]
"""What was told of each field, and what stands there."""


def compared(
    told: Mapping[str, T], rows: Iterable[Row[Any]], where: str, pairs_of: Callable[[T, Row[Any]], Pairs], say: Sayings
) -> Iterator[Finding]:
    """How rows, each with its ``id``, differ from what was told of them, by the same id."""
    seen = set()
    for row in rows:
        id_ = str(row.id)
        seen.add(id_)
        if id_ not in told:
            yield Finding(where, None, say.unknown)
            continue
        for name, (said, stands) in pairs_of(told[id_], row).items():
            if said != stands:
                yield Finding(where, told[id_].sequence, say.other, {"field": name})
    for id_, thing in told.items():
        if id_ not in seen:
            yield Finding(where, thing.sequence, say.missing)
