"""Statements of the parties that the engine reads: facts, and reports of what the other side wrote."""

from collections.abc import Mapping

from flask import Blueprint, abort, g, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from arbitration.db import reading
from arbitration.domain.conduct import KINDS
from arbitration.domain.facts import ADMITTED, CAN_REPLACE, CHECKED_AT, STATED_BY
from arbitration.domain.refusals import FieldFault, ForbiddenError, InvalidError
from arbitration.door import guard
from arbitration.door.reader import current_reader
from arbitration.models import Purchase
from arbitration.rules.marking import N_
from arbitration.services import facts, messages, purchases
from arbitration.services.disputes import conduct
from arbitration.services.purchases import side_of
from arbitration.web.dispute_forms import Typed, carry_out, filled, kept_form, moment_field
from arbitration.web.moments import read_time
from arbitration.web.prose import html_of
from arbitration.web.views import author_name

blueprint = Blueprint("statements", __name__)
STATABLE: Mapping[tuple[str, str], object] = {
    (ADMITTED, "yes"): True,
    (CAN_REPLACE, "yes"): True,
    (CAN_REPLACE, "no"): False,
    (CHECKED_AT, "when"): None,
}
"""What can be stated on a page, by name and the word for the value in its address; None: it is typed."""
NO_TIME = N_("Say when.")
STATED = N_("It is on record. The other side sees it.")
REPORTED = N_("The message is reported. Both sides see that; the report stands until an arbiter strikes it.")


@blueprint.route("/purchases/<external_id>/facts/<name>/<value>", methods=["GET", "POST"])
def state(external_id: str, name: str, value: str) -> AnyResponse:
    """State a fact, after asking once more: it can't be taken back."""
    if (name, value) not in STATABLE:
        abort(404)
    fields = ("at", "text")

    def answer(typed: Typed) -> AnyResponse:
        return _fact_form(external_id, name, value, typed)

    if request.method == "GET":
        with reading() as session:
            kept = kept_form(session)
        return answer(kept or Typed())

    def act(session: Session) -> str:
        _state(session, external_id, name, STATABLE[name, value])
        return url_for("purchases.show", external_id=external_id, _anchor="dispute")

    return carry_out("statements.state", act, fields, answer, STATED)


def _state(session: Session, external_id: str, name: str, value: object) -> None:
    if value is None:
        value = read_time(request.form.get("at", ""), current_reader(), "at", g.now)
        if value is None:
            raise InvalidError(faults=[FieldFault("at", NO_TIME)])
    try:
        facts.state_fact(session, guard.actor(), external_id, name, value, g.now, text=request.form.get("text", ""))
    except InvalidError as refusal:
        moved = [FieldFault("at" if it.path == "value" else it.path, it.msgid, it.values) for it in refusal.faults]
        raise InvalidError(faults=moved) from refusal


def _fact_form(external_id: str, name: str, value: str, typed: Typed) -> AnyResponse:
    reader = current_reader()
    with reading() as session:
        purchase = purchases.get_purchase(session, guard.actor(), external_id)
        if side_of(guard.actor(), purchase) != STATED_BY[name]:
            raise ForbiddenError
        return filled(
            "disputes/state.html",
            typed,
            name=name,
            value=STATABLE[name, value],
            listing={"title": purchase.listing.title},
            back=_back(purchase),
            action=request.path,
            at=moment_field(typed, "at", reader),
            time_zone=reader.zone_name,
        )


def _back(purchase: Purchase) -> str:
    return url_for("purchases.show", external_id=purchase.external_id, _anchor="dispute")


@blueprint.route("/purchases/<external_id>/messages/<int(max=2147483647):position>/report", methods=["GET", "POST"])
def report(external_id: str, position: int) -> AnyResponse:
    """Report what the other side wrote."""
    fields = ("kind", "text")

    def answer(typed: Typed) -> AnyResponse:
        return _report_form(external_id, position, typed)

    if request.method == "GET":
        with reading() as session:
            kept = kept_form(session)
        return answer(kept or Typed())

    def act(session: Session) -> str:
        kind, text = request.form.get("kind", ""), request.form.get("text", "")
        conduct.report_conduct(session, guard.actor(), external_id, position, kind, g.now, text)
        return url_for("purchases.show", external_id=external_id, _anchor=f"m{position}")

    return carry_out("statements.report", act, fields, answer, REPORTED)


def _report_form(external_id: str, position: int, typed: Typed) -> AnyResponse:
    reader = current_reader()
    with reading() as session:
        purchase, told = messages.get_message(session, guard.actor(), "reportConduct", external_id, position)
        message = told.message
        return filled(
            "disputes/report.html",
            typed,
            kinds=KINDS,
            listing={"title": purchase.listing.title},
            back=url_for("purchases.show", external_id=external_id, _anchor=f"m{position}"),
            action=request.path,
            message={
                "author_name": author_name(purchase, message.author_role, reader),
                "posted_at": message.posted_at,
                "html": html_of(told.text) if told.text else "",
            },
        )
