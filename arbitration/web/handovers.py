"""Where the marketplace sends its people signed in: the token stands in the address's fragment, which no server sees.

A script takes it out of the address bar and posts it. With scripts off the page says how to come in all the same.
"""

import logging

from flask import Blueprint, Response, current_app, flash, g, make_response, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from arbitration.db import reading, unit_of_work
from arbitration.domain.sign_in import hash_of, masked
from arbitration.door.reader import current_reader
from arbitration.models import Person
from arbitration.services import drafts, handovers, throttles
from arbitration.services.handovers import DeadHandOverError
from arbitration.web import sessions
from arbitration.web.browsers import browser_of
from arbitration.web.navigation import landing
from arbitration.web.sessions import SignedIn, see_other

log = logging.getLogger(__name__)
blueprint = Blueprint("handovers", __name__)


@blueprint.route("/handover", methods=["GET", "POST"])
def arrive() -> AnyResponse:
    """The page that reads the token; posted, the token signs its person in and leads to the purchase.

    Whoever is signed in as somebody else is asked first, for anybody can pass on the shop's way in.
    """
    if request.method == "GET":
        return _unstored(render_template("handovers/arrive.html", kept_text=sessions.has_kept_text()))
    before, token = sessions.signed_in(), request.form.get("token", "")
    try:
        if before is not None and request.form.get("instead_of", "") != _mark(before):
            with reading() as session:
                sent = handovers.look(session, token, *_house(), g.now)
                if _changes(before, sent):
                    return _ask(before, sent, token)
        return _enter(before, token)
    except DeadHandOverError as refusal:
        log.info("a hand-over was refused: %s", refusal.reason)
        return _dead()


def _enter(before: SignedIn | None, token: str) -> AnyResponse:
    browser = browser_of(request.user_agent.string)
    with unit_of_work() as act:
        secret, person, purchase = handovers.enter(act, token, *_house(), g.now, browser, sessions.secret())
        drafts.leave_to_author(act, sessions.draft_token(), sessions.secret(), person.id)
    return _go_on(secret, person.written_as, purchase, _changes(before, person))


def _house() -> tuple[str, str]:
    """The marketplace's key, and for whom its tokens have to be."""
    settings = current_app.config["SETTINGS"]
    return settings.handover_key, settings.base_url


def _changes(before: SignedIn | None, person: Person) -> bool:
    return before is not None and before.person_id != person.id


def _ask(before: SignedIn, sent: Person, token: str) -> Response:
    """Whether to go on as the one whom the shop sent, or to stay; the token is not used yet."""
    page = render_template(
        "handovers/choose.html",
        present=masked(before.email),
        sent=masked(sent.written_as),
        token=token,
        instead_of=_mark(before),
        stay=landing(before.role),
    )
    return _unstored(page)


def _mark(before: SignedIn) -> str:
    """Ties the button to the session it was shown for."""
    return hash_of(f"hand-over instead of {before.session_id}")[:16]


def _go_on(secret: str, address: str, purchase: str, changed: bool) -> Response:
    session.clear()
    if changed:
        said = current_reader().gettext("You are signed in as %(email)s now, and signed out as who you were before.")
        flash(said % {"email": masked(address)}, "info")
    response = see_other(url_for("purchases.show", external_id=purchase))
    sessions.remember(response, secret)
    if changed:
        sessions.drop_cookie(response, "draft")
    return response


def _dead() -> Response:
    """The same page for every token that does not work. Trying many of them is limited."""
    with unit_of_work() as act:
        throttles.take(act, throttles.DEAD_HANDOVERS, throttles.place_of(request.remote_addr), g.now)
    return _unstored(render_template("handovers/dead.html", kept_text=sessions.has_kept_text()), 410)


def _unstored(page: str, status: int = 200) -> Response:
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response
