"""The forms of acts: what was typed into one, what is wrong with it, and how it survives a session that ended."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Response, flash, g, make_response, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from arbitration.domain.refusals import ConflictError, InvalidError, RefusalError
from arbitration.door.reader import current_reader
from arbitration.i18n import Reader
from arbitration.web.acting import once_on_page
from arbitration.web.errors import sentence_of, status_of
from arbitration.web.faults import faults_of
from arbitration.web.form_drafts import forget_form, kept_fields
from arbitration.web.moments import example_moment


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
    kept = kept_fields(session)
    return Typed(kept, restored=True) if kept is not None else None


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
        forget_form(session)
        return location

    try:
        answer = once_on_page(operation, do)
    except (InvalidError, ConflictError) as refusal:
        return form(refused_form(sent(names), refusal, names))
    if done:
        flash(current_reader().gettext(done), "success")
    return answer


def filled(template: str, typed: Typed, **values: Any) -> Response:
    """The page with a form."""
    html = render_template(template, now=g.now, typed=typed, said=typed.said, errors=typed.errors, **values)
    return make_response(html, typed.status)


def moment_field(typed: Typed, name: str, reader: Reader) -> dict[str, Any]:
    """A field for a moment: a text where a browser's own would not do, or could not hold what is in it."""
    in_words = reader.calendar == "persian" or bool(typed.errors.get(name) and typed.said.get(name))
    return {"in_words": in_words, "example": example_moment(reader)}
