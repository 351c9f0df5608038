"""Asking once more before an act, and doing it once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Response, flash, make_response, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from arbitration.db import reading
from arbitration.domain.refusals import ConflictError, ForbiddenError, InvalidError, RefusalError
from arbitration.door.reader import current_reader
from arbitration.web.acting import once_on_page
from arbitration.web.errors import sentence_of, status_of
from arbitration.web.faults import faults_of
from arbitration.web.form_drafts import forget_form, kept_fields


@dataclass(frozen=True, slots=True)
class Question:
    """A page that asks once more: what it is called, what follows from the act, and what its button says.

    ``form`` is a template with the fields of the form, which gets ``values``; ``said`` is what stood in them.
    ``back`` leads to the page it came from.
    """

    title: str
    says: tuple[str, ...]
    button: str
    back: str
    danger: bool = False
    form: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


def ask(question: Question) -> Response:
    """The page, with what was typed there before a sign-in."""
    with reading() as session:
        said = kept_fields(session) or {}
    return _page(question, said)


def act(name: str, question: Question, do: Callable[[Session], str], done: str) -> AnyResponse:
    """Do it once and go where ``do`` says, with ``done`` as a word on it; the page again where it is refused."""

    def once(session: Session) -> str:
        where = do(session)
        forget_form(session)
        return where

    try:
        answer = once_on_page(f"operations.{name}", once)
    except (InvalidError, ConflictError, ForbiddenError) as refusal:
        return refused(question, refusal)
    if done:
        flash(done, "success")
    return answer


def refused(question: Question, refusal: RefusalError) -> Response:
    """The page again, with what is wrong."""
    errors = faults_of(refusal) if isinstance(refusal, InvalidError) else {}
    error = None if errors else sentence_of(refusal)
    return _page(question, request.form, errors, error, status_of(refusal))


def say(msgid: str, **values: object) -> str:
    """A sentence in the reader's language."""
    return current_reader().say(msgid, **values)


def _page(
    question: Question,
    said: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    error: str | None = None,
    status: int = 200,
) -> Response:
    html = render_template("operations/ask.html", question=question, said=said, errors=errors or {}, error=error)
    return make_response(html, status)
