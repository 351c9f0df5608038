"""What a page answers when something can't be done: no stack trace, no path, nothing that tells a stranger anything."""

import logging

from flask import Flask, Response, current_app, g, make_response, render_template
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from arbitration.db import db, named_fault
from arbitration.domain.refusals import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    RefusalError,
    TooOftenError,
)
from arbitration.door import guard
from arbitration.door.reader import current_reader
from arbitration.door.trouble import RETRY_AFTER, is_storage_trouble

log = logging.getLogger(__name__)
STATUSES: dict[type[RefusalError], int] = {
    NotFoundError: 404,
    ForbiddenError: 403,
    ConflictError: 409,
    InvalidError: 422,
    TooOftenError: 429,
}
PAGES = (400, 403, 404, 405, 409, 413, 422, 429)
SILENT = (NotFoundError, ForbiddenError)
KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate", "Content-Range")


def init_app(app: Flask) -> None:
    """Register what answers refusals, wrong requests, a database in trouble, and our own mistakes."""
    app.register_error_handler(RefusalError, answer_refusal)
    app.register_error_handler(HTTPException, answer_wrong_request)
    app.register_error_handler(DBAPIError, answer_trouble)
    app.register_error_handler(PoolTimeoutError, answer_trouble)


def status_of(refusal: RefusalError) -> int:
    """The status that goes with a refusal."""
    return next((status for kind, status in STATUSES.items() if isinstance(refusal, kind)), 409)


def sentence_of(refusal: RefusalError) -> str:
    """The refusal in the reader's language: what is wrong with the first field, or else the reason."""
    reader = current_reader()
    if refusal.faults:
        return reader.say(refusal.faults[0].msgid, **refusal.faults[0].values)
    return reader.say(refusal.msgid, **refusal.values)


def answer_refusal(refusal: RefusalError) -> AnyResponse:
    """The page for a refusal that no form shows beside its field."""
    if guard.is_api():
        raise refusal
    message = None if type(refusal) in SILENT else sentence_of(refusal)
    if isinstance(refusal, TooOftenError):
        response = _page(429, message, retry_after=refusal.seconds)
        response.headers["Retry-After"] = str(refusal.seconds)
        return response
    return _page(status_of(refusal), message)


def answer_wrong_request(error: HTTPException) -> AnyResponse:
    """The page for an address that is none, a method that does not belong there, a body that is too large."""
    status = error.code or 500
    if status < 400:
        return error.get_response()
    response = _page(status, None) if status < 500 else bare(status)
    for name, value in error.get_headers():
        if name in KEPT_HEADERS:
            response.headers[name] = value
    return response


def answer_trouble(error: SQLAlchemyError) -> AnyResponse:
    """The page for a database in trouble, which will pass; any other fault of the database is a mistake of ours."""
    db.session.rollback()
    if guard.is_api() or not is_storage_trouble(error):
        raise error
    log.warning("the database can't be used: %s", named_fault(error))
    return bare(503)


def bare(status: int) -> Response:
    """A page that asks nobody for anything."""
    reader = current_reader()
    name = status if status in (500, 503) else 500
    page = render_template_without_database(
        f"errors/{name}.html", incident=g.get("request_id"), language=reader.language, direction=reader.direction
    )
    response = make_response(page, status)
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def render_template_without_database(name: str, **values: object) -> str:
    """A template filled without the context that every other page has."""
    values["site_name"] = current_app.config["SETTINGS"].site_name
    return current_app.jinja_env.get_template(name).render(values)


def _page(status: int, message: str | None, **values: object) -> Response:
    name = status if status in PAGES else 400
    try:
        guard.find_out_who_asks()
        page = render_template(f"errors/{name}.html", status=status, message=message, next_step=None, **values)
    except SQLAlchemyError:
        db.session.rollback()
        return bare(503)
    return make_response(page, status)
