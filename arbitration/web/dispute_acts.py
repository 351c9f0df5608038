"""What buyer and seller can do in a dispute: each act with its form, what it does, and what is said then."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import g
from sqlalchemy.orm import Session

from arbitration.domain import arbiters, rulings
from arbitration.domain.deadlines import latest_extension
from arbitration.domain.events import words_of
from arbitration.domain.offers import REMEDIES
from arbitration.domain.refusals import Faults, FieldFault, InvalidError
from arbitration.domain.remedies import PART_REFUND
from arbitration.domain.stages import Outcome
from arbitration.door import guard
from arbitration.door.reader import current_reader
from arbitration.rules import codes
from arbitration.rules.marking import N_
from arbitration.services import deadlines
from arbitration.services.disputes import appeals, objections_to_arbiters, offers, questions, reopening, talks
from arbitration.services.disputes.finding import Case, find_dispute
from arbitration.services.disputes.owed import refundable
from arbitration.services.policies import policy_of
from arbitration.services.thread import role_of
from arbitration.web.amounts import read_amount
from arbitration.web.dispute_forms import Typed, moment_field
from arbitration.web.moments import read_time, write_moment

NO_DATE = N_("Say until when.")
Said = Mapping[str, str]
Do = Callable[[Session, UUID, Said], Case]


RULED = (Outcome.REFUNDED, Outcome.REPLACED)
"""The outcomes that a ruling brought about and that can be reopened."""


@dataclass(frozen=True, slots=True)
class Form:
    """An act with its form: the permission it needs, its template, its fields, what it does, and what is said then."""

    action: str
    template: str
    fields: tuple[str, ...]
    do: Do
    done: str
    shown: Callable[[Session, Case, Typed], dict[str, Any]] = lambda _session, _case, _typed: {}


def _amount(session: Session, dispute_id: UUID, said: Said) -> int | None:
    """The amount that goes with the remedy chosen; one that was typed for another remedy is left out."""
    if said.get("remedy") != PART_REFUND:
        return None
    case = find_dispute(session, guard.actor(), "getDispute", dispute_id, lock=False)
    return read_amount(said.get("amount", ""), case.purchase.currency)


def _offer(session: Session, dispute_id: UUID, said: Said) -> Case:
    amount = _amount(session, dispute_id, said)
    actor = guard.actor()
    return offers.make_offer(session, actor, dispute_id, said["remedy"], amount, said["text"], g.now)[0]


def _answer(answer: str) -> Do:
    def do(session: Session, dispute_id: UUID, said: Said) -> Case:
        amount = _amount(session, dispute_id, said) if answer == "counter" else None
        case, _ = offers.answer_offer(
            session,
            guard.actor(),
            dispute_id,
            int(said["number"]),
            answer,
            g.now,
            text=said.get("text", ""),
            remedy=said.get("remedy"),
            amount=amount,
        )
        return case

    return do


def _extend(session: Session, dispute_id: UUID, said: Said) -> Case:
    with (faults := Faults()):
        until = read_time(said["until"], current_reader(), "until", g.now)
        if until is None:
            raise InvalidError(faults=[FieldFault("until", NO_DATE)])
        return talks.ask_extension(session, guard.actor(), dispute_id, until, said["reason"], g.now)[0]
    with faults:
        words_of(said["reason"], "reason", needed=True)
    raise faults.refusal()


def _extension_values(session: Session, case: Case, typed: Typed) -> dict[str, Any]:
    reader = current_reader()
    row = talks.extendable(session, case.dispute, role_of(guard.actor(), case.purchase), g.now)
    if row is None:
        return {"latest": None, "due": None, "until": moment_field(typed, "until", reader)}
    deadline = deadlines.read(row)
    latest = latest_extension(deadline, policy_of(case.purchase), deadline.extended_by)
    typed.said.setdefault("until", write_moment(latest, reader))
    until = moment_field(typed, "until", reader) | {"most": write_moment(latest, reader)}
    return {"latest": latest, "due": row.due_at, "until": until}


def _appeal(session: Session, dispute_id: UUID, said: Said) -> Case:
    number = int(said["ruling"]) if said["ruling"].isdecimal() and len(said["ruling"]) < 4 else 0
    return appeals.appeal(session, guard.actor(), dispute_id, number, said["ground"], said["text"], g.now)[0]


def _question(kind: str) -> Do:
    def do(session: Session, dispute_id: UUID, said: Said) -> Case:
        return questions.ask(session, guard.actor(), dispute_id, kind, said["text"], g.now)[0]

    return do


def _objection(session: Session, dispute_id: UUID, said: Said) -> Case:
    actor, ground = guard.actor(), said["ground"]
    return objections_to_arbiters.object_to(session, actor, dispute_id, ground, said["text"], g.now)[0]


def _offer_values(session: Session, case: Case, *, counters: bool) -> dict[str, Any]:
    """``left``: what is left of the price, written, where a part of it was paid back before; else None."""
    purchase, left = case.purchase, refundable(session, case.purchase)
    written = current_reader().money(left, purchase.currency) if 0 < left < purchase.amount else None
    return {"remedies": REMEDIES, "counters": counters, "left": written}


OFFER = ("remedy", "amount", "text")
FORMS: Mapping[str, Form] = {
    "offer": Form(
        "makeOffer",
        "disputes/offer.html",
        OFFER,
        _offer,
        N_("Your offer stands in the correspondence. The other side can answer it now."),
        lambda session, case, _typed: _offer_values(session, case, counters=False),
    ),
    "accept": Form(
        "answerOffer",
        "disputes/accept.html",
        ("text",),
        _answer("accept"),
        N_("You agreed. It is carried out now."),
        lambda _session, case, _typed: {"replaces_within": policy_of(case.purchase).period("remedy", "within")},
    ),
    "decline": Form(
        "answerOffer",
        "disputes/decline.html",
        ("text",),
        _answer("decline"),
        N_("You declined the offer. The dispute goes on."),
    ),
    "counter": Form(
        "answerOffer",
        "disputes/offer.html",
        OFFER,
        _answer("counter"),
        N_("Your own offer stands in the correspondence. The other side can answer it now."),
        lambda session, case, _typed: _offer_values(session, case, counters=True),
    ),
    "escalate": Form(
        "escalateDispute",
        "disputes/escalate.html",
        ("text",),
        lambda session, id_, said: talks.escalate(session, guard.actor(), id_, said["text"], g.now),
        N_("The case is before the arbiters now. You can go on writing and filing evidence."),
    ),
    "withdraw": Form(
        "withdrawDispute",
        "disputes/withdraw.html",
        ("text",),
        lambda session, id_, said: talks.withdraw(session, guard.actor(), id_, said["text"], g.now),
        N_("You withdrew the dispute. It is closed."),
    ),
    "wish": Form(
        "changeRequestedRemedy",
        "disputes/wish.html",
        ("requested", "text"),
        lambda session, id_, said: talks.change_remedy(
            session, guard.actor(), id_, said["requested"], g.now, said["text"]
        ),
        N_("The other side sees what you ask for now."),
        lambda *_: {"wishes": codes.REMEDIES},
    ),
    "extend": Form(
        "askExtension",
        "disputes/extend.html",
        ("until", "reason"),
        _extend,
        N_("You have more time now. The other side sees until when, and why."),
        _extension_values,
    ),
    "appeal": Form(
        "appealRuling",
        "disputes/appeal.html",
        ("ruling", "ground", "text"),
        _appeal,
        N_("Your appeal is on record. Another arbiter hears it."),
        lambda *_: {"grounds": rulings.APPEAL_GROUNDS},
    ),
    "correction": Form(
        "requestCorrection",
        "disputes/question.html",
        ("text",),
        _question("correction"),
        N_("The arbiter has been asked to correct it."),
        lambda *_: {"kind": "correction"},
    ),
    "clarification": Form(
        "requestClarification",
        "disputes/question.html",
        ("text",),
        _question("clarification"),
        N_("The arbiter has been asked what it means."),
        lambda *_: {"kind": "clarification"},
    ),
    "objection": Form(
        "objectToArbiter",
        "disputes/objection.html",
        ("ground", "text"),
        _objection,
        N_("Your objection is on record. Until it is decided there is no ruling."),
        lambda *_: {"grounds": arbiters.OBJECTION_GROUNDS},
    ),
    "reopen": Form(
        "reopenDispute",
        "disputes/reopen.html",
        ("text",),
        lambda session, id_, said: reopening.reopen(session, guard.actor(), id_, said["text"], g.now),
        N_("The dispute is open again. The seller's time to answer begins anew."),
        lambda _session, case, _typed: {"ruled": case.dispute.outcome in RULED},
    ),
}
OF_OFFERS = ("accept", "decline", "counter")
