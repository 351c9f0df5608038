"""Doing what a POST asks for once, however often it is sent.

The key is claimed first, in the act's own transaction; of two requests at once the second waits there and gets the
answer of the first. The act runs in a savepoint, so that a refusal undoes the act and still keeps its answer.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, g, make_response
from sqlalchemy.orm import Session

from arbitration.db import unit_of_work
from arbitration.domain.refusals import InvalidError, RefusalError, TooOftenError
from arbitration.rules.marking import N_
from arbitration.services import idempotency

KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Content-Language")


@dataclass(frozen=True, slots=True)
class Request:
    """What tells one request from another: whose, which operation, the key it came with, and a hash of what it says."""

    scope: str
    operation: str
    key: str
    said: bytes


class OtherBodyError(InvalidError):
    """The key was used before, with another body."""

    code = "key-reused"
    msgid = N_("This Idempotency-Key was used before for another request. Use a new key for each request.")


def once(asked: Request, act: Callable[[Session], Response], refuse: Callable[[RefusalError], Response]) -> Response:
    """The answer to a request: that of the act, a refusal, or the first answer again.

    Raises:
        OtherBodyError: the key came with another body before.
        TooOftenError: not kept, so that the same request can be sent again later.
    """
    fingerprint = hashlib.sha256(asked.said).hexdigest()
    with unit_of_work() as session:
        kept = idempotency.claim(session, asked.scope, asked.operation, asked.key, fingerprint, g.now)
        if kept.fingerprint != fingerprint:
            raise OtherBodyError
        if kept.status:
            return make_response(kept.body, kept.status, kept.headers)
        try:
            with session.begin_nested():
                response = act(session)
        except TooOftenError:
            raise
        except RefusalError as refusal:
            response = refuse(refusal)
        kept.status = response.status_code
        kept.headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        kept.body = response.get_data()
    return response
