"""What a browser carries: the cookie of its session, the one of its kept texts, and who is behind them."""

import logging
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Response, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from arbitration.db import BRIEFLY, db, unit_of_work
from arbitration.domain.actors import NOBODY, Actor, Role
from arbitration.domain.sign_in import SEEN_EVERY, lasts
from arbitration.services import drafts, sessions
from arbitration.services.sides import shops_from

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person behind this request's session, the role they come in, their shops, and how they read."""

    session_id: UUID
    seen_at: datetime
    person_id: UUID
    role: Role
    email: str
    name: str | None
    language: str | None
    time_zone: str | None
    calendar: str | None
    digits: str | None
    shops: list[UUID]


def cookie_name(purpose: str = "arbitration") -> str:
    """The name of a cookie. Over https browsers hold ``__Host-`` to: this host alone, every path, never plain http."""
    return f"__Host-{purpose}" if current_app.config["SETTINGS"].secure else purpose


def set_cookie(response: AnyResponse, purpose: str, value: str, lasts: float) -> None:
    """Give the browser a secret that scripts can't read, for ``lasts`` seconds."""
    secure = current_app.config["SETTINGS"].secure
    name = cookie_name(purpose)
    response.set_cookie(name, value, max_age=int(lasts), path="/", secure=secure, httponly=True, samesite="Lax")


def drop_cookie(response: AnyResponse, purpose: str) -> None:
    """Take a secret from the browser."""
    secure = current_app.config["SETTINGS"].secure
    response.delete_cookie(cookie_name(purpose), path="/", secure=secure, httponly=True, samesite="Lax")


def remember(response: AnyResponse, secret: str, role: Role = Role.PARTY) -> None:
    """Give the browser the secret of a new session, for as long as one of that role lasts."""
    set_cookie(response, "arbitration", secret, lasts(role).total_seconds())


def forget(response: AnyResponse) -> None:
    """Take the session's secret from the browser, and the pages that its way back would show to whoever comes next."""
    drop_cookie(response, "arbitration")
    response.headers["Clear-Site-Data"] = '"cache"'


def secret() -> str:
    """The session's secret that this browser showed, or an empty text."""
    return request.cookies.get(cookie_name(), "")


def draft_token() -> str:
    """The token under which texts of this browser are kept, or an empty text."""
    return request.cookies.get(cookie_name("draft"), "")


def subject_of_form() -> str:
    """What the form at this address is about, to keep it apart from others."""
    return " ".join(f"{name}={value}" for name, value in sorted((request.view_args or {}).items()))


def has_kept_text() -> bool:
    """Whether a text of this browser waits for its author to sign in."""
    return bool(draft_token()) and drafts.any_kept(db.session(), draft_token(), g.now)


def identify() -> Actor:
    """Who asks for this page. Notes in ``g`` who is signed in, and how they read."""
    found = sessions.who_is(db.session(), secret(), g.now) if secret() else None
    if found is None:
        return NOBODY
    g.signed_in = g.person_settings = _signed_in(found)
    return Actor(found.person_id, Role(found.role))


def signed_in() -> SignedIn | None:
    """Who is signed in on the browser that asks."""
    found: SignedIn | None = g.get("signed_in")
    return found


def note_seen() -> None:
    """Note that the session is in use, now and then. Where nothing can be written, reading goes on."""
    who = signed_in()
    if who is None or g.now - who.seen_at < SEEN_EVERY:
        return
    try:
        with unit_of_work(patience=BRIEFLY) as session:
            sessions.note_seen(session, who.session_id, g.now)
    except SQLAlchemyError as error:
        log.warning("a session's use could not be noted: %s", type(error).__name__)


def see_other(location: str) -> Response:
    """Send the browser on with a GET."""
    return Response(status=303, headers={"Location": location})


def _signed_in(found: sessions.Known) -> SignedIn:
    return SignedIn(
        session_id=found.id,
        seen_at=found.seen_at,
        person_id=found.person_id,
        role=Role(found.role),
        email=found.written_as,
        name=found.name,
        language=found.language,
        time_zone=found.time_zone,
        calendar=found.calendar,
        digits=found.digits,
        shops=shops_from(found.shops),
    )
