"""Refunds: those to approve, those to confirm, those on their way, and the late ones."""

from flask import g, render_template

from arbitration.db import reading
from arbitration.door import guard
from arbitration.services.operations import refunds as lists
from arbitration.web.operations.case_views import refund_view
from arbitration.web.operations.frame import blueprint, chosen, cursor, typed


@blueprint.get("/refunds")
def refunds() -> str:
    """Refunds of a kind, the longest owed first. Of those that were looked for none are counted."""
    text, shows = typed(), chosen("show", lists.SHOWS)
    with reading() as session:
        found = lists.list_refunds(session, guard.actor(), shows, g.now, text, cursor=cursor())
        return render_template(
            "operations/refunds.html",
            items=[refund_view(each, guard.actor()) for each in found.items],
            next=found.next,
            cursor=cursor(),
            counts={} if text else lists.count_each(session, guard.actor(), g.now),
            shows=lists.SHOWS,
            show=shows,
            q=text,
            now=g.now,
        )
