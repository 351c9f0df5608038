"""Who calls: the person behind a bearer token. Cookies mean nothing here."""

from flask import g, request

from arbitration.db import db, unit_of_work
from arbitration.domain.actors import NOBODY, Actor
from arbitration.domain.sign_in import is_secret
from arbitration.services import throttles, tokens


def identify() -> Actor:
    """The actor of the token in the header ``Authorization`` (RFC 6750), or nobody.

    Raises:
        TooOftenError: too many tokens from this place that look like ours and are none.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    g.token = token = token.strip()
    if scheme.lower() != "bearer":
        return NOBODY
    found = tokens.actor_of(db.session(), token, g.now)
    if found is None and is_secret(token.removeprefix(tokens.PREFIX)):
        with unit_of_work() as session:
            throttles.take(session, throttles.WRONG_TOKENS, throttles.place_of(request.remote_addr), g.now)
    return found or NOBODY
