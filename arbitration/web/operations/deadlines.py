"""Deadlines: what is overdue, what was not carried out, and what comes within a day."""

from typing import Any

from flask import g, render_template

from arbitration.db import reading
from arbitration.domain.deadline_words import OWED
from arbitration.door import guard, reader
from arbitration.services.operations import deadlines as lists
from arbitration.web.operations.case_views import parties_view
from arbitration.web.operations.frame import blueprint, chosen, cursor, typed

OWED_BY = ("", *lists.OWED_BY)


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


def _view(listed: lists.Listed) -> dict[str, Any]:
    row = listed.row
    return parties_view(listed.purchase) | {
        "id": row.dispute_id,
        "what": reader.current().gettext(OWED[row.kind]),
        "owed_by": row.owed_by,
        "due_at": row.due_at,
        "overdue": row.due_at < g.now,
        "failures": row.failures if row.state == "open" else 0,
        "trouble": row.trouble,
        "next_at": row.next_at if row.state == "open" and g.now <= row.next_at < row.due_at else None,
        "waits_since": row.next_at if row.state == "open" and row.next_at < g.now else None,
    }
