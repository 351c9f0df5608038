"""Deadlines: what is overdue, what was not carried out, and what comes within a day."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, g, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from arbitration.db import reading
from arbitration.domain.deadline_words import OWED
from arbitration.domain.sides import TURNS
from arbitration.door import guard
from arbitration.door.reader import current_reader
from arbitration.rules.marking import N_
from arbitration.services.deadlines import OPEN
from arbitration.services.operations import deadline_retries
from arbitration.services.operations import deadlines as lists
from arbitration.web.acting import once_on_page
from arbitration.web.operations.asking import say
from arbitration.web.operations.case_views import parties_view
from arbitration.web.operations.frame import blueprint, chosen, cursor, typed
from arbitration.web.sessions import see_other

OWED_BY = ("", *TURNS)


@blueprint.get("/deadlines")
def deadlines() -> str:
    """Deadlines of a kind, those that end first before the others. Of those that were looked for none are counted."""
    text = typed()
    shows, owed_by = chosen("show", lists.SHOWS), chosen("by", OWED_BY)
    with reading() as session:
        found = lists.list_deadlines(session, guard.actor(), shows, owed_by, g.now, text, cursor=cursor())
        return render_template(
            "operations/deadlines.html",
            items=[_view(each) for each in found.items],
            next=found.next,
            cursor=cursor(),
            counts={} if text else lists.count_each(session, guard.actor(), owed_by, g.now),
            show=shows,
            owed_by=OWED_BY,
            by=owed_by,
            q=text,
            now=g.now,
        )


@blueprint.route("/deadlines/<uuid:deadline_id>/retry", methods=["GET", "POST"])
def retry_deadline(deadline_id: UUID) -> AnyResponse:
    """Have a deadline tried now that could not be carried out; nothing is asked, since it is due anyway."""
    return _retried(lambda act: deadline_retries.retry(act, guard.actor(), deadline_id, g.now))


@blueprint.route("/deadlines/retry", methods=["GET", "POST"])
def retry_deadlines() -> AnyResponse:
    """Have all of them tried now."""
    return _retried(lambda act: deadline_retries.retry_all(act, guard.actor(), g.now))


def _retried(retry: Callable[[Session], object]) -> AnyResponse:
    where = url_for("operations.deadlines", show=lists.STUCK)
    if request.method == "GET":
        return see_other(where)

    def do(session: Session) -> str:
        retry(session)
        return where

    answer = once_on_page(request.endpoint or "", do)
    flash(say(N_("The scheduler tries it within seconds. What fails again stands here.")), "info")
    return answer


def _view(listed: lists.Listed) -> dict[str, Any]:
    row = listed.row
    return parties_view(listed.purchase) | {
        "id": row.dispute_id,
        "deadline": row.id,
        "what": current_reader().gettext(OWED[row.kind]),
        "owed_by": row.owed_by,
        "due_at": row.due_at,
        "overdue": row.due_at < g.now,
        "failures": row.failures if row.state == OPEN else 0,
        "trouble": row.trouble,
        "next_at": row.next_at if row.state == OPEN and g.now <= row.next_at < row.due_at else None,
        "waits_since": row.next_at if row.state == OPEN and row.next_at < g.now else None,
    }
