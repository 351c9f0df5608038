"""Doing what a POST asks for once, however often it is sent.

The key is claimed first, in the act's own transaction; of two requests at once the second waits there and gets the
answer of the first. The act runs in a savepoint, so that a refusal undoes the act and still keeps its answer.

What an answer says may lie nowhere but in its own place (an arbiter's note, a replacement that was opened), so answers
are kept sealed, and of what was asked only a keyed hash.
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


def once(asked: Request, act: Callable[[Session], Response], refuse: Callable[[RefusalError], Response]) -> Response:
    """The answer to a request: that of the act, a refusal, or the first answer again.

    Raises:
        OtherBodyError: the key came with another body before.
        ConflictError: it was answered before, under a secret that the installation has no more.
        TooOftenError: not kept, so that the same request can be sent again later.
    """
    secret: str = current_app.config["SECRET_KEY"]
    fingerprint = hmac.digest(secret.encode(), asked.said, "sha256").hex()
    with unit_of_work() as session:
        kept = idempotency.claim(session, asked.scope, asked.operation, asked.key, fingerprint, g.now)
        if kept.fingerprint != fingerprint:
            raise OtherBodyError
        if kept.status:
            return make_response(_kept(secret, asked, kept.body), kept.status, kept.headers)
        try:
            with session.begin_nested():
                response = act(session)
        except TooOftenError:
            raise
        except RefusalError as refusal:
            response = refuse(refusal)
        kept.status = response.status_code
        kept.headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        kept.body = seal_bytes(secret, asked.purpose, response.get_data())
    return response


def _kept(secret: str, asked: Request, sealed: bytes) -> bytes:
    try:
        return unseal_bytes(secret, asked.purpose, sealed)
    except BrokenSealError as error:
        raise ConflictError from error
