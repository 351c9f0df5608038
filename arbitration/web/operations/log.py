"""The installation's own record: who did what, and when."""

from flask import g, render_template

from arbitration.db import reading
from arbitration.door import guard, reader
from arbitration.services.operations import log as lists
from arbitration.web.operations.frame import blueprint, chosen, cursor
from arbitration.web.operations.words import ENTRIES


@blueprint.get("/record")
def log() -> str:
    """Entries, the newest first."""
    shows = chosen("show", lists.SHOWS)
    with reading() as session:
        found = lists.list_lines(session, guard.actor(), shows, cursor=cursor())
        return render_template(
            "operations/log.html",
            items=[(each, reader.current().gettext(ENTRIES.get(each.kind, "")) or each.kind) for each in found.items],
            next=found.next,
            cursor=cursor(),
            show=shows,
            now=g.now,
        )
