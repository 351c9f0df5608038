"""Errors as the API tells them: problem details (RFC 9457), in the language asked for, with a stable type.

A type is an address within the API's own pages, where the problem is explained: ``/api/docs#not-found``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, current_app, g, json, request
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, default_exceptions
from werkzeug.routing import RequestRedirect

from arbitration.db import named_fault
from arbitration.domain.refusals import FieldFault, InvalidError, NotFoundError, RefusalError, TooOftenError
from arbitration.door import guard
from arbitration.door.reader import current_reader
from arbitration.door.trouble import RETRY_AFTER, is_storage_trouble
from arbitration.rules.marking import N_

MEDIA_TYPE = "application/problem+json"
TYPES_AT = "/api/docs#"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its status, its title, and what to say where nothing more is known (msgids)."""

    status: int
    title: str
    detail: str


KINDS: Mapping[str, Kind] = {
    "bad-request": Kind(400, N_("Request not understood"), N_("The request can't be read. Check how it was made.")),
    "not-json": Kind(400, N_("Not JSON"), N_("The body isn't JSON: send an object in UTF-8, without NaN.")),
    "key-missing": Kind(
        400,
        N_("No Idempotency-Key"),
        N_("Send a header Idempotency-Key of 1 to 255 printable characters, a new one for each request."),
    ),
    "token-needed": Kind(
        401,
        N_("No valid token"),
        N_("Send a valid token in the header Authorization: Bearer. The operator gives them out."),
    ),
    "forbidden": Kind(403, N_("Not allowed"), N_("You can see this, but you can't do that here.")),
    "not-found": Kind(404, N_("Not found"), N_("There is nothing here that you can see. Check the address.")),
    "method-not-allowed": Kind(
        405, N_("Method not allowed"), N_("This address takes other methods; the header Allow names them.")
    ),
    "conflict": Kind(
        409, N_("Not possible at this point"), N_("This has changed in the meantime. Look at it again, then decide.")
    ),
    "too-large": Kind(413, N_("Too large"), N_("The request is larger than this address takes. Send it in parts.")),
    "not-json-type": Kind(415, N_("Not declared as JSON"), N_("Send the body as application/json.")),
    "not-form-type": Kind(
        415, N_("Not declared as a form"), N_("Send the body as multipart/form-data, with the file in it.")
    ),
    "range": Kind(416, N_("No such range"), N_("The range asked for lies outside of the content.")),
    "invalid": Kind(422, N_("Fields need another look"), N_("Some of what you sent needs another look.")),
    "key-reused": Kind(
        422,
        N_("Idempotency-Key used before"),
        N_("This Idempotency-Key was used before for another request. Use a new key for each request."),
    ),
    "too-often": Kind(429, N_("Too often"), N_("That was tried too often. Wait a little, then try again.")),
    "failed": Kind(500, N_("Failed"), N_("Something went wrong here, and nothing was changed. Try again later.")),
    "unavailable": Kind(
        503, N_("Not available just now"), N_("Nothing can be written just now. Try again in a moment.")
    ),
}
_BY_STATUS = {kind.status: code for code, kind in reversed(list(KINDS.items()))}


class NotJsonError(RefusalError):
    """The body is not JSON."""

    code = "not-json"
    msgid = KINDS["not-json"].detail


class KeyMissingError(RefusalError):
    """A POST without a usable Idempotency-Key."""

    code = "key-missing"
    msgid = KINDS["key-missing"].detail


class NotJsonTypeError(RefusalError):
    """The body is declared to be something else than JSON."""

    code = "not-json-type"
    msgid = KINDS["not-json-type"].detail


class NotFormTypeError(RefusalError):
    """The body is declared to be something else than a form that can hold a file."""

    code = "not-form-type"
    msgid = KINDS["not-form-type"].detail


def problem(
    code: str, detail: str | None = None, faults: Iterable[FieldFault] = (), headers: Mapping[str, str] | None = None
) -> Response:
    """The answer for a problem of a kind; ``detail`` is a sentence in the reader's language."""
    kind, reader = KINDS[code], current_reader()
    said: dict[str, object] = {
        "type": f"{TYPES_AT}{code}",
        "title": reader.gettext(kind.title),
        "status": kind.status,
        "detail": detail or reader.gettext(kind.detail),
    }
    if kind.status >= 500:
        said["request_id"] = g.get("request_id", "-")
    errors = told(faults)
    if errors:
        said["errors"] = errors
    response = current_app.response_class(json.dumps(said) + "\n", kind.status, mimetype=MEDIA_TYPE)
    response.headers.update({"Content-Language": reader.language, **(headers or {})})
    return response


def told(faults: Iterable[FieldFault]) -> list[dict[str, str]]:
    """Faults of fields as answers hold them: the path, and a sentence in the reader's language."""
    say = current_reader().say
    return [{"path": fault.path, "message": say(fault.msgid, **fault.values)} for fault in faults]


def of_refusal(refusal: RefusalError) -> Response:
    """The answer for a refusal. What is missing and what is somebody else's are told in the same bytes."""
    detail = current_reader().say(refusal.msgid, **refusal.values)
    if isinstance(refusal, TooOftenError):
        return problem("too-often", detail, headers={"Retry-After": str(refusal.seconds)})
    if isinstance(refusal, NotFoundError):
        return problem("not-found")
    code = refusal.code if refusal.code in KINDS else "invalid" if isinstance(refusal, InvalidError) else "conflict"
    return problem(code, detail, refusal.faults)


def of_http(error: HTTPException) -> Response:
    """The answer for an error of HTTP itself; a 405 keeps its ``Allow``."""
    code = _BY_STATUS.get(error.code or 500) or ("bad-request" if (error.code or 500) < 500 else "failed")
    kept = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After", "Content-Range")}
    return problem(code, headers=kept)


def of_database(error: SQLAlchemyError) -> Response:
    """The answer while the database can't be used: locked, full, read-only or away. Any other fault of it is ours."""
    if not is_storage_trouble(error):
        raise error
    current_app.logger.warning("the database can't be used: %s", named_fault(error))
    return problem("unavailable", headers={"Retry-After": str(RETRY_AFTER)})


def unauthorized() -> Response:
    """The answer to a request without a valid token."""
    return problem("token-needed", headers={"WWW-Authenticate": "Bearer"})


def handle_within(blueprint: Blueprint) -> None:
    """Let every error within a blueprint be told as a problem; pages keep their own."""
    blueprint.register_error_handler(RefusalError, of_refusal)
    blueprint.register_error_handler(DBAPIError, of_database)
    blueprint.register_error_handler(PoolTimeoutError, of_database)
    for status in default_exceptions:
        blueprint.register_error_handler(status, of_http)


def handle_unknown_paths(app: Flask) -> None:
    """Tell it as a problem too where no route matches; no blueprint's handler sees these."""
    app.before_request(_unmatched)


def _unmatched() -> Response | None:
    if request.routing_exception is None or not guard.is_api():
        return None
    try:
        return _of_no_route(request.routing_exception)
    except RefusalError as refusal:
        return of_refusal(refusal)
    except SQLAlchemyError as error:
        return of_database(error)


def _of_no_route(error: HTTPException) -> Response:
    """Without a token every address is told alike, what it names or not, and whatever an id looks like."""
    guard.find_out_who_asks()
    if not guard.is_known():
        return unauthorized()
    return problem("not-found") if isinstance(error, RequestRedirect) else of_http(error)
