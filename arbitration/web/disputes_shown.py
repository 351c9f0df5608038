"""What the templates show of a dispute: where it stands, what can be done, and all that was offered, ruled and paid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session

from arbitration.domain import deadline_words
from arbitration.domain.actors import Actor
from arbitration.domain.available import Available
from arbitration.domain.deadlines import BUYER, SELLER
from arbitration.domain.exhibits import number_of
from arbitration.domain.facts import ADMITTED, CAN_REPLACE, CHECKED_AT, INSTANTS, instant_of
from arbitration.domain.permissions import may
from arbitration.domain.stages import BEFORE_ARBITER, BEFORE_RULING, Stage
from arbitration.i18n import Reader
from arbitration.models import ConductReport, DeadlineRow, Dispute, Fact, Offer, Purchase, Remedy, Ruling
from arbitration.rules.marking import N_
from arbitration.services import correspondence, deadlines
from arbitration.services.disputes import claims, conduct
from arbitration.services.disputes.opening import since_of
from arbitration.services.disputes.showing import Shown
from arbitration.services.facts import list_facts
from arbitration.services.purchases import side_of
from arbitration.web.demand import answer_view, title_of
from arbitration.web.prose import html_of
from arbitration.web.views import name_of_side

SIDES = (BUYER, SELLER)
BEFORE_OUTCOME = BEFORE_RULING | BEFORE_ARBITER
TRACK = (Stage.NEGOTIATION, Stage.ARBITRATION, Stage.RULED, Stage.APPEAL, Stage.ENFORCEMENT, Stage.CLOSED)


@dataclass(frozen=True, slots=True)
class Way:
    """How an act is reached from the panel: what stands on its button, and the page with its form.

    ``asks``: the page only asks once more, so it can come as a dialog; ``danger``: it gives something up.
    """

    label: str
    endpoint: str
    icon: str
    asks: bool = False
    danger: bool = False


WAYS: Mapping[str, Way] = {
    "deliverReplacement": Way(N_("Deliver the replacement"), "replacements.deliver", "send"),
    "makeOffer": Way(N_("Make an offer"), "disputes.offer", "handshake"),
    "changeRequestedRemedy": Way(N_("Change what I ask for"), "disputes.wish", "pencil"),
    "escalateDispute": Way(N_("Call the arbiter"), "disputes.escalate", "scale", asks=True),
    "askExtension": Way(N_("Ask for more time"), "disputes.extend", "hourglass"),
    "appealRuling": Way(N_("Appeal"), "disputes.appeal", "scale"),
    "requestCorrection": Way(N_("Have a slip corrected"), "disputes.correction", "pencil"),
    "requestClarification": Way(N_("Ask what the ruling means"), "disputes.clarification", "circle-question-mark"),
    "objectToArbiter": Way(N_("Object to the arbiter"), "disputes.objection", "flag"),
    "withdrawDispute": Way(N_("Withdraw the dispute"), "disputes.withdraw", "x", asks=True, danger=True),
    "reopenDispute": Way(N_("Reopen the dispute"), "disputes.reopen", "history"),
}
"""The acts with a page of their own. Answering an offer stands beside the offer, stating facts beside the facts."""
HERE: Mapping[str, tuple[str, str, str]] = {
    "postMessage": (N_("Write the answer"), "#compose", "pencil"),
    "uploadExhibit": (N_("File evidence"), "#file-exhibit", "paperclip"),
}
"""What is done on the purchase's own page."""


def dispute_view(session: Session, shown: Shown, actor: Actor, reader: Reader, now: datetime) -> dict[str, Any]:
    """A dispute as ``templates/disputes/_panel.html`` shows it."""
    dispute, purchase, parts = shown.case.dispute, shown.case.purchase, shown.parts
    side = side_of(actor, purchase)
    open_rows = [row for row in parts.deadlines if row.state == deadlines.OPEN]
    may_read = may(actor, "listMessages", shown.case.parties)
    acts = [_act(each, dispute, purchase, reader) for each in shown.actions]
    for asked in (each for each in parts.requests if each.asked_of == side and not each.answered_at):
        _lead_to_form(acts, asked.what, purchase)
    names = {each.name for each in shown.actions}
    facts = list_facts(session, purchase.id)
    owed = [each for each in acts if each and each["owed"]]
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
        "state": reader.say(shown.state.msgid, **shown.state.values),
        "mine": bool(owed) or any(row.owed_by == side for row in open_rows),
        "deadlines": [_deadline(row, side or "", reader, now) for row in open_rows],
        "actions": sorted(filter(None, acts), key=lambda each: (not each["owed"], each["danger"])),
        "main": next((each["name"] for each in owed if each["name"] != "postMessage"), None),
        "escalation_from": _escalation_from(shown, side, now),
        "offers": [_offer(each, shown, side, reader, now) for each in reversed(parts.offers)],
        "may_answer_offer": "answerOffer" in names,
        "rulings": [_ruling(session, each, purchase, reader, may_read) for each in reversed(parts.rulings)],
        "appeals": [_by(each, purchase, reader) for each in parts.appeals],
        "questions": [_question(each, purchase, reader) for each in parts.questions],
        "requests": [_request(each, side) for each in parts.requests],
        "extensions": [_extension(each, purchase, reader) for each in parts.extensions],
        "objections": [_by(each, purchase, reader) for each in parts.objections],
        "remedies": [_remedy(each, parts.deadlines, reader) for each in parts.remedies],
        "answer": _answer(session, shown, side, reader, now),
        "facts": [_fact(each, purchase, actor, reader) for each in facts],
        "statable": _statable(facts, side) if "stateFact" in names and dispute.stage in BEFORE_OUTCOME else [],
        "conduct": [_conduct(each, purchase, reader) for each in conduct.list_reports(session, purchase.id)],
        "others": [_other(each) for each in shown.others],
    }


def _track(shown: Shown) -> list[dict[str, str]]:
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


def _act(act: Available, dispute: Dispute, purchase: Purchase, reader: Reader) -> dict[str, Any] | None:
    """An act as a button of the panel; None for one that stands elsewhere on the page, or is not for parties."""
    common = {"name": act.name, "owed": act.owed, "due": act.due, "asks": False, "danger": False}
    if act.name in HERE:
        if not act.owed and (act.name == "postMessage" or dispute.stage == Stage.CLOSED):
            return None
        label, url, icon = HERE[act.name]
        return common | {"label": reader.gettext(label), "url": url, "icon": icon}
    way = WAYS.get(act.name)
    if way is None:
        return None
    if act.name == "deliverReplacement":
        url = url_for(way.endpoint, external_id=purchase.external_id)
    else:
        url = url_for(way.endpoint, dispute_id=dispute.id)
    label = reader.gettext(way.label)
    return common | {"label": label, "url": url, "icon": way.icon, "asks": way.asks, "danger": way.danger}


def _lead_to_form(acts: list[dict[str, Any] | None], what: str, purchase: Purchase) -> None:
    """Who owes evidence gets to the open form, with the kind that was asked for."""
    kind = "screenshot" if what == "any" else what
    for act in acts:
        if act and act["name"] == "uploadExhibit" and act["owed"]:
            act["url"] = url_for("purchases.show", external_id=purchase.external_id, file=kind, _anchor="file-exhibit")


def _escalation_from(shown: Shown, side: str | None, now: datetime) -> datetime | None:
    """From when on the arbiter can be called, to a party for whom it is still too early."""
    opens_at = shown.standing.escalation_opens_at
    too_early = opens_at is not None and now < opens_at
    return opens_at if side and too_early and shown.standing.stage is Stage.NEGOTIATION else None


def _offer(offer: Offer, shown: Shown, side: str | None, reader: Reader, now: datetime) -> dict[str, Any]:
    purchase = shown.case.purchase
    numbers = {each.id: each.number for each in shown.parts.offers}
    stands = offer.state == "open" and now <= offer.expires_at
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


def _answer(session: Session, shown: Shown, side: str | None, reader: Reader, now: datetime) -> dict[str, Any] | None:
    """What the engine says now, while the dispute is open; None where it can say nothing."""
    dispute, purchase = shown.case.dispute, shown.case.purchase
    if dispute.stage == Stage.CLOSED:
        return None
    return judged_view(claims.judge(session, purchase, dispute, now, now), reader, may_file=side == BUYER)


def judged_view(judged: claims.Judged, reader: Reader, *, may_file: bool = False) -> dict[str, Any] | None:
    """The engine's answer for a claim; ``may_file``: what is missing comes with the way to file it."""
    if judged.answer is None:
        return None
    external_id = judged.purchase.external_id
    view = answer_view(judged.answer, judged.policy, judged.terms.terms, reader)
    for item in view["missing"]:
        kind = "video" if item["what"] == "video" else "screenshot"
        url = url_for("purchases.show", external_id=external_id, file=kind, _anchor="file-exhibit")
        item["url"] = url if may_file else None
        item["kind"] = kind
    reported_at = judged.answer.verdict.reported_at
    expires_at = view["expires_at"]
    return view | {
        "policy_title": title_of(judged.policy, reader),
        "over": expires_at is not None and expires_at < judged.at,
        "reported_at": reported_at,
        "in_time": expires_at is None or reported_at <= expires_at,
    }


def _fact(fact: Fact, purchase: Purchase, actor: Actor, reader: Reader) -> dict[str, Any]:
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


def _statable(facts: Sequence[Fact], side: str | None) -> list[dict[str, Any]]:
    """The facts that the viewer can still state: name and value, as the address of the form has them."""
    last = {fact.name: fact.value["value"] for fact in facts if fact.decision != "struck"}
    if side == BUYER:
        return [{"name": CHECKED_AT, "value": "when", "again": CHECKED_AT in last}]
    if side != SELLER:
        return []
    admits: list[dict[str, Any]] = [] if last.get(ADMITTED) else [{"name": ADMITTED, "value": "yes"}]
    can = [{"name": CAN_REPLACE, "value": word} for word, value in CAN.items() if last.get(CAN_REPLACE) is not value]
    return admits + can


CAN = {"yes": True, "no": False}


def _conduct(report: ConductReport, purchase: Purchase, reader: Reader) -> dict[str, Any]:
    return {
        "kind": report.kind,
        "by": name_of_side(purchase, report.by, reader),
        "message": report.message_position,
        "happened_at": report.happened_at,
        "reported_at": report.reported_at,
        "struck": report.struck_at is not None,
    }


def _other(dispute: Dispute) -> dict[str, Any]:
    id_: UUID = dispute.id
    names = ("number", "reason", "stage", "outcome", "opened_at", "closed_at", "position")
    return {name: getattr(dispute, name) for name in names} | {"id": id_}
