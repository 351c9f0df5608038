"""Facts: what the engine reads of a case besides times it knows itself, and who may state what.

A fact is stated by the party it speaks against, or by the buyer of their own claim, or by whoever filed an exhibit of
its times; an arbiter confirms, corrects or strikes it. An answer for a past moment counts what was known by then
(docs/disputes.md, "What the engine reads of a case").
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from arbitration.domain.refusals import FieldFault, ForbiddenError, InvalidError
from arbitration.domain.sides import BUYER, SELLER
from arbitration.rules.instants import parse_instant, show_instant
from arbitration.rules.marking import N_

ADMITTED, CAN_REPLACE, CHECKED_AT = "admitted_by_seller", "can_replace", "checked_at"
TAKEN_AT, STARTS_AT, ENDS_AT, CONTINUOUS = "taken_at", "starts_at", "ends_at", "continuous"
INSTANTS = (CHECKED_AT, TAKEN_AT, STARTS_AT, ENDS_AT)
OF_EXHIBITS = (TAKEN_AT, STARTS_AT, ENDS_AT, CONTINUOUS)
STATED_BY: Mapping[str, str] = {ADMITTED: SELLER, CAN_REPLACE: SELLER, CHECKED_AT: BUYER}
NAMES = (*STATED_BY, *OF_EXHIBITS)
CONFIRMED, CORRECTED, STRUCK = "confirmed", "corrected", "struck"
DECISIONS = (CONFIRMED, CORRECTED, STRUCK)


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact as it stands on record: stated when, decided about when and how. ``value`` as ``value_of`` gives it."""

    name: str
    value: object
    stated_at: datetime
    exhibit_id: UUID | None = None
    decision: str | None = None
    correction: object = None
    decided_at: datetime | None = None


def value_of(name: str, written: object, path: str = "value") -> object:
    """A fact's value as it is kept: true or false, or an instant as RFC 3339 in UTC.

    Raises:
        InvalidError: it has another form, or there is no such fact.
    """
    if name not in NAMES:
        raise InvalidError(faults=[FieldFault("name", N_("There is no such fact."))])
    if name in INSTANTS:
        return _instant(written, path)
    if name == ADMITTED and written is not True:
        raise InvalidError(faults=[FieldFault(path, N_("An admission can only be made. The arbiter can strike it."))])
    if not isinstance(written, bool) and not (name == CONTINUOUS and written is None):
        raise InvalidError(faults=[FieldFault(path, N_("Say yes or no."))])
    return written


def _instant(written: object, path: str) -> str:
    if isinstance(written, datetime) and written.tzinfo is not None:
        return show_instant(written)
    try:
        return show_instant(parse_instant(str(written)))
    except ValueError:
        raise InvalidError(faults=[FieldFault(path, N_("Give a date and a time."))]) from None


def require_decision(decision: str) -> None:
    """Raises InvalidError where an arbiter's decision about a fact is none of those that there are."""
    if decision not in DECISIONS:
        raise InvalidError(faults=[FieldFault("decision", N_("Confirm it, correct it or strike it."))])


def require_statable(name: str, role: str, filed_by: str | None = None) -> None:
    """Raises ForbiddenError where a fact is not that party's to state; ``filed_by`` is who filed the exhibit."""
    if name not in NAMES:
        raise InvalidError(faults=[FieldFault("name", N_("There is no such fact."))])
    if role != (STATED_BY.get(name) or filed_by):
        raise ForbiddenError(NOT_YOURS)


NOT_YOURS = N_("This is not yours to state. Write it in the correspondence: the arbiter reads it there.")


@dataclass(frozen=True, slots=True)
class Facts:
    """The values that hold at a moment, by name, and by name and exhibit."""

    values: Mapping[str, Any]
    of_exhibits: Mapping[tuple[UUID, str], Any]

    def instant(self, name: str) -> datetime | None:
        """An instant among the values."""
        return instant_of(self.values.get(name))

    def exhibit_instant(self, exhibit_id: UUID, name: str) -> datetime | None:
        """An instant among the values of an exhibit."""
        return instant_of(self.of_exhibits.get((exhibit_id, name)))


def known_at(stated: Iterable[Stated], at: datetime) -> Facts:
    """The facts that hold, counting what was stated and decided by ``at``; of one fact the last statement counts."""
    values: dict[str, object] = {}
    of_exhibits: dict[tuple[UUID, str], object] = {}
    for fact in sorted((fact for fact in stated if fact.stated_at <= at), key=lambda fact: fact.stated_at):
        decided = fact.decision if fact.decided_at is not None and fact.decided_at <= at else None
        value = fact.correction if decided == CORRECTED else fact.value
        place: Any = (fact.exhibit_id, fact.name) if fact.exhibit_id else fact.name
        into: dict[Any, object] = of_exhibits if fact.exhibit_id else values
        if decided == STRUCK:
            into.pop(place, None)
        else:
            into[place] = value
    return Facts(values, of_exhibits)


def instant_of(value: object) -> datetime | None:
    """A kept instant as a datetime; None for what is none."""
    return parse_instant(value) if isinstance(value, str) else None
