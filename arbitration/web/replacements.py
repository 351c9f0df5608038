"""Delivering a replacement, which only the buyer sees, and opening it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, make_response, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from arbitration.db import reading
from arbitration.domain.actors import Actor
from arbitration.domain.refusals import ConflictError, ForbiddenError
from arbitration.domain.remedies import LONGEST_CONTENT, NO_REPLACEMENT_NOW, REPLACEMENT
from arbitration.domain.sides import BUYER, SELLER
from arbitration.domain.stages import Stage
from arbitration.door import guard
from arbitration.door.reader import current_reader
from arbitration.models import Purchase
from arbitration.rules.marking import N_
from arbitration.services import purchases
from arbitration.services.disputes import replacements
from arbitration.services.disputes.finding import Case, last_dispute_of, open_dispute_of
from arbitration.services.disputes.owed import remedy_owed
from arbitration.services.disputes.showing import shown
from arbitration.services.purchases import side_of
from arbitration.web.acting import once_on_page
from arbitration.web.dispute_forms import Typed, carry_out, filled, kept_form
from arbitration.web.sessions import see_other
from arbitration.web.views import buyer_name

blueprint = Blueprint("replacements", __name__)
ALL = "/purchases/<external_id>/replacements"
ONE = f"{ALL}/<uuid:remedy_id>"
FIELDS = ("content", "text")
DONE = N_("The replacement is delivered. The buyer alone can open it; you both see that it is there.")


@blueprint.route(f"{ALL}/new", methods=["GET", "POST"])
def deliver(external_id: str) -> AnyResponse:
    """Deliver the replacement that is owed, or one without a dispute."""

    def answer(typed: Typed) -> AnyResponse:
        return _form(external_id, typed)

    if request.method == "GET":
        with reading() as session:
            _require_deliverable(session, external_id)
            kept = kept_form(session)
        return answer(kept or Typed())

    def act(session: Session) -> str:
        content, text = request.form.get("content", ""), request.form.get("text", "")
        replacements.deliver_replacement(session, guard.actor(), external_id, content, text, g.now)
        return url_for("purchases.show", external_id=external_id, _anchor="dispute")

    return carry_out("replacements.deliver", act, FIELDS, answer, DONE)


def _require_deliverable(session: Session, external_id: str) -> None:
    """Raises ConflictError where the dispute is at another stage: better before somebody pastes a key than after."""
    purchase = purchases.get_purchase(session, guard.actor(), external_id)
    if side_of(guard.actor(), purchase) != SELLER:
        raise ForbiddenError
    dispute = open_dispute_of(session, purchase.id)
    if dispute is None:
        return
    owed = remedy_owed(session, dispute.id) if dispute.stage == Stage.ENFORCEMENT else None
    if owed is None or owed.kind != REPLACEMENT:
        raise ConflictError(NO_REPLACEMENT_NOW[Stage(dispute.stage)])


def _form(external_id: str, typed: Typed) -> AnyResponse:
    with reading() as session:
        purchase = purchases.get_purchase(session, guard.actor(), external_id)
        dispute = open_dispute_of(session, purchase.id)
        return filled(
            "disputes/deliver.html",
            typed,
            external_id=external_id,
            listing={"title": purchase.listing.title},
            buyer_name=buyer_name(purchase, current_reader()),
            owed=dispute is not None,
            longest=LONGEST_CONTENT,
            back=url_for("purchases.show", external_id=external_id, _anchor="dispute"),
        )


@blueprint.get(ONE)
def show(external_id: str, remedy_id: UUID) -> Response:
    """A replacement: to the buyer sealed until they open it."""
    actor = guard.actor()
    with reading() as session:
        purchase = purchases.get_purchase(session, actor, external_id)
        side = side_of(actor, purchase)
        look = replacements.see_own if side == BUYER else replacements.see_replacement
        remedy, content = look(session, actor, external_id, remedy_id)
        values: dict[str, Any] = {
            "id": remedy.id,
            "delivered_at": remedy.done_at,
            "opened_at": remedy.opened_at,
            "content": content,
            "mine": side == SELLER,
            "may_open": side == BUYER and content is None,
        }
        html = render_template(
            "disputes/replacement.html",
            now=g.now,
            external_id=external_id,
            listing={"title": purchase.listing.title},
            seller_name=purchase.seller.name,
            buyer_name=buyer_name(purchase, current_reader()),
            replacement=values,
            otherwise=_otherwise(session, actor, purchase) if side == BUYER and content is not None else None,
            back=url_for("purchases.show", external_id=external_id, _anchor="dispute"),
        )
    response = make_response(html)
    response.headers["Cache-Control"] = "no-store"
    return response


def _otherwise(session: Session, actor: Actor, purchase: Purchase) -> dict[str, Any]:
    """Where the buyer goes if it does not work, and until when: reopening, talking on, or a dispute."""
    dispute = last_dispute_of(session, purchase.id)
    if dispute is not None:
        acts = {act.name: act for act in shown(session, actor, Case(purchase, dispute), g.now).actions}
        if "reopenDispute" in acts:
            return {"url": url_for("disputes.reopen", dispute_id=dispute.id), "until": acts["reopenDispute"].due}
        if dispute.stage != Stage.CLOSED:
            return {"url": url_for("purchases.show", external_id=purchase.external_id, _anchor="compose")}
    return {"url": url_for("opening.new", external_id=purchase.external_id)}


@blueprint.route(f"{ONE}/opening", methods=["GET", "POST"])
def open_it(external_id: str, remedy_id: UUID) -> AnyResponse:
    """Open a replacement as the buyer: it is put on record that it was opened, then its content is shown."""
    here = url_for("replacements.show", external_id=external_id, remedy_id=remedy_id)
    if request.method == "GET":
        return see_other(here)

    def act(session: Session) -> str:
        replacements.open_replacement(session, guard.actor(), external_id, remedy_id, g.now)
        return here

    return once_on_page("replacements.open", act)
