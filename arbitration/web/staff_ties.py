"""Where an arbiter declares whose cases are not theirs to decide."""

from uuid import UUID

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from arbitration.db import reading
from arbitration.domain.refusals import InvalidError
from arbitration.domain.staff import LONGEST_REASON
from arbitration.door import guard
from arbitration.door.reader import current_reader
from arbitration.rules.marking import N_
from arbitration.services.staff import ties
from arbitration.web.acting import once_on_page
from arbitration.web.faults import faults_of

blueprint = Blueprint("staff_ties", __name__, url_prefix="/staff/ties")


@blueprint.get("")
def show() -> AnyResponse:
    """The arbiter's ties, and a form for another one."""
    return _page()


@blueprint.post("")
def declare() -> AnyResponse:
    """Declare a tie."""

    def act(session: Session) -> str:
        ties.declare(session, guard.actor(), request.form.get("tied_to", ""), request.form.get("reason", ""), g.now)
        return url_for("staff_ties.show")

    try:
        answer = once_on_page("declareTie", act)
    except InvalidError as refusal:
        return _page(faults_of(refusal), 422)
    flash(current_reader().gettext(N_("Declared. Cases of theirs are not given to you from now on.")), "success")
    return answer


@blueprint.post("/<uuid:id>/end")
def end(id: UUID) -> AnyResponse:
    """Say that a tie is over."""

    def act(session: Session) -> str:
        ties.end(session, guard.actor(), id, g.now)
        return url_for("staff_ties.show")

    return once_on_page("endTie", act)


def _page(errors: dict[str, str] | None = None, status: int = 200) -> AnyResponse:
    with reading() as session:
        page = render_template(
            "staff/ties.html",
            ties=ties.list_ties(session, guard.actor()),
            tied_to=request.form.get("tied_to", ""),
            reason=request.form.get("reason", ""),
            longest=LONGEST_REASON,
            errors=errors or {},
        )
    return make_response(page, status)
