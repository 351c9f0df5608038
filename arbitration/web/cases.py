"""An arbiter's cases: what waits, the workplace of one, and taking it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from arbitration.db import reading
from arbitration.domain.refusals import ConflictError, ForbiddenError
from arbitration.door import guard
from arbitration.door.reader import current_reader
from arbitration.rules.marking import N_
from arbitration.services.disputes import arbiters, queue
from arbitration.services.staff import absences
from arbitration.web import kept_pages
from arbitration.web.acting import once_on_page
from arbitration.web.cases_lines import lines_of
from arbitration.web.cases_page import Tried, page
from arbitration.web.errors import sentence_of, status_of

blueprint = Blueprint("cases", __name__)
PAGE = 20
TABS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "all": (N_("All that waits"), {}),
    "mine": (N_("Mine"), {"own": True}),
    "free": (N_("Without an arbiter"), {"own": False}),
    "appeals": (N_("Appeals"), {"stage": "appeal"}),
}
STAGES = ("arbitration", "ruled", "appeal", "enforcement")


@blueprint.get("/cases")
def index() -> Response:
    """The queue: one's own cases and those that nobody has, by what is due."""
    tab = request.args.get("show", "all")
    tab = tab if tab in TABS else "all"
    typed, cursor, stage = request.args.get("q", "").strip(), request.args.get("cursor"), request.args.get("stage", "")
    narrowed: dict[str, Any] = dict(TABS[tab][1])
    if stage in STAGES and "stage" not in narrowed:
        narrowed["stage"] = stage
    with reading() as session:
        found = queue.waiting(session, guard.actor(), g.now, cursor, PAGE, text=typed, **narrowed)
        conflicts = _conflicts(session, found.items)
        away_until = _away_until(session)
        return kept_pages.written_once(
            (tuple(found.items), found.next, tuple(conflicts.items()), away_until),
            lambda: render_template(
                "cases/index.html",
                now=g.now,
                tab=tab,
                tabs=[(name, current_reader().gettext(label)) for name, (label, _) in TABS.items()],
                stages=STAGES,
                stage=stage if stage in STAGES else "",
                q=typed,
                cursor=cursor,
                next=found.next,
                away_until=away_until,
                lines=lines_of(found.items, conflicts, guard.actor().person_id, g.now),
            ),
        )


def _away_until(session: Session) -> datetime | None:
    """Until when the arbiter is away, so that no new case is proposed."""
    person_id = guard.actor().person_id
    return absences.away_until(session, person_id, g.now) if person_id else None


def _conflicts(session: Session, items: Sequence[queue.Waiting]) -> dict[UUID, str]:
    """Why the arbiter could not take cases that nobody has, in a sentence each, by dispute."""
    person_id, free = guard.actor().person_id, [item for item in items if not item.own]
    found = arbiters.conflicts(session, person_id, free) if person_id else {}
    return {id_: sentence_of(each) for id_, each in found.items()}


@blueprint.get("/cases/<uuid:dispute_id>")
def show(dispute_id: UUID) -> Response:
    """The workplace: all that belongs to a case."""
    return page(dispute_id)


@blueprint.route("/cases/<uuid:dispute_id>/taking", methods=["GET", "POST"])
def take(dispute_id: UUID) -> AnyResponse:
    """Take a case; who can't is told why."""
    if request.method == "GET":
        return page(dispute_id)

    def act(session: Session) -> str:
        arbiters.take(session, guard.actor(), dispute_id, g.now)
        return url_for("cases.show", dispute_id=dispute_id)

    try:
        return once_on_page("cases.take", act)
    except (ConflictError, ForbiddenError) as refusal:
        if type(refusal) is ForbiddenError and refusal.msgid == ForbiddenError.msgid:
            raise
        return page(dispute_id, Tried("take", error=sentence_of(refusal)), status_of(refusal))
