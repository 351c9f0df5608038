"""Signing in by a link sent to the address that the marketplace knows, and signing out."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, g, make_response, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from arbitration.config import is_loopback
from arbitration.db import db, unit_of_work
from arbitration.domain.actors import Role
from arbitration.domain.refusals import InvalidError, TooOftenError
from arbitration.domain.sign_in import LINK_LASTS, canonical_address, hash_of, is_secret, masked, own_path
from arbitration.door.reader import current_reader
from arbitration.models import SignInLink
from arbitration.services import drafts, sign_in, throttles
from arbitration.services import sessions as signed_in_sessions
from arbitration.web import sessions
from arbitration.web.browsers import browser_of
from arbitration.web.navigation import landing
from arbitration.web.sessions import see_other

blueprint = Blueprint("sign_in", __name__)
ARRIVING = "arriving"
MINUTES = int(LINK_LASTS.total_seconds()) // 60


@blueprint.route("/sign-in", methods=["GET", "POST"])
def ask() -> AnyResponse:
    """Ask for a link. The answer is the same whether or not anybody is known by the address."""
    if request.method == "POST":
        return _send_link(request.form.get("email", ""), own_path(request.form.get("next")))
    lands_on = own_path(request.args.get("next"))
    if (who := sessions.signed_in()) and who.role is Role.PARTY:
        return see_other(lands_on or landing(who.role))
    return _ask_page(request.args.get("email", ""), lands_on)


def _ask_page(email: str, lands_on: str | None, error: str | None = None, status: int = 200) -> Response:
    page = render_template(
        "sign_in/ask.html", email=email, error=error, next=lands_on or "", kept_text=sessions.has_kept_text()
    )
    return make_response(page, status)


def _send_link(email: str, lands_on: str | None) -> AnyResponse:
    """Send a link, or none where one that was asked for minutes ago lies in the mailbox: the answer is the same.

    Otherwise strangers who ask from many places could keep the address from being signed in.
    """
    place = throttles.place_of(request.remote_addr)
    _limit(throttles.LINKS_FROM_PLACE, place)
    try:
        address = canonical_address(email)
    except InvalidError as refusal:
        return _ask_page(email, lands_on, current_reader().gettext(refusal.faults[0].msgid), 422)
    _limit(throttles.LINKS_TO_ADDRESS_FROM_PLACE, f"{address} {place}")  # first: nobody uses up another's tries alone
    if _is_let_through(throttles.LINKS_TO_ADDRESS, address) or _is_let_through(
        throttles.LINKS_TO_ADDRESS_SLOWLY, address
    ):
        with unit_of_work() as act:
            sign_in.ask(act, address, g.now, lands_on, current_reader().language)
    session["asked"] = email.strip()
    return see_other(url_for("sign_in.sent"))


def _limit(limit: throttles.Limit, of: str) -> None:
    with unit_of_work() as act:
        throttles.take(act, limit, of, g.now)


def _is_let_through(limit: throttles.Limit, of: str) -> bool:
    try:
        _limit(limit, of)
    except TooOftenError:
        return False
    return True


@blueprint.get("/sign-in/sent")
def sent() -> AnyResponse:
    """Say where to look for the link."""
    email = session.get("asked")
    if not email:
        return see_other(url_for("sign_in.ask"))
    page = render_template("sign_in/sent.html", email=email, minutes=MINUTES, kept_text=sessions.has_kept_text())
    return make_response(page)


@blueprint.get("/sign-in/<token>")
def arrive(token: str) -> AnyResponse:
    """Where the link of a mail leads: takes the token out of the address bar, and changes nothing."""
    response = see_other(url_for("sign_in.confirm"))
    sessions.set_cookie(response, ARRIVING, token if is_secret(token) else "", LINK_LASTS.total_seconds())
    return response


@blueprint.route("/sign-in/confirm", methods=["GET", "POST"])
def confirm() -> AnyResponse:
    """Show whom the link would sign in, with a button; the button uses the link."""
    if request.method == "POST":
        return _enter()
    link = sign_in.look(db.session(), _token(), g.now, loopback=_on_this_machine())
    return _confirm_page(link) if link else _dead_link()


def _enter() -> AnyResponse:
    """Use the link: the session that was open in this browser ends, a new one begins."""
    token = _token()
    if request.form.get("link", "") != _mark(token):
        return see_other(url_for("sign_in.confirm"))  # another link was opened in this browser since the page was shown
    try:
        with unit_of_work() as act:
            link = sign_in.look(act, token, g.now, loopback=_on_this_machine())
            role = Role(link.role) if link else Role.PARTY
            lands_on = link and link.lands_on
            browser = browser_of(request.user_agent.string)
            if link is not None:
                drafts.leave_to_author(act, sessions.draft_token(), sessions.secret(), link.person_id)
            opened = sign_in.enter(
                act, token, g.now, browser, instead_of=sessions.secret(), loopback=_on_this_machine()
            )
    except sign_in.DeadLinkError:
        return _dead_link()
    session.pop("asked", None)
    response = see_other(lands_on or landing(role))
    sessions.remember(response, opened, role)
    sessions.drop_cookie(response, ARRIVING)
    return response


@blueprint.post("/sign-out")
def out() -> AnyResponse:
    """End this browser's session, and let go of texts that were kept for it."""
    with unit_of_work() as act:
        signed_in_sessions.leave(act, sessions.secret(), g.now)
        drafts.forget_all(act, sessions.draft_token())
    session.clear()
    response = see_other(url_for("home.show"))
    sessions.forget(response)
    sessions.drop_cookie(response, "draft")
    return response


def _confirm_page(link: SignInLink) -> Response:
    page = render_template(
        "sign_in/confirm.html",
        masked_email=masked(link.person.written_as),
        link=_mark(_token()),
        kept_text=sessions.has_kept_text(),
    )
    return make_response(page)


def _dead_link() -> Response:
    """The same page for every link that does not work. Trying many of them is limited."""
    kept_text = sessions.has_kept_text()
    if is_secret(_token()):
        _limit(throttles.DEAD_LINKS, throttles.place_of(request.remote_addr))
    response = make_response(render_template("sign_in/expired.html", minutes=MINUTES, kept_text=kept_text), 410)
    sessions.drop_cookie(response, ARRIVING)
    return response


def _token() -> str:
    return request.cookies.get(sessions.cookie_name(ARRIVING), "")


def _mark(token: str) -> str:
    """Ties the button to the link it was shown for, without showing the token."""
    return hash_of(f"mark\n{token}")[:16]


def _on_this_machine() -> bool:
    return is_loopback(urlsplit(current_app.config["SETTINGS"].base_url).hostname or "")
