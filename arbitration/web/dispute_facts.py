"""The facts of a dispute as its page shows them: stated, decided, still to be stated; and conduct that was reported."""

from collections.abc import Sequence
from typing import Any

from arbitration.domain.actors import Actor
from arbitration.domain.facts import ADMITTED, CAN_REPLACE, CHECKED_AT, INSTANTS, instant_of
from arbitration.domain.sides import BUYER, SELLER, SIDES
from arbitration.i18n import Reader
from arbitration.models import ConductReport, Fact, Purchase
from arbitration.web.views import name_of_side

CAN = {"yes": True, "no": False}


def fact_view(fact: Fact, purchase: Purchase, actor: Actor, reader: Reader) -> dict[str, Any]:
    """A fact: who states it, and what the arbiter decided about it."""
    correction = fact.correction["value"] if fact.correction else None
    of_party = fact.stated_role in SIDES
    return {
        "id": fact.id,
        "name": fact.name,
        "value": _value(fact.name, fact.value["value"]),
        "by": name_of_side(purchase, fact.stated_role, reader) if of_party else None,
        "mine": fact.stated_by == actor.person_id,
        "stated_at": fact.stated_at,
        "decision": fact.decision,
        "correction": _value(fact.name, correction) if fact.decision == "corrected" else None,
        "decided_at": fact.decided_at,
        "position": fact.position,
        "of_exhibit": fact.exhibit_id is not None,
    }


def _value(name: str, value: Any) -> Any:
    return instant_of(value) if name in INSTANTS else value


def statable(facts: Sequence[Fact], side: str | None) -> list[dict[str, Any]]:
    """The facts that the viewer can still state: name and value, as the address of the form has them."""
    last = {fact.name: fact.value["value"] for fact in facts if fact.decision != "struck"}
    if side == BUYER:
        return [{"name": CHECKED_AT, "value": "when", "again": CHECKED_AT in last}]
    if side != SELLER:
        return []
    admits: list[dict[str, Any]] = [] if last.get(ADMITTED) else [{"name": ADMITTED, "value": "yes"}]
    can = [{"name": CAN_REPLACE, "value": word} for word, value in CAN.items() if last.get(CAN_REPLACE) is not value]
    return admits + can


def conduct_view(report: ConductReport, purchase: Purchase, reader: Reader) -> dict[str, Any]:
    """A message that was reported."""
    return {
        "kind": report.kind,
        "by": name_of_side(purchase, report.by, reader),
        "message": report.message_position,
        "happened_at": report.happened_at,
        "reported_at": report.reported_at,
        "struck": report.struck_at is not None,
    }
