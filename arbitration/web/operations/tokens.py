"""Tokens of the API: made and shown once, listed, revoked."""

from uuid import UUID

from flask import flash, g, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from arbitration.db import reading
from arbitration.domain.refusals import Faults, FieldFault, InvalidError
from arbitration.door import guard
from arbitration.rules.marking import N_
from arbitration.services import tokens as service
from arbitration.services.operations import tokens as lists
from arbitration.web.operations.asking import Question, act, ask, say
from arbitration.web.operations.frame import blueprint, chosen, cursor, typed
from arbitration.web.operations.words import token_view
from arbitration.web.staff_set_up import secret_page

ROLES = ("", *service.ROLES)
SHOWS = ("", lists.KEPT, lists.REVOKED)


@blueprint.get("/tokens")
def tokens() -> str:
    """The tokens, the newest first, with search and filters."""
    text, role, shows = typed(), chosen("role", ROLES), chosen("show", SHOWS)
    with reading() as session:
        found = lists.list_tokens(session, guard.actor(), text, role, shows, cursor=cursor())
        return render_template(
            "operations/tokens.html",
            items=[token_view(each, g.now) for each in found.items],
            next=found.next,
            cursor=cursor(),
            count=lists.count_tokens(session, guard.actor(), text, role, shows),
            roles=ROLES,
            role=role,
            shows=SHOWS,
            show=shows,
            q=text,
            now=g.now,
        )


@blueprint.route("/tokens/new", methods=["GET", "POST"])
def new_token() -> AnyResponse:
    """Make a token and show it, this once."""
    question = Question(
        say(N_("Make a token")),
        (
            say(N_("With it a program does what the person may do in this role. It is shown once and kept as a hash.")),
            say(N_("A buyer's or a seller's token sees all that the person is party to, on either side.")),
        ),
        say(N_("Make the token")),
        url_for("operations.tokens"),
        form="operations/_new_token.html",
        values={"roles": list(service.ROLES), "email": request.args.get("email", ""), "most": service.LONGEST_DAYS},
    )
    if request.method == "GET":
        return ask(question)
    made: list[str] = []

    def do(session: Session) -> str:
        role, email = request.form.get("role", ""), request.form.get("email", "")
        days, faults = None, Faults()
        with faults:
            if role not in service.ROLES:
                raise InvalidError(faults=[FieldFault("role", N_("Choose what it is for."))])
        with faults:
            days = _days()
        with faults:
            made.append(service.new_token(session, role, email, g.now, days, guard.actor()))
        faults.refuse()
        return url_for("operations.tokens")

    answer = act("new_token", question, do, "")
    if answer.status_code != 303:
        return answer
    if not made:
        flash(say(N_("This was done before. The token was shown once; make another if it was lost.")), "info")
        return answer
    email = request.form.get("email", "").strip()
    return secret_page("operations/shown_once.html", kind="token", secret=made[0], email=email, goes_on=answer.location)


@blueprint.route("/tokens/<uuid:token_id>/revoke", methods=["GET", "POST"])
def revoke_token(token_id: UUID) -> AnyResponse:
    """End a token for good, after asking once more."""
    question = Question(
        say(N_("Revoke this token?")),
        (say(N_("Programs that use it are refused from the next request on. It can't be undone.")),),
        say(N_("Revoke the token")),
        url_for("operations.tokens"),
        danger=True,
    )
    if request.method == "GET":
        return ask(question)

    def do(session: Session) -> str:
        service.revoke(session, guard.actor(), token_id, g.now)
        return url_for("operations.tokens")

    return act("revoke_token", question, do, say(N_("Revoked. It opens nothing any more.")))


def _days() -> int | None:
    """For how long the token works: a number of days, or until it is revoked."""
    written = request.form.get("days", "").strip()
    if not written:
        return None
    if not written.isdecimal() or len(written) > 5:
        msgid = N_("Give a number of days from 1 to %(limit)d.")
        raise InvalidError(faults=[FieldFault("days", msgid, {"limit": service.LONGEST_DAYS})])
    return int(written)
