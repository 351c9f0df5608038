"""What the templates show of cases: a line of the queue, and the parts of a case that arbiters alone work with."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from arbitration.domain import facts as fact_rules
from arbitration.domain.deadlines import lies_open_until
from arbitration.domain.messages import MESSAGE
from arbitration.domain.sides import SIDES
from arbitration.i18n import Reader
from arbitration.models import ConductReport, Fact, Note, Purchase, ReadingObjection
from arbitration.services.exhibits import ShownExhibit
from arbitration.services.policies import policy_of
from arbitration.web.prose import html_of, opening_of
from arbitration.web.readings import suggestion_view
from arbitration.web.views import name_of_side


def exhibit_lines(
    found: Sequence[ShownExhibit], views: Sequence[dict[str, Any]], purchase: Purchase, now: datetime
) -> None:
    """Add to the views of exhibits from when on a ruling may rest on each; None where nobody has been shown it yet."""
    for shown, view in zip(found, views, strict=True):
        opened_at = shown.exhibit.opened_at
        free_at = lies_open_until(policy_of(purchase), opened_at) if opened_at else None
        view |= {"serial": shown.exhibit.number, "free_at": free_at, "counts": free_at is not None and free_at <= now}


def fact_view(fact: Fact, purchase: Purchase, numbers: dict[Any, str], reader: Reader) -> dict[str, Any]:
    """A fact with what was decided about it, and what a correction could say."""
    corrected = fact.correction["value"] if fact.correction else None
    return {
        "id": fact.id,
        "name": fact.name,
        "value": _value(fact.name, fact.value["value"]),
        "corrected": _value(fact.name, corrected) if fact.decision == fact_rules.CORRECTED else None,
        "exhibit": numbers.get(fact.exhibit_id),
        "by": name_of_side(purchase, fact.stated_role, reader) if fact.stated_role in SIDES else None,
        "stated_at": fact.stated_at,
        "decision": fact.decision,
        "decided_at": fact.decided_at,
        "takes": takes(fact.name),
    }


def takes(name: str) -> str:
    """How a fact is written: as a ``moment``, as an ``answer`` (yes, no, nobody can say), or not at all."""
    if name in fact_rules.INSTANTS:
        return "moment"
    return "" if name == fact_rules.ADMITTED else "answer"


def _value(name: str, value: Any) -> Any:
    return fact_rules.instant_of(value) if name in fact_rules.INSTANTS else value


def report_view(report: ConductReport, purchase: Purchase, reader: Reader) -> dict[str, Any]:
    """What was reported of a message."""
    return {
        "id": report.id,
        "kind": report.kind,
        "by": name_of_side(purchase, report.by, reader),
        "position": report.message_position,
        "reported_at": report.reported_at,
        "struck_at": report.struck_at,
    }


def reading_view(objection: ReadingObjection, quote: str | None, purchase: Purchase, reader: Reader) -> dict[str, Any]:
    """An objection to how the listing was read, with the words that were read."""
    return {
        "id": objection.id,
        "field": objection.field,
        "name": name_of_side(purchase, objection.role, reader),
        "made_at": objection.made_at,
        "text": objection.text,
        "suggestion": suggestion_view(objection, reader),
        "quote": quote,
    }


def note_view(note: Note) -> dict[str, Any]:
    """A note of arbiters for arbiters."""
    return {
        "number": note.number,
        "by": note.author.name or note.author.email,
        "written_at": note.written_at,
        "html": html_of(note.text),
    }


def choices_of(told: Sequence[Any], purchase: Purchase, reader: Reader) -> list[dict[str, Any]]:
    """The messages of buyer and seller that can be cited or hidden: position, author, moment and beginning."""
    return [
        {
            "position": item.message.position,
            "name": name_of_side(purchase, item.message.author_role, reader),
            "posted_at": item.message.posted_at,
            "opening": opening_of(item.text)[:120],
            "plain": item.message.kind == MESSAGE,
            "hidden": item.message.hidden_at is not None,
        }
        for item in told
        if item.message.author_role in SIDES and item.message.deleted_at is None and item.text
    ]
