"""Forgetting somebody who has asked for it, after saying what goes and what stays."""

from collections.abc import Iterator
from uuid import UUID

from flask import g, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from arbitration.db import reading
from arbitration.domain.forgetting import is_forgotten
from arbitration.door import guard
from arbitration.door.reader import current_reader
from arbitration.i18n.quotes import apart
from arbitration.rules.marking import N_
from arbitration.services import forgetting as service
from arbitration.services.forgetting import Remains
from arbitration.services.operations import people as lists
from arbitration.web.operations.asking import Question, act, ask, say
from arbitration.web.operations.frame import blueprint
from arbitration.web.operations.people import isolated
from arbitration.web.sessions import see_other


@blueprint.route("/people/<uuid:person_id>/forget", methods=["GET", "POST"])
def forget(person_id: UUID) -> AnyResponse:
    """Forget somebody for good; 409 for those who work here or have, and while a dispute of theirs is open."""
    back = url_for("operations.person", person_id=person_id)
    with reading() as session:
        address = lists.find(session, guard.actor(), person_id).email
        if is_forgotten(person_id, address):
            return see_other(back)
        found, remains = service.look(session, guard.actor(), address)
        title = say(N_("Forget %(name)s for good?"), name=isolated(found))
        question = Question(title, tuple(_what_goes_and_stays(remains)), say(N_("Forget them")), back, danger=True)
    if request.method == "GET":
        return ask(question)

    def do(session: Session) -> str:
        service.forget(session, guard.actor(), address, g.now)
        return back

    return act("forget", question, do, say(N_("Forgotten. What stays is kept under no name.")))


def _what_goes_and_stays(remains: Remains) -> Iterator[str]:
    yield say(
        N_(
            "What goes: their name, their address and former ones, language, time zone and calendar, all sessions, "
            "links and tokens of the API. Nothing signs them in again."
        )
    )
    yield say(
        N_(
            "What stays, without their name: purchases (bought: %(bought)s, sold: %(sold)s), messages (%(messages)s), "
            "exhibits, disputes, rulings, refunds and the record. What people wrote, names too, stays as they wrote it."
        ),
        bought=remains.bought,
        sold=remains.sold,
        messages=remains.messages,
    )
    if remains.shops:
        yield say(
            N_(
                "The names of shops stay: %(shops)s. Whoever bought there can open a dispute as before: nobody "
                "answers, and the arbiter is called when the time is over."
            ),
            shops=current_reader().joined([apart(name) for name in remains.shops]),
        )
    yield say(N_("Ties that arbiters declared to their address stay, and so do backups."))
    yield say(N_("This can't be undone. Make sure that the request comes from them."))
