"""The outbox: what waits, what fails and why; trying again, and holding everything back."""

from uuid import UUID

from flask import g, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from arbitration.db import reading
from arbitration.door import guard
from arbitration.door.reader import current_reader
from arbitration.rules.marking import N_
from arbitration.services import holding
from arbitration.services.operations import outbox as lists
from arbitration.services.operations.people import names_of
from arbitration.web.operations.asking import Question, act, ask, say
from arbitration.web.operations.frame import blueprint, chosen, cursor, typed
from arbitration.web.operations.words import MAILS


@blueprint.get("/outbox")
def outbox() -> str:
    """Mails by what became of them."""
    text, shows = typed(), chosen("show", lists.SHOWS)
    with reading() as session:
        found = lists.list_intents(session, guard.actor(), shows, text, cursor=cursor())
        hold = holding.current(session)
        by = names_of(session, [hold.by]).get(hold.by) if hold and hold.by else None
        return render_template(
            "operations/outbox.html",
            items=[_view(each) for each in found.items],
            next=found.next,
            cursor=cursor(),
            counts=lists.count_each(session, guard.actor(), text),
            show=shows,
            q=text,
            hold=hold,
            held_by=by,
            now=g.now,
        )


@blueprint.route("/outbox/<uuid:intent_id>/retry", methods=["GET", "POST"])
def retry(intent_id: UUID) -> AnyResponse:
    """Have a mail tried now."""
    question = Question(
        say(N_("Try this mail now?")),
        (say(N_("It goes out with the scheduler's next tick, with all its tries before it again.")),),
        say(N_("Try it now")),
        url_for("operations.outbox", show=lists.FAILED),
    )
    if request.method == "GET":
        return ask(question)

    def do(session: Session) -> str:
        lists.retry(session, guard.actor(), intent_id, g.now)
        return url_for("operations.outbox")

    return act("retry", question, do, say(N_("It waits to be sent now.")))


@blueprint.route("/outbox/retry", methods=["GET", "POST"])
def retry_all() -> AnyResponse:
    """Have all mails tried now that failed before and wait for their next try."""
    question = Question(
        say(N_("Try all that failed now?")),
        (say(N_("For after the mail server was mended. Mails that were given up stay so: try those one by one.")),),
        say(N_("Try them now")),
        url_for("operations.outbox", show=lists.TROUBLED),
    )
    if request.method == "GET":
        return ask(question)

    def do(session: Session) -> str:
        lists.retry_troubled(session, guard.actor(), g.now)
        return url_for("operations.outbox")

    return act("retry_all", question, do, say(N_("They wait to be sent now.")))


@blueprint.route("/outbox/hold", methods=["GET", "POST"])
def hold() -> AnyResponse:
    """Hold back everything that leaves."""
    question = Question(
        say(N_("Hold back all that leaves?")),
        (
            say(N_("No mail is sent and no refund is paid by a gateway until you let them go. None is lost.")),
            say(N_("Without mails nobody can sign in by a link. Deadlines go on.")),
        ),
        say(N_("Hold everything back")),
        url_for("operations.outbox"),
        danger=True,
    )
    if request.method == "GET":
        return ask(question)

    def do(session: Session) -> str:
        holding.begin(session, guard.actor(), g.now)
        return url_for("operations.outbox")

    return act("hold", question, do, say(N_("Everything is held back from now on.")))


@blueprint.route("/outbox/release", methods=["GET", "POST"])
def release() -> AnyResponse:
    """Let everything go out again."""
    question = Question(
        say(N_("Let everything go out?")),
        (
            say(N_("All mails that are due are sent with the scheduler's next tick, which can't be undone.")),
            say(N_("After a restored backup look first at what waits: some of it may have been sent before.")),
        ),
        say(N_("Let it go out")),
        url_for("operations.outbox"),
        danger=True,
    )
    if request.method == "GET":
        return ask(question)

    def do(session: Session) -> str:
        holding.end(session, guard.actor(), g.now)
        return url_for("operations.outbox")

    return act("release", question, do, say(N_("Everything goes out again.")))


def _view(listed: lists.Listed) -> dict[str, object]:
    intent = listed.intent
    return {
        "id": intent.id,
        "kind": current_reader().gettext(MAILS.get(intent.kind, "")) or intent.kind,
        "name": listed.name,
        "email": listed.email or intent.address,
        "purchase": intent.payload.get("purchase"),
        "created_at": intent.created_at,
        "due_at": intent.due_at,
        "settled_at": intent.settled_at,
        "attempts": intent.attempts,
        "state": intent.state,
        "error": intent.error,
        "sending": intent.lease_until is not None and intent.lease_until > g.now,
    }
