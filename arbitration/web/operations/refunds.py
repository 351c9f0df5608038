"""Refunds: those to approve, those to confirm, those on their way, and the late ones."""

from flask import g, render_template

from arbitration.db import reading
from arbitration.door import guard
from arbitration.services.operations import refunds as lists
from arbitration.web.operations.case_views import refund_view
from arbitration.web.operations.frame import blueprint, chosen, cursor


@blueprint.get("/refunds")
def refunds() -> str:
    """Refunds of a kind, the longest owed first."""
    shows = chosen("show", lists.SHOWS)
    with reading() as session:
        found = lists.list_refunds(session, guard.actor(), shows, g.now, cursor=cursor())
        return render_template(
            "operations/refunds.html",
            items=[refund_view(each, guard.actor()) for each in found.items],
            next=found.next,
            cursor=cursor(),
            counts=lists.count_each(session, guard.actor(), g.now),
            shows=lists.SHOWS,
            show=shows,
            now=g.now,
        )
