"""Disputes as buyer and seller see them: the list, and a page with a form for each thing they can do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, g, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from arbitration.db import reading
from arbitration.domain import arbiters, rulings
from arbitration.domain.actors import Role
from arbitration.domain.deadlines import latest_extension
from arbitration.domain.offers import REMEDIES
from arbitration.domain.refusals import ConflictError, FieldFault, InvalidError
from arbitration.domain.stages import Stage
from arbitration.door import guard, reader
from arbitration.rules import codes
from arbitration.rules.marking import N_
from arbitration.services import deadlines
from arbitration.services.disputes import (
    appeals,
    listing,
    objections_to_arbiters,
    offers,
    questions,
    reopening,
    talks,
)
from arbitration.services.disputes.finding import Case, find_dispute
from arbitration.services.disputes.showing import shown
from arbitration.services.policies import policy_of
from arbitration.services.thread import role_of
from arbitration.web import kept_pages
from arbitration.web.amounts import read_amount
from arbitration.web.dispute_forms import Typed, carry_out, filled, kept_form, moment_field, read_time, sent
from arbitration.web.dispute_lines import lines_of
from arbitration.web.disputes_shown import dispute_view
from arbitration.web.errors import sentence_of
from arbitration.web.moments import write_moment
from arbitration.web.sessions import see_other
from arbitration.web.unread import all_waiting, shops_of_viewer

blueprint = Blueprint("disputes", __name__)
ONE = "/disputes/<uuid:dispute_id>"
PAGE = 25
FILTERS = ("open", "mine", "closed", "all")
OPEN_STAGES = tuple(stage.value for stage in Stage if stage is not Stage.CLOSED)
NO_DATE = N_("Say until when.")


@blueprint.get("/disputes")
def index() -> Response:
    """One's disputes, bought or sold, those first of which something is due next."""
    asker = guard.actor()
    typed, chosen = request.args.get("q", "").strip(), request.args.get("show", "")
    chosen = chosen if chosen in FILTERS else "open"
    stages = {"open": OPEN_STAGES, "closed": (Stage.CLOSED.value,)}.get(chosen, ())
    asked = listing.Asked(stages, text=typed, waits_for_me=chosen == "mine")
    with reading() as session:
        cursor = request.args.get("cursor")
        page = listing.list_disputes(session, asker, asked, cursor=cursor, limit=PAGE, shops=shops_of_viewer())
        return kept_pages.written_once(
            (tuple(page.items), page.next),
            lambda: render_template(
                "disputes/list.html",
                now=g.now,
                filters=FILTERS,
                chosen=chosen,
                q=typed,
                waiting=all_waiting(),
                lines=lines_of(page.items, g.now),
                next=page.next,
                cursor=cursor,
            ),
        )


WORKPLACES = {Role.ARBITER: "cases.show", Role.OPERATOR: "operations.show"}


@blueprint.get(ONE)
def show(dispute_id: UUID) -> AnyResponse:
    """To the dispute's place on the page of its purchase, or where an arbiter or an operator works on it."""
    with reading() as session:
        case = find_dispute(session, guard.actor(), "getDispute", dispute_id, lock=False)
        work = WORKPLACES.get(guard.actor().role)
        return see_other(url_for(work, dispute_id=dispute_id) if work else place(case))


def place(case: Case) -> str:
    """The dispute's place on the page of its purchase."""
    return url_for("purchases.show", external_id=case.purchase.external_id, _anchor="dispute")


Said = Mapping[str, str]
Do = Callable[[Session, UUID, Said], Case]


@dataclass(frozen=True, slots=True)
class Form:
    """An act with its form: the permission it needs, its template, its fields, what it does, and what is said then."""

    action: str
    template: str
    fields: tuple[str, ...]
    do: Do
    done: str
    shown: Callable[[Session, Case, Typed], dict[str, Any]] = lambda _session, _case, _typed: {}


def page_of_act(name: str, dispute_id: UUID, **where: Any) -> AnyResponse:
    """The form of an act, or what came of sending it. Who comes too late for it is led to how the dispute stands."""
    form = FORMS[name]

    def answer(typed: Typed) -> AnyResponse:
        return _form(form, dispute_id, typed, where)

    if request.method == "GET":
        with reading() as session:
            try:
                find_dispute(session, guard.actor(), form.action, dispute_id, lock=False)
            except ConflictError as refusal:
                flash(sentence_of(refusal), "info")
                return see_other(place(find_dispute(session, guard.actor(), "getDispute", dispute_id, lock=False)))
            kept = kept_form(session)
        return answer(kept or Typed())

    def act(session: Session) -> str:
        return place(form.do(session, dispute_id, sent(form.fields) | {key: str(v) for key, v in where.items()}))

    return carry_out(f"disputes.{name}", act, form.fields, answer, form.done)


def _form(form: Form, dispute_id: UUID, typed: Typed, where: Mapping[str, Any]) -> AnyResponse:
    actor, said = guard.actor(), reader.current()
    with reading() as session:
        case = find_dispute(session, actor, "getDispute", dispute_id, lock=False)
        view = dispute_view(session, shown(session, actor, case, g.now), actor, said, g.now)
        values = form.shown(session, case, typed)
        offer = next((each for each in view["offers"] if each["number"] == where.get("number")), None)
        return filled(
            form.template,
            typed,
            dispute=view,
            offer=offer,
            listing={"title": case.purchase.listing.title},
            currency=case.purchase.currency,
            price=said.money(case.purchase.amount, case.purchase.currency),
            back=place(case),
            action=request.path,
            time_zone=said.zone_name,
            **values,
        )


def _amount(session: Session, dispute_id: UUID, said: Said) -> int | None:
    """The amount that goes with the remedy chosen; one that was typed for another remedy is left out."""
    if said.get("remedy") != "part_refund":
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
    until = read_time(said["until"], "until")
    if until is None:
        raise InvalidError(faults=[FieldFault("until", NO_DATE)])
    return talks.ask_extension(session, guard.actor(), dispute_id, until, said["reason"], g.now)[0]


def _extension_values(session: Session, case: Case, typed: Typed) -> dict[str, Any]:
    said = reader.current()
    row = talks.extendable(session, case.dispute, role_of(guard.actor(), case.purchase), g.now)
    if row is None:
        return {"latest": None, "due": None, "until": moment_field(typed, "until", said)}
    deadline = deadlines.read(row)
    latest = latest_extension(deadline, policy_of(case.purchase), deadline.extended_by)
    typed.said.setdefault("until", write_moment(latest, said))
    until = moment_field(typed, "until", said) | {"most": write_moment(latest, said)}
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


OFFER = ("remedy", "amount", "text")
FORMS: Mapping[str, Form] = {
    "offer": Form(
        "makeOffer",
        "disputes/offer.html",
        OFFER,
        _offer,
        N_("Your offer stands in the correspondence. The other side can answer it now."),
        lambda *_: {"remedies": REMEDIES, "counters": False},
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
        lambda *_: {"remedies": REMEDIES, "counters": True},
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
    ),
}
OF_OFFERS = ("accept", "decline", "counter")


def _page(name: str) -> Callable[..., AnyResponse]:
    def view(dispute_id: UUID, **where: Any) -> AnyResponse:
        return page_of_act(name, dispute_id, **where)

    return view


for _name in FORMS:
    _rule = f"{ONE}/offers/<int(min=1, max=10000):number>/{_name}" if _name in OF_OFFERS else f"{ONE}/{_name}"
    blueprint.add_url_rule(_rule, _name, _page(_name), methods=["GET", "POST"])
