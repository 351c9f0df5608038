"""What makes a function an operation of the API: name, permission, schemas, transaction and document.

To add one: a line with its ``operationId`` in ``domain/permissions.py``, its method and path in ``routes.py``, schemas
under ``schemas/``, and in the module that ``routes.py`` says::

    @operation("getPurchase", gives=ShownPurchase)
    def get_purchase(session, external_id): ...

The function gets the session, then its query and its body as far as it has them, then what the path names.
"""

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from flask import Response as Answered
from flask import g, request
from marshmallow import Schema
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from arbitration.api import document, problems, routes, strictness
from arbitration.db import reading, unit_of_work
from arbitration.domain.permissions import might
from arbitration.domain.refusals import ForbiddenError, NotFoundError
from arbitration.door import guard
from arbitration.door.once import Request, once
from arbitration.door.uploads import Received
from arbitration.services import loading

LONGEST_ID = 64
LONGEST_KEY = 255
LARGEST_BODY = 512 * 1024  # the longest text, with every character written as an escape, and to spare

ways = document.Operations("api", __name__)
"""What makes a view read and write by schemas; it is no part of the application."""
ways.ARGUMENTS_PARSER = strictness.StrictParser()

FORM_TYPE = "multipart/form-data"

Function = Callable[..., Any]
Receiving = Callable[..., AbstractContextManager[Received]]


def operation(
    name: str,
    *,
    asks: type[Schema] | None = None,
    takes: type[Schema] | None = None,
    gives: type[Schema] | None,
    status: int = 200,
    largest: int | None = None,
    receives: Receiving | None = None,
) -> Callable[[Function], Function]:
    """Register an operation: ``asks`` is the schema of its query, ``takes`` of its body, ``gives`` of its answer.

    One that gives None sends a file; it gets no session, and opens its own.

    ``largest`` is the size in bytes up to which a body is taken, where it is not the usual one. An operation that
    ``receives`` takes a form with a file instead of JSON; the file is taken in before the transaction begins, and given
    to the function as ``received``.
    """

    def register(function: Function) -> Function:
        method = routes.method_of(function.__module__.rpartition(".")[2], name)
        view = document.answering(ways, status, gives, method)(function)
        if takes:
            form = {"location": "form", "content_type": FORM_TYPE} if receives else {}
            view = ways.arguments(takes, **form)(view)
        if asks:
            view = ways.arguments(asks, location="query")(view)
        view = ways.doc(operationId=name)(view)
        routes.register(name, Operation(name, method, view, asks, takes, gives, largest, receives))
        return function

    return register


@dataclass
class Operation:
    """A view: ``view`` reads query and body, calls the function and writes its answer."""

    name: str
    method: str
    view: Callable[..., Answered]
    asks: type[Schema] | None
    takes: type[Schema] | None
    gives: type[Schema] | None
    largest: int | None
    receives: Receiving | None

    def __post_init__(self) -> None:
        self._apidoc = self.view._apidoc  # type: ignore[attr-defined]
        self.__doc__ = self.view.__doc__

    def __call__(self, **path: Any) -> Response:
        """The answer. What is the same for everybody is looked at first, what the request says comes after that.

        What is not there, or not the caller's, is told before any field is looked at.
        """
        if not path and not might(guard.actor(), self.name):
            raise ForbiddenError
        if not all(_can_be_named(part) for part in path.values()):
            raise NotFoundError
        request.max_content_length = self.largest or LARGEST_BODY
        if self.receives:
            strictness.require_form_type()
        elif self.takes:
            strictness.require_json_type()
        if self.gives is None:
            return self.view(**path)
        if self.method == "GET":
            return self._read(path)
        return self._once(path) if self.method == "POST" else self._change(path)

    def _read(self, path: dict[str, Any]) -> Response:
        with reading() as session:
            response = self._answer(session, path)
        response.add_etag()
        return response.make_conditional(request)

    def _change(self, path: dict[str, Any]) -> Response:
        with unit_of_work() as session:
            return self._answer(session, path)

    def _once(self, path: dict[str, Any]) -> Response:
        key = _key()
        if self.receives is None:
            return self._claimed(key, _said(request.get_data(cache=True)), path)
        with self.receives(**path) as received:
            return self._claimed(key, _said(received.said()), path | {"received": received})

    def _claimed(self, key: str, said: bytes, path: dict[str, Any]) -> Response:
        asked = Request(scope=_scope(), operation=self.name, key=key, said=said)
        return once(asked, lambda session: self._answer(session, path), problems.of_refusal)

    def _answer(self, session: Session, path: dict[str, Any]) -> Answered:
        if path:
            loading.require_visible(session, guard.actor(), path.get("external_id"), path.get("dispute_id"))
        if not self.asks:
            strictness.refuse_query()
        return self.view(session, **path)


def _can_be_named(part: object) -> bool:
    return not isinstance(part, str) or (part.isprintable() and len(part) <= LONGEST_ID)


def _scope() -> str:
    """Stands for the token: what one token's keys mean is nothing to another."""
    return hashlib.sha256(b"api\n" + str(g.token).encode()).hexdigest()


def _key() -> str:
    """What is kept of the key, which may be longer than a column. Raises KeyMissingError."""
    key = request.headers.get("Idempotency-Key", "")
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable() and key.strip()):
        raise problems.KeyMissingError
    return hashlib.sha256(key.encode()).hexdigest()


def _said(body: bytes) -> bytes:
    return b"\n".join((request.path.encode(), request.query_string, body))
