"""An operator's pages: what waits for an operator, all disputes, one of them, and the acts of operators on it."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Response, current_app, flash, g, make_response, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from arbitration.db import reading
from arbitration.domain.refusals import ConflictError, Faults, FieldFault, ForbiddenError, InvalidError
from arbitration.domain.remedies import RefundTerms
from arbitration.domain.sides import TURNS
from arbitration.domain.stages import Stage
from arbitration.door import guard
from arbitration.door.reader import current_reader
from arbitration.models import Remedy
from arbitration.rules.marking import N_
from arbitration.services.disputes import listing, objections_to_arbiters, overseeing, remedies, showing
from arbitration.services.disputes.finding import Case, find_dispute
from arbitration.services.disputes.listing import Asked
from arbitration.services.operations import overview
from arbitration.services.operations.lists import require
from arbitration.services.refunds import confirming
from arbitration.services.refunds.terms import is_with_former
from arbitration.web.acting import once_on_page
from arbitration.web.cases_page import Tried
from arbitration.web.disputes_shown import dispute_view
from arbitration.web.errors import sentence_of, status_of
from arbitration.web.faults import faults_of
from arbitration.web.form_drafts import forget_form, kept_fields
from arbitration.web.operations.case_views import late_view, line_view, objected_view, provider_view, refund_view
from arbitration.web.operations.frame import blueprint, chosen, cursor, typed
from arbitration.web.views import listing_view, purchase_view

PAGE = 25
STAGES = ("", *(each.value for each in Stage))
ONE = "/disputes/<uuid:dispute_id>"
DONE: Mapping[str, str] = {
    "confirm": N_("Confirmed. The dispute is closed, and both sides are told."),
    "approve": N_("Approved. Another operator can confirm it now."),
    "approve_for_provider": N_("Approved. Once two operators have, the payment provider is asked to pay it."),
    "ask_again": N_("The payment provider is asked once more, and both sides are told."),
    "decide": N_("Decided. Both sides are told."),
}
ACTIONS = {"confirm": "confirmRefund", "approve": "approveRefund", "ask_again": "retryRefund"}


@blueprint.get("")
def index() -> str:
    """What waits for an operator: what is amiss, refunds, objections, late rulings; and how many cases stand where."""
    with reading() as session:
        actor = guard.actor()
        refunds, following = remedies.owed(session, actor, g.now, cursor=cursor(), limit=PAGE)
        return render_template(
            "operations/index.html",
            now=g.now,
            refunds=[refund_view(each, actor) for each in refunds],
            next=following,
            cursor=cursor(),
            objections=[objected_view(each, current_reader()) for each in overseeing.objections(session, actor)],
            late=[late_view(each) for each in overseeing.late_rulings(session, actor, g.now)],
            health=overview.health(session, actor, g.now),
        )


@blueprint.get("/disputes")
def disputes() -> str:
    """All disputes, by stage, by whose turn it is and by text, those that are due first."""
    asked = asked_for()
    with reading() as session:
        actor = guard.actor()
        require(actor, "listRefunds")
        found = listing.list_disputes(session, actor, asked, cursor=cursor(), limit=PAGE)
        return render_template(
            "operations/disputes.html",
            now=g.now,
            items=[line_view(each, current_reader(), g.now) for each in found.items],
            next=found.next,
            cursor=cursor(),
            stages=STAGES[1:],
            turns=TURNS,
            stage=asked.stages[0] if asked.stages else "",
            turn=asked.turn or "",
            q=asked.text,
        )


def asked_for() -> Asked:
    """The stage, the turn and the words by which the list of disputes, and its file, are narrowed."""
    stage, turn = chosen("stage", STAGES), chosen("turn", ("", *TURNS))
    return Asked((stage,) if stage else (), turn or None, text=typed())


@blueprint.get(ONE)
def show(dispute_id: UUID) -> Response:
    """One dispute as an operator may read it: without the correspondence, and without what arbiters noted."""
    return _page(dispute_id)


def _page(dispute_id: UUID, tried: Tried | None = None, status: int = 200) -> Response:
    with reading() as session:
        actor, reader = guard.actor(), current_reader()
        find_dispute(session, actor, "listRefunds", dispute_id, lock=False)
        shown = showing.show(session, actor, dispute_id, g.now)
        waiting = [each for each in overseeing.objections(session, actor) if each.case.dispute.id == dispute_id]
        owed = shown.parts.owed
        html = render_template(
            "operations/show.html",
            now=g.now,
            purchase=purchase_view(shown.case.purchase, actor, reader),
            listing=listing_view(shown.case.purchase.listing),
            dispute=dispute_view(session, shown, actor, reader, g.now),
            may={each.name for each in shown.actions},
            owed=owed and _owed_view(owed),
            objection=objected_view(waiting[0], reader) if waiting else None,
            may_open=False,
            may_give=False,
            tried=tried or Tried(),
        )
    return make_response(html, status)


def _owed_view(owed: Remedy) -> dict[str, Any]:
    return {
        "amount": owed.amount,
        "currency": owed.currency,
        "approved_at": owed.approved_at,
        **provider_view(owed),
    }


@blueprint.route(f"{ONE}/refund", methods=["GET", "POST"])
def confirm(dispute_id: UUID) -> AnyResponse:
    """Say that a refund was paid, after asking once more."""

    def act(session: Session) -> None:
        text = request.form.get("text", "")
        confirming.confirm_refund(session, guard.actor(), dispute_id, _amount_shown(), g.now, text)

    return _asked_once_more("confirm", dispute_id, act)


@blueprint.route(f"{ONE}/approval", methods=["GET", "POST"])
def approve(dispute_id: UUID) -> AnyResponse:
    """Approve a refund that needs two people, after asking once more."""

    def act(session: Session) -> None:
        text = request.form.get("text", "")
        confirming.approve_refund(session, guard.actor(), dispute_id, g.now, text, _amount_shown())

    return _asked_once_more("approve", dispute_id, act)


def _amount_shown() -> int:
    """The amount that stood on the page with the button: an arbiter may have corrected it since."""
    typed = request.form.get("amount", "")
    if not (typed.isdecimal() and len(typed) < 19):
        raise ConflictError
    return int(typed)


@blueprint.route(f"{ONE}/refund/retry", methods=["GET", "POST"])
def ask_again(dispute_id: UUID) -> AnyResponse:
    """Have the payment provider asked once more for a refund that it refused, after asking once more here."""

    def act(session: Session) -> None:
        confirming.retry_refund(session, guard.actor(), dispute_id, g.now, request.form.get("text", ""))

    return _asked_once_more("ask_again", dispute_id, act)


@blueprint.route(f"{ONE}/objection", methods=["GET", "POST"])
def decide(dispute_id: UUID) -> AnyResponse:
    """Decide an objection to the arbiter; both sides read the reason."""
    if request.method == "GET":
        with reading() as session:
            said = kept_fields(session)
        return _page(dispute_id, Tried("decide", said=said, restored=True) if said else None)
    granted, text = request.form.get("granted", ""), request.form.get("text", "")

    def act(session: Session) -> None:
        find_dispute(session, guard.actor(), "decideObjection", dispute_id)
        with (faults := Faults()):
            if granted not in ("yes", "no"):
                raise InvalidError(faults=[FieldFault("granted", N_("Say whether you grant it."))])
        with faults:
            objections_to_arbiters.decide_objection(session, guard.actor(), dispute_id, granted == "yes", text, g.now)
        faults.refuse()

    try:
        return _carry_out("decide", dispute_id, act)
    except (InvalidError, ConflictError) as refusal:
        errors = faults_of(refusal) if isinstance(refusal, InvalidError) else {}
        tried = Tried(
            "decide", "", {"granted": granted, "text": text}, errors, None if errors else sentence_of(refusal)
        )
        return _page(dispute_id, tried, status_of(refusal))


def _asked_once_more(name: str, dispute_id: UUID, act: Callable[[Session], None]) -> AnyResponse:
    if request.method == "GET":
        return _confirmation(name, dispute_id)
    try:
        return _carry_out(name, dispute_id, act)
    except ForbiddenError as refusal:
        if refusal.msgid == ForbiddenError.msgid:
            raise
        return _page(dispute_id, Tried(name, error=sentence_of(refusal)), status_of(refusal))
    except (InvalidError, ConflictError) as refusal:
        return _page(dispute_id, Tried(name, error=sentence_of(refusal)), status_of(refusal))


def _carry_out(name: str, dispute_id: UUID, act: Callable[[Session], None]) -> AnyResponse:
    def once(session: Session) -> str:
        act(session)
        forget_form(session)
        return url_for("operations.show", dispute_id=dispute_id)

    answer = once_on_page(f"operations.{name}", once)
    said = "approve_for_provider" if name == "approve" and _asks_provider() else name
    flash(current_reader().gettext(DONE[said]), "success")
    return answer


def _confirmation(name: str, dispute_id: UUID) -> Response:
    """The page that asks once more, with the amount that is owed now."""
    action = ACTIONS[name]
    with reading() as session:
        case: Case = find_dispute(session, guard.actor(), action, dispute_id, lock=False)
        owed = remedies.remedy_owed(session, dispute_id)
        if owed is None or owed.amount is None:
            raise ConflictError
        values: dict[str, Any] = {
            "name": name,
            "id": dispute_id,
            "external_id": case.purchase.external_id,
            "listing": listing_view(case.purchase.listing),
            "buyer": case.purchase.buyer.name or case.purchase.buyer.email,
            "amount": owed.amount,
            "currency": owed.currency,
            "asks_provider": _asks_provider(),
            "former_key": owed.gateway_key if is_with_former(owed) else None,
            "former": owed.provider,
            "kept": kept_fields(session) or {},
        }
        return make_response(render_template("operations/refund.html", now=g.now, **values))


def _asks_provider() -> bool:
    """Whether a payment provider pays the refunds of this installation."""
    terms: RefundTerms = current_app.config["REFUND_TERMS"]
    return terms.asks_provider
