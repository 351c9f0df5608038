"""Imports: who brought what, when, and what became of it."""

from flask import g, render_template

from arbitration.db import reading
from arbitration.door import guard
from arbitration.services.operations import imports as lists
from arbitration.web.operations.frame import blueprint, chosen, cursor, typed
from arbitration.web.operations.words import import_view


@blueprint.get("/imports")
def imports() -> str:
    """Imports, the newest first."""
    text, shows = typed(), chosen("show", lists.SHOWS)
    with reading() as session:
        found = lists.list_imports(session, guard.actor(), text, shows, cursor=cursor())
        return render_template(
            "operations/imports.html",
            items=[import_view(each) for each in found.items],
            next=found.next,
            cursor=cursor(),
            count=lists.count_imports(session, guard.actor(), text, shows),
            shows=lists.SHOWS,
            show=shows,
            q=text,
            now=g.now,
        )
