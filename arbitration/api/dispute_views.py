"""What the operations on disputes answer: rows and sentences as the schemas of ``disputes_shown`` want them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import g
from sqlalchemy.orm import Session

from arbitration.domain.available import Available
from arbitration.domain.deadline_words import CONSEQUENCES, explain
from arbitration.domain.exhibits import number_of
from arbitration.domain.rulings import AMOUNT, EXHIBITS
from arbitration.door import guard
from arbitration.door.reader import current_reader
from arbitration.models import (
    Appeal,
    ConductReport,
    DeadlineRow,
    Dispute,
    ExhibitRequest,
    Fact,
    Offer,
    Purchase,
    ReadingObjection,
    Remedy,
    Ruling,
    RulingQuestion,
)
from arbitration.rules.answer import answer
from arbitration.schemas.answers import money
from arbitration.services import deadlines, objections
from arbitration.services.disputes import claims, conduct, listing, showing
from arbitration.services.disputes.finding import Case, find_dispute
from arbitration.services.disputes.running import Told
from arbitration.services.facts import list_facts, numbers_of
from arbitration.services.loading import seen_until

END_OF_TIME = datetime.max.replace(tzinfo=UTC)


def dispute_view(session: Session, case: Case) -> dict[str, Any]:
    """A dispute as ``ShownDispute`` wants it, for whoever asks."""
    shown = showing.shown(session, guard.actor(), case, g.now)
    parts, dispute, purchase = shown.parts, case.dispute, case.purchase
    until = seen_until(session, guard.actor(), purchase) or END_OF_TIME
    numbers = {offer.id: offer.number for offer in parts.offers}
    rulings = {ruling.id: ruling.number for ruling in parts.rulings}
    return _line(dispute, purchase.external_id, purchase.listing.title, shown) | {
        "due": dispute.next_due_at,
        "arbiter": _arbiter(dispute),
        "defect": dispute.defect,
        "position": dispute.position,
        "closed_at": dispute.closed_at,
        "seller_silent": dispute.seller_silent,
        "evidence_closed_at": dispute.evidence_closed_at,
        "available_actions": [action_view(each) for each in shown.actions],
        "deadlines": [deadline_view(row) for row in parts.deadlines],
        "verdict": verdict_view(claims.judge(session, purchase, dispute, min(g.now, until), g.now)),
        "offers": [offer_view(offer, purchase, numbers) for offer in parts.offers],
        "requests": [request_view(each) for each in parts.requests],
        "objections": parts.objections,
        "rulings": [ruling_view(ruling, purchase) for ruling in parts.rulings],
        "appeals": [appeal_view(each, rulings) for each in parts.appeals],
        "questions": [question_view(each, purchase) for each in parts.questions],
        "remedies": [remedy_view(remedy) for remedy in parts.remedies],
        "facts": facts_view(session, purchase.id, until),
        "reading_objections": [
            reading_objection_view(each) for each in objections.list_open(session, purchase.id) if each.made_at <= until
        ],
        "conduct": [
            conduct_view(report) for report in conduct.list_reports(session, purchase.id) if report.reported_at <= until
        ],
    }


def facts_view(session: Session, purchase_id: UUID, until: datetime = END_OF_TIME) -> list[dict[str, Any]]:
    """The facts of a purchase that were stated by ``until``."""
    numbers = numbers_of(session, purchase_id)
    return [fact_view(fact, numbers) for fact in list_facts(session, purchase_id) if fact.stated_at <= until]


def seen(session: Session, dispute_id: UUID) -> dict[str, Any]:
    """A dispute after an act, as whoever acted sees it now."""
    return dispute_view(session, find_dispute(session, guard.actor(), "getDispute", dispute_id, lock=False))


def line_view(line: listing.Line) -> dict[str, Any]:
    """A dispute as ``DisputeLine`` wants it."""
    return _line(line, line.external_id, line.title, line.told) | {"due": line.due_at, "arbiter": line.arbiter}


def _line(
    dispute: listing.Line | Dispute, purchase: str, title: str, told: Told | showing.ShownDispute
) -> dict[str, Any]:
    names = ("id", "number", "stage", "outcome", "reason", "requested", "opened_at")
    return {name: getattr(dispute, name) for name in names} | {
        "purchase": purchase,
        "title": title,
        "state": current_reader().say(told.state.msgid, **told.state.values),
        "turn": told.turn,
    }


def verdict_view(judged: claims.Judged) -> dict[str, Any] | None:
    """The engine's answer with its sentences, or None where it can give none."""
    if judged.answer is None:
        return None
    return {"reason": judged.answer.reason, **answer(judged.answer.verdict, current_reader())}


def action_view(action: Available) -> dict[str, Any]:
    """Something that whoever asks can do now, with what follows from silence where they owe it."""
    consequence = current_reader().gettext(CONSEQUENCES[action.consequence]) if action.consequence else None
    return {"name": action.name, "due": action.due, "owed": action.owed, "consequence": consequence}


def deadline_view(row: DeadlineRow) -> dict[str, Any]:
    """A deadline and how it was computed."""
    reader = current_reader()
    told = [reader.say(sentence.msgid, **sentence.values) for sentence in explain(deadlines.read(row))]
    return {
        "id": row.id,
        "kind": row.kind,
        "owed_by": row.owed_by or None,
        "base_at": row.base_at,
        "due": row.due_at,
        "state": row.state,
        "settled_at": row.settled_at,
        "consequence": reader.gettext(CONSEQUENCES[row.consequence]),
        "explanation": " ".join(told),
        "reminders": [step | {"past": step["name"] in row.passed} for step in row.steps],
    }


def offer_view(offer: Offer, purchase: Purchase, numbers: dict[Any, int]) -> dict[str, Any]:
    """An offer."""
    names = ("by", "remedy", "made_at", "expires_at", "state", "answered_at", "position")
    return {name: getattr(offer, name) for name in names} | {
        "offer": offer.number,
        "amount": money(offer.amount, purchase.currency) if offer.amount is not None else None,
        "counters": numbers.get(offer.counters_id) if offer.counters_id else None,
    }


def request_view(request: ExhibitRequest) -> dict[str, Any]:
    """A request for an exhibit."""
    names = ("what", "asked_at", "answered_at", "ran_out_at", "position")
    return {name: getattr(request, name) for name in names} | {
        "request": request.number,
        "from": request.asked_of,
        "due": request.due_at,
    }


def appeal_view(appeal: Appeal, rulings: Mapping[UUID, int]) -> dict[str, Any]:
    """An appeal; ``rulings`` are the numbers of the dispute's rulings."""
    names = ("by", "ground", "made_at", "decision", "position")
    return {name: getattr(appeal, name) for name in names} | {"ruling": rulings.get(appeal.ruling_id)}


def ruling_view(ruling: Ruling, purchase: Purchase) -> dict[str, Any]:
    """A ruling."""
    names = ("issued_at", "remedy", "findings", "messages", "verdict", "departs", "appeal", "position")
    return {name: getattr(ruling, name) for name in names} | {
        "ruling": ruling.number,
        "arbiter": ruling.arbiter.name,
        "amount": money(ruling.amount, purchase.currency) if ruling.amount is not None else None,
        "exhibits": [number_of(number) for number in ruling.exhibits],
        "in_force": ruling.superseded_at is None,
        "on_appeal": ruling.on_appeal_of is not None,
        "docket_head": ruling.docket_head,
    }


def question_view(question: RulingQuestion, purchase: Purchase) -> dict[str, Any]:
    """A correction or clarification; what stood and what stands there as rulings write it."""
    names = ("kind", "by", "asked_at", "position", "answer", "answered_at", "answered_position", "field")
    return {name: getattr(question, name) for name in names} | {
        name: _slip(question.field, getattr(question, name), purchase) for name in ("before", "after")
    }


def _slip(field: str | None, kept: dict[str, Any] | None, purchase: Purchase) -> Any:
    value = (kept or {}).get("value")
    if value is None or field not in (AMOUNT, EXHIBITS):
        return value
    return money(value, purchase.currency) if field == AMOUNT else [number_of(number) for number in value]


def remedy_view(remedy: Remedy) -> dict[str, Any]:
    """A remedy, without what is sealed in it."""
    names = ("id", "kind", "source", "owed_at", "state", "done_at", "opened_at")
    amount = money(remedy.amount, remedy.currency) if remedy.amount is not None else None
    return {name: getattr(remedy, name) for name in names} | {"amount": amount}


def refund_view(case: Case, remedy: Remedy) -> dict[str, Any]:
    """A dispute as far as whoever pays sees it."""
    dispute = case.dispute
    names = ("id", "number", "stage", "outcome", "closed_at")
    return {name: getattr(dispute, name) for name in names} | {
        "purchase": case.purchase.external_id,
        "refund": remedy_view(remedy),
    }


def reading_objection_view(objection: ReadingObjection) -> dict[str, Any]:
    """An objection to how the listing was read, without its words."""
    names = ("id", "field", "suggestion", "made_at")
    return {name: getattr(objection, name) for name in names} | {"by": objection.role}


def fact_view(fact: Fact, exhibits: Mapping[UUID, int]) -> dict[str, Any]:
    """A fact as it stands; ``exhibits`` are the numbers of the purchase's exhibits."""
    return {
        "id": fact.id,
        "name": fact.name,
        "value": fact.value["value"],
        "exhibit": number_of(exhibits[fact.exhibit_id]) if fact.exhibit_id else None,
        "stated_by": fact.stated_role,
        "stated_at": fact.stated_at,
        "decision": fact.decision,
        "correction": fact.correction["value"] if fact.correction else None,
        "decided_at": fact.decided_at,
    }


def conduct_view(report: ConductReport) -> dict[str, Any]:
    """A report of conduct."""
    return {
        "id": report.id,
        "message": report.message_position,
        "kind": report.kind,
        "by": report.by,
        "at": report.happened_at,
        "reported_by": report.reported_role,
        "reported_at": report.reported_at,
        "struck_at": report.struck_at,
    }


def _arbiter(dispute: Dispute) -> str | None:
    return dispute.arbiter.name if dispute.arbiter else None
