"""Doing what a POST asks for once, however often it is sent.

The key is claimed first, in the act's own transaction; of two requests at once the second waits there and gets the
answer of the first. Where a refusal is an answer too, the act runs in a savepoint: undone, it still keeps that answer.

What an answer says may lie nowhere but in its own place (an arbiter's note, a replacement that was opened), so answers
are kept sealed, and of what was asked only a keyed hash. An answer to a form is empty, it leads on: nothing is sealed
then, and a server that only shows pages never loads the library that seals, seven megabytes.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, current_app, g, make_response
from sqlalchemy.orm import Session

from arbitration.db import unit_of_work
from arbitration.domain.refusals import ConflictError, InvalidError, RefusalError, TooOftenError
from arbitration.rules.marking import N_
from arbitration.services import idempotency
from arbitration.services.sealing import BrokenSealError, seal_bytes, unseal_bytes

KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Content-Language")


@dataclass(frozen=True, slots=True)
class Request:
    """What tells one request from another: whose, which operation, the key it came with, and a hash of what it says."""

    scope: str
    operation: str
    key: str
    said: bytes

    @property
    def purpose(self) -> str:
        """What its answer is sealed for."""
        return f"answer {self.scope} {self.operation} {self.key}"


class OtherBodyError(InvalidError):
    """The key was used before, with another body."""

    code = "key-reused"
    msgid = N_("This Idempotency-Key was used before for another request. Use a new key for each request.")


def once(
    asked: Request, act: Callable[[Session], Response], refuse: Callable[[RefusalError], Response] | None = None
) -> Response:
    """The answer to a request: that of the act, a refusal, or the first answer again.

    ``refuse`` makes an answer of a refusal, which is kept as well. Without it nothing is kept, and the key stays free.

    Raises:
        RefusalError: what the act refused, where nothing makes an answer of it.
        OtherBodyError: the key came with another body before.
        ConflictError: it was answered before, under a secret that the installation has no more.
        TooOftenError: not kept, so that the same request can be sent again later.
    """
    secret: str = current_app.config["SECRET_KEY"]
    fingerprint = hmac.digest(secret.encode(), asked.said, "sha256").hex()
    key = asked.scope, asked.operation, asked.key
    with unit_of_work() as session:
        first = idempotency.claim(session, *key, fingerprint, g.now)
        if first is not None and first.fingerprint != fingerprint:
            raise OtherBodyError
        if first is not None and first.status:
            return make_response(_kept(secret, asked, first.body), first.status, first.headers)
        response = _answered(session, act, refuse) if refuse else act(session)
        headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        said = response.get_data()
        body = seal_bytes(secret, asked.purpose, said) if said else b""
        idempotency.answer(session, *key, response.status_code, headers, body)
    return response


def _answered(
    session: Session, act: Callable[[Session], Response], refuse: Callable[[RefusalError], Response]
) -> Response:
    try:
        with session.begin_nested():
            return act(session)
    except TooOftenError:
        raise
    except RefusalError as refusal:
        session.expunge_all()  # what the act wrote is undone, and what it knew does not hold any more
        return refuse(refusal)


def _kept(secret: str, asked: Request, sealed: bytes) -> bytes:
    if not sealed:
        return b""
    try:
        return unseal_bytes(secret, asked.purpose, sealed)
    except BrokenSealError as error:
        raise ConflictError from error
