"""The installation's own record: who did what, and when."""

from datetime import datetime

from flask import g, render_template

from arbitration.db import reading
from arbitration.domain.refusals import InvalidError
from arbitration.door import guard
from arbitration.door.reader import current_reader
from arbitration.services.operations import log as lists
from arbitration.web.errors import sentence_of
from arbitration.web.moments import read_moment
from arbitration.web.operations.frame import blueprint, chosen, cursor, typed
from arbitration.web.operations.words import ENTRIES

DAYS = ("from", "to")


@blueprint.get("/record")
def log() -> str:
    """Entries, the newest first, with search. A day that is none is told beside its field, and counts as none."""
    asked, faults = asked_for()
    with reading() as session:
        found = lists.list_lines(session, guard.actor(), asked, cursor=cursor())
        return render_template(
            "operations/log.html",
            items=[(each, asked.called.get(each.kind, each.kind)) for each in found.items],
            next=found.next,
            cursor=cursor(),
            show=asked.shows,
            q=asked.text,
            days={name: typed(name) for name in DAYS},
            faults=faults,
            in_words=current_reader().calendar == "persian",
            now=g.now,
        )


def asked_for() -> tuple[lists.Asked, dict[str, str]]:
    """Which entries the address asks for, and what is wrong with its days, by the name of the field."""
    reader = current_reader()
    called = {kind: reader.gettext(name) for kind, name in ENTRIES.items()}
    faults: dict[str, str] = {}
    moments: dict[str, datetime | None] = dict.fromkeys(DAYS)
    for name in DAYS:
        try:
            moments[name] = read_moment(typed(name), reader, name, ends=name == "to") if typed(name) else None
        except InvalidError as refusal:
            faults[name] = sentence_of(refusal)
    asked = lists.Asked(chosen("show", lists.SHOWS), typed(), moments["from"], moments["to"], called)
    return asked, faults
