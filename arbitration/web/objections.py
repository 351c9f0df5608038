"""Objecting that a listing was read wrongly, on the page of the purchase, and taking the objection back."""

from uuid import UUID

from flask import Blueprint, flash, g, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from arbitration.db import reading
from arbitration.domain.refusals import ConflictError, InvalidError
from arbitration.door import guard
from arbitration.door.reader import current_reader
from arbitration.rules.marking import N_
from arbitration.services import drafts, objections
from arbitration.web import sessions
from arbitration.web.acting import once_on_page
from arbitration.web.errors import sentence_of, status_of
from arbitration.web.faults import faults_of
from arbitration.web.purchases import page
from arbitration.web.readings import Objecting, suggestion_view
from arbitration.web.sessions import see_other

blueprint = Blueprint("objections", __name__)
ASKED = ("kind", "count", "unit", "starts")
DONE = N_("Your objection is on record, and the other side sees it. Until an arbiter decides, the reading stands.")
TAKEN_BACK = N_("You took your objection back. The other side sees that it is gone.")


@blueprint.route("/purchases/<external_id>/readings/<field>/objection", methods=["GET", "POST"])
def make(external_id: str, field: str) -> AnyResponse:
    """Object to how a field was read; what is refused comes back in its field."""
    if request.method == "GET":
        return see_other(_place(external_id, field))
    reason = request.form.get("reason", "")
    said = {name: request.form.get(name, "") for name in ASKED}
    try:
        answer = once_on_page("objections.make", lambda session: _make(session, external_id, field, reason, said))
    except (InvalidError, ConflictError) as refusal:
        errors = faults_of(refusal) if isinstance(refusal, InvalidError) else {"reason": sentence_of(refusal)}
        form = Objecting(field, reason, said, errors)
        return page(external_id, status=status_of(refusal), objecting=form)
    flash(current_reader().gettext(DONE), "success")
    return answer


def _make(session: Session, external_id: str, field: str, reason: str, said: dict[str, str]) -> str:
    objections.object_to_reading(session, guard.actor(), external_id, field, reason, g.now, said)
    drafts.forget(session, sessions.draft_token(), external_id, drafts.position_of(field))
    return _place(external_id, field)


@blueprint.route("/purchases/<external_id>/objections/<uuid:objection_id>/withdrawal", methods=["GET", "POST"])
def withdraw(external_id: str, objection_id: UUID) -> AnyResponse | str:
    """Take back one's objection, after asking once more."""
    if request.method == "GET":
        return _withdraw_page(external_id, objection_id)
    answer = once_on_page("objections.withdraw", lambda session: _withdraw(session, external_id, objection_id))
    flash(current_reader().gettext(TAKEN_BACK), "success")
    return answer


def _withdraw(session: Session, external_id: str, objection_id: UUID) -> str:
    taken = objections.withdraw_objection(session, guard.actor(), external_id, objection_id, g.now)
    return _place(external_id, taken.field)


def _withdraw_page(external_id: str, objection_id: UUID) -> str:
    with reading() as session:
        purchase, objection = objections.get_own(session, guard.actor(), external_id, objection_id)
        return render_template(
            "objections/withdraw.html",
            purchase={"external_id": purchase.external_id},
            listing={"title": purchase.listing.title},
            back=_place(external_id, objection.field),
            objection={
                "id": objection.id,
                "field": objection.field,
                "made_at": objection.made_at,
                "text": objection.text,
                "suggestion": suggestion_view(objection, current_reader()),
            },
        )


def _place(external_id: str, field: str) -> str:
    return url_for("purchases.show", external_id=external_id, _anchor=f"term-{field}")
