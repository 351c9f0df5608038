"""The forms of acts: what was typed into one, what is wrong with it, and how it survives a session that ended."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask import Response, flash, g, make_response, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from arbitration.domain.files import refused
from arbitration.domain.refusals import ConflictError, InvalidError, RefusalError
from arbitration.door import reader
from arbitration.i18n import Reader
from arbitration.services import drafts
from arbitration.web import sessions
from arbitration.web.acting import once_on_page
from arbitration.web.errors import sentence_of, status_of
from arbitration.web.exhibits import WITH_TIME
from arbitration.web.faults import faults_of
from arbitration.web.moments import left_to_right, read_moment, write_moment


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a form. ``errors`` are sentences by field; ``general`` is about no field in particular."""

    said: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    general: str | None = None
    restored: bool = False
    status: int = 200


def sent(names: Sequence[str]) -> dict[str, str]:
    """What the form that was just sent says in these fields."""
    return {name: request.form.get(name, "") for name in names}


def refused_form(said: dict[str, str], refusal: RefusalError, names: Sequence[str]) -> Typed:
    """The form as it comes back: with all that was typed, and what is wrong beside its field."""
    found = faults_of(refusal) if isinstance(refusal, InvalidError) else {}
    errors = {path: sentence for path, sentence in found.items() if path in names}
    elsewhere = [sentence for path, sentence in found.items() if path not in names]
    general = elsewhere[0] if elsewhere else None if errors else sentence_of(refusal)
    return Typed(said, errors, general, status=status_of(refusal))


def kept_form(session: Session) -> Typed | None:
    """What stood in this form when its author turned out to be signed out."""
    kept = drafts.find(session, sessions.draft_token(), _place(), g.now, drafts.FORM)
    if kept is None:
        return None
    try:
        said = json.loads(kept.text)
    except ValueError:
        return None
    return Typed({str(name): str(value) for name, value in said.items()}, restored=True)


def _place() -> str:
    return drafts.form_of(request.endpoint or "", sessions.subject_of_form())


def carry_out(
    operation: str,
    act: Callable[[Session], str],
    names: Sequence[str],
    form: Callable[[Typed], AnyResponse],
    done: str | None,
) -> AnyResponse:
    """Do what a form asks for, once; what is refused comes back as ``form``, with every word that was typed."""

    def do(session: Session) -> str:
        location = act(session)
        drafts.forget(session, sessions.draft_token(), _place(), drafts.FORM)
        return location

    try:
        answer = once_on_page(operation, do)
    except (InvalidError, ConflictError) as refusal:
        return form(refused_form(sent(names), refusal, names))
    if done:
        flash(reader.current().gettext(done), "success")
    return answer


def filled(template: str, typed: Typed, **values: Any) -> Response:
    """The page with a form."""
    html = render_template(template, now=g.now, typed=typed, said=typed.said, errors=typed.errors, **values)
    return make_response(html, typed.status)


def moment_field(typed: Typed, name: str, said: Reader) -> dict[str, Any]:
    """A field for a moment: a text where a browser's own would not do, or could not hold what is in it."""
    example = write_moment(datetime(2026, 11, 21, 12, tzinfo=UTC), said).replace("T", " ")
    in_words = said.calendar == "persian" or bool(typed.errors.get(name) and typed.said.get(name))
    return {"in_words": in_words, "example": left_to_right(example) if said.direction == "rtl" else example}


def read_time(text: str, name: str) -> datetime | None:
    """A moment with its time of day, None for an empty field. Raises InvalidError for anything else."""
    if not text.strip():
        return None
    said = reader.current()
    moment = read_moment(text, said, name)
    if ":" not in text and "：" not in text:
        raise refused(WITH_TIME, name, example=write_moment(g.now, said).replace("T", " "))
    return moment
