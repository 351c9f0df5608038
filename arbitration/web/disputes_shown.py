"""What the templates show of a dispute: where it stands, what can be done, and all that was offered, ruled and paid."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from arbitration.domain import deadline_words, offers
from arbitration.domain.actors import Actor
from arbitration.domain.exhibits import number_of
from arbitration.domain.permissions import may
from arbitration.domain.sides import BUYER
from arbitration.domain.stages import BEFORE_ARBITER, BEFORE_RULING, Stage
from arbitration.i18n import Reader
from arbitration.models import DeadlineRow, Dispute, Offer, Purchase, Remedy, Ruling
from arbitration.services import correspondence, deadlines
from arbitration.services.disputes import claims, conduct
from arbitration.services.disputes.opening import since_of
from arbitration.services.disputes.showing import ShownDispute
from arbitration.services.facts import list_facts
from arbitration.services.purchases import side_of
from arbitration.web.demand import judged_view
from arbitration.web.dispute_facts import conduct_view, fact_view, statable
from arbitration.web.dispute_ways import act_view, lead_to_form
from arbitration.web.prose import html_of
from arbitration.web.views import name_of_side

BEFORE_OUTCOME = BEFORE_RULING | BEFORE_ARBITER
TRACK = (Stage.NEGOTIATION, Stage.ARBITRATION, Stage.RULED, Stage.APPEAL, Stage.ENFORCEMENT, Stage.CLOSED)


def dispute_view(session: Session, shown: ShownDispute, actor: Actor, reader: Reader, now: datetime) -> dict[str, Any]:
    """A dispute as ``templates/disputes/_panel.html`` shows it."""
    dispute, purchase, parts = shown.case.dispute, shown.case.purchase, shown.parts
    side = side_of(actor, purchase)
    open_rows = [row for row in parts.deadlines if row.state == deadlines.OPEN]
    acts = [act_view(each, dispute, purchase, reader) for each in shown.actions]
    for asked in (each for each in parts.requests if each.asked_of == side and not each.answered_at):
        lead_to_form(acts, asked.what, purchase)
    names = {each.name for each in shown.actions}
    owed = [each for each in acts if each and each["owed"]]
    said = list(shown.state.values.values())
    return {
        "id": dispute.id,
        "number": dispute.number,
        "external_id": purchase.external_id,
        "side": side,
        "reason": dispute.reason,
        "requested": dispute.requested,
        "defect": dispute.defect,
        "opened_at": dispute.opened_at,
        "since": since_of(session, dispute),
        "reopened_at": dispute.reopened_at,
        "closed_at": dispute.closed_at,
        "stage": dispute.stage,
        "outcome": dispute.outcome,
        "open": dispute.stage != Stage.CLOSED,
        "arbiter": dispute.arbiter.name if dispute.arbiter else None,
        "objection_pending": shown.standing.objection_pending,
        "track": _track(shown),
        "state": reader.say(shown.state.msgid, **_with_zones(shown.state.values, reader)),
        "mine": bool(owed) or any(row.owed_by == side for row in open_rows),
        "deadlines": [_deadline(row, side or "", reader, now) | {"said": row.due_at in said} for row in open_rows],
        "actions": sorted(filter(None, acts), key=lambda each: (not each["owed"], each["danger"])),
        "main": next((each["name"] for each in owed if each["name"] != "postMessage"), None),
        "escalation_from": _escalation_from(shown, side, now),
        "may_answer_offer": "answerOffer" in names,
        "answer": _answer(session, shown, side, reader, now),
        "others": [_other(each) for each in shown.others],
        **_offered_and_ruled(session, shown, actor, reader, now),
        **_stated(session, shown, actor, reader, may_state="stateFact" in names),
    }


def _offered_and_ruled(
    session: Session, shown: ShownDispute, actor: Actor, reader: Reader, now: datetime
) -> dict[str, Any]:
    """What the parties offered and asked for, what the arbiter asked for and ruled, and what was paid or delivered."""
    purchase, parts = shown.case.purchase, shown.parts
    side, may_read = side_of(actor, purchase), may(actor, "listMessages", shown.case.parties)
    return {
        "offers": [_offer(each, shown, side, reader, now) for each in reversed(parts.offers)],
        "rulings": [_ruling(session, each, purchase, reader, may_read) for each in reversed(parts.rulings)],
        "appeals": [_by(each, purchase, reader) for each in parts.appeals],
        "questions": [_question(each, purchase, reader) for each in parts.questions],
        "requests": [_request(each, side) for each in parts.requests],
        "extensions": [_extension(each, purchase, reader) for each in parts.extensions],
        "objections": [_by(each, purchase, reader) for each in parts.objections],
        "remedies": [_remedy(each, parts.deadlines, reader) for each in parts.remedies],
    }


def _stated(session: Session, shown: ShownDispute, actor: Actor, reader: Reader, *, may_state: bool) -> dict[str, Any]:
    """The facts and what of them can still be stated, and the conduct that was reported."""
    purchase, facts = shown.case.purchase, list_facts(session, shown.case.purchase.id)
    early = shown.case.dispute.stage in BEFORE_OUTCOME
    return {
        "facts": [fact_view(each, purchase, actor, reader) for each in facts],
        "statable": statable(facts, side_of(actor, purchase)) if may_state and early else [],
        "conduct": [conduct_view(each, purchase, reader) for each in conduct.list_reports(session, purchase.id)],
    }


def _track(shown: ShownDispute) -> list[dict[str, str]]:
    """The stages in order: done, current, skipped or ahead. An appeal is one of them only if there was one."""
    dispute, parts = shown.case.dispute, shown.parts
    been = {
        Stage.NEGOTIATION: True,
        Stage.ARBITRATION: dispute.called_at is not None,
        Stage.RULED: bool(parts.rulings),
        Stage.APPEAL: bool(parts.appeals),
        Stage.ENFORCEMENT: bool(parts.remedies),
    }
    stages = [stage for stage in TRACK if stage is not Stage.APPEAL or been[Stage.APPEAL]]
    at = stages.index(Stage(dispute.stage)) if Stage(dispute.stage) in stages else 0
    return [
        {"stage": stage.value, "look": "current" if i == at else "ahead" if i > at else _passed(been[stage])}
        for i, stage in enumerate(stages)
    ]


def _passed(been: bool) -> str:
    return "done" if been else "skipped"


def _with_zones(values: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    """The values of the sentence on which things hang: its moments with the offset of the reader's zone."""
    return {
        name: reader.instant(value, zone=True) if isinstance(value, datetime) else value
        for name, value in values.items()
    }


def _deadline(row: DeadlineRow, side: str, reader: Reader, now: datetime) -> dict[str, Any]:
    deadline = deadlines.read(row)
    return {
        "kind": row.kind,
        "what": reader.gettext(deadline_words.owed(deadline, side)),
        "mine": bool(side) and row.owed_by == side,
        "due_at": row.due_at,
        "left": reader.relative(row.due_at, now),
        "consequence": reader.gettext(deadline_words.consequence(deadline, side)),
        "explained": [reader.say(it.msgid, **it.values) for it in deadline_words.explain(deadline)],
        "reminders": [reader.say(it.msgid, **it.values) for it in deadline_words.explain_steps(deadline)],
    }


def _escalation_from(shown: ShownDispute, side: str | None, now: datetime) -> datetime | None:
    """From when on the arbiter can be called, to a party for whom it is still too early."""
    opens_at = shown.standing.escalation_opens_at
    too_early = opens_at is not None and now < opens_at
    return opens_at if side and too_early and shown.standing.stage is Stage.NEGOTIATION else None


def _offer(offer: Offer, shown: ShownDispute, side: str | None, reader: Reader, now: datetime) -> dict[str, Any]:
    purchase = shown.case.purchase
    numbers = {each.id: each.number for each in shown.parts.offers}
    stands = offer.state == offers.OPEN and now <= offer.expires_at
    return {
        "number": offer.number,
        "mine": offer.by == side,
        "by": name_of_side(purchase, offer.by, reader),
        "remedy": offer.remedy,
        "amount": money(offer.amount, purchase, reader),
        "made_at": offer.made_at,
        "expires_at": offer.expires_at,
        "left": reader.relative(offer.expires_at, now),
        "stands": stands,
        "state": offer.state,
        "answered_at": offer.answered_at,
        "counters": numbers.get(offer.counters_id) if offer.counters_id else None,
        "position": offer.position,
    }


def money(amount: int | None, purchase: Purchase, reader: Reader) -> str | None:
    """An amount in the purchase's currency, in words; None where there is none."""
    return None if amount is None else reader.money(amount, purchase.currency)


def _ruling(session: Session, ruling: Ruling, purchase: Purchase, reader: Reader, may_read: bool) -> dict[str, Any]:
    text = correspondence.text_of_act(session, purchase.id, ruling.position) if may_read else None
    return {
        "number": ruling.number,
        "arbiter": ruling.arbiter.name,
        "issued_at": ruling.issued_at,
        "remedy": ruling.remedy,
        "amount": money(ruling.amount, purchase, reader),
        "departs": ruling.departs,
        "in_force": ruling.superseded_at is None,
        "appeal": ruling.appeal,
        "docket_head": ruling.docket_head,
        "findings": list(ruling.findings),
        "exhibits": [number_of(number) for number in ruling.exhibits],
        "messages": list(ruling.messages),
        "reasons": html_of(text) if text else None,
        "position": ruling.position,
    }


def _by(row: Any, purchase: Purchase, reader: Reader) -> dict[str, Any]:
    """An appeal, or an objection to the arbiter."""
    return {
        "by": name_of_side(purchase, row.by, reader),
        "ground": row.ground,
        "made_at": row.made_at,
        "position": row.position,
        "decision": getattr(row, "decision", None),
        "granted": getattr(row, "granted", None),
    }


def _question(row: Any, purchase: Purchase, reader: Reader) -> dict[str, Any]:
    names = ("kind", "asked_at", "position", "answer", "answered_at", "answered_position")
    by = name_of_side(purchase, row.by, reader) if row.by else None
    return {name: getattr(row, name) for name in names} | {"by": by}


def _request(row: Any, side: str | None) -> dict[str, Any]:
    names = ("number", "asked_of", "what", "asked_at", "due_at", "answered_at", "ran_out_at", "position")
    waits = row.answered_at is None and row.ran_out_at is None
    return {name: getattr(row, name) for name in names} | {"mine": row.asked_of == side, "waits": waits}


def _extension(row: Any, purchase: Purchase, reader: Reader) -> dict[str, Any]:
    names = ("asked_at", "due_before", "due_after", "position")
    return {name: getattr(row, name) for name in names} | {"by": name_of_side(purchase, row.asked_by, reader)}


def _remedy(remedy: Remedy, rows: Sequence[DeadlineRow], reader: Reader) -> dict[str, Any]:
    mine = (row for row in rows if row.subject_id == remedy.id and row.kind in ("remedy", "refund"))
    row = next((row for row in mine if row.state != deadlines.RAN_OUT), None)  # nothing comes by a moment that is over
    amount = None if remedy.amount is None else reader.money(remedy.amount, remedy.currency)
    names = ("id", "kind", "state", "owed_at", "done_at", "opened_at")
    return {name: getattr(remedy, name) for name in names} | {"amount": amount, "due_at": row.due_at if row else None}


def _answer(
    session: Session, shown: ShownDispute, side: str | None, reader: Reader, now: datetime
) -> dict[str, Any] | None:
    """What the engine says now, while the dispute is open; None where it can say nothing."""
    dispute, purchase = shown.case.dispute, shown.case.purchase
    if dispute.stage == Stage.CLOSED:
        return None
    return judged_view(claims.judge(session, purchase, dispute, now, now), reader, may_file=side == BUYER)


def _other(dispute: Dispute) -> dict[str, Any]:
    id_: UUID = dispute.id
    names = ("number", "reason", "stage", "outcome", "opened_at", "closed_at", "position")
    return {name: getattr(dispute, name) for name in names} | {"id": id_}
