"""Reading a request strictly: JSON as the standard has it, fields that are known, each fault at its own path."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NoReturn

from flask import Request, request
from marshmallow import Schema, ValidationError
from webargs.flaskparser import FlaskParser

from arbitration.api.problems import NotFormTypeError, NotJsonError, NotJsonTypeError
from arbitration.domain.refusals import FieldFault, InvalidError
from arbitration.rules.faults import BadInputError
from arbitration.rules.jsontext import REPEATED, parse_json
from arbitration.rules.marking import N_
from arbitration.schemas.common import MOST_FAULTS, StrictSchema, faults_of

DEEPEST = 32
TOO_DEEP = N_("This is nested too deeply.")
TWICE = N_("This field stands there more than once.")
NO_CHARACTERS = N_("This holds characters that are no text.")


class StrictParser(FlaskParser):
    """Takes bodies and queries for the operations; what it refuses, it refuses as the rest of the house does."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {}  # noqa: RUF012 (each schema says so itself)

    def load_json(self, req: Request, schema: Schema) -> Any:
        """The body. Raises NotJsonError, or InvalidError for repeated names, depth, and what is no text."""
        return body_of(req, lenient=getattr(schema, "judged_apart", ()))

    def load_form(self, req: Request, schema: Schema) -> Any:  # noqa: ARG002
        """The fields of a form and the names of its files, each of which stands there once."""
        names = [name for parts in (req.form, req.files) for name, values in parts.lists() for _ in values]
        faults = [FieldFault(_shown(name), TWICE) for name in dict.fromkeys(names) if names.count(name) > 1]
        faults += _strange(req.form.to_dict(), "")
        if faults:
            raise InvalidError(faults=faults[:MOST_FAULTS])
        return req.form.to_dict() | {name: file.filename or "" for name, file in req.files.items()}

    def load_querystring(self, req: Request, schema: Schema) -> Any:  # noqa: ARG002
        """The query, in which each name stands once."""
        return query_of(req)

    def handle_error(self, error: ValidationError, *_args: Any, **_options: Any) -> NoReturn:
        """Raises InvalidError with all the faults."""
        messages: dict[str, Any] = error.messages_dict
        (within,) = messages.values()  # webargs names the part of the request first
        raise InvalidError(faults=faults_of(ValidationError(within)))


def require_json_type() -> None:
    """Raises NotJsonTypeError unless the body is declared as JSON."""
    if request.mimetype != "application/json":
        raise NotJsonTypeError


def require_form_type() -> None:
    """Raises NotFormTypeError unless the body is declared as a form that can hold a file."""
    if request.mimetype != "multipart/form-data":
        raise NotFormTypeError


def refuse_query() -> None:
    """Raises InvalidError if an operation that takes no query is given one."""
    if request.args:
        unknown = StrictSchema.error_messages["unknown"]
        raise InvalidError(faults=[FieldFault(_shown(name), unknown) for name in islice(request.args, MOST_FAULTS)])


def body_of(req: Request, lenient: tuple[str, ...] = ()) -> Any:
    """The JSON of the body; what stands under the ``lenient`` names is left to be judged by whoever takes it."""
    try:
        body = parse_json(req.get_data(cache=True))
    except BadInputError:
        raise NotJsonError from None
    if _deeper(body, DEEPEST):
        raise InvalidError(faults=[FieldFault("$", TOO_DEEP)])
    judged = {name: part for name, part in body.items() if name not in lenient} if isinstance(body, dict) else body
    faults = list(islice(_strange(judged, ""), MOST_FAULTS))
    if faults:
        raise InvalidError(faults=faults)
    return body


def query_of(req: Request) -> Mapping[str, str]:
    """The query by name. Raises InvalidError for a name that stands there twice, and for what is no text."""
    faults = [FieldFault(_shown(name), TWICE) for name, values in req.args.lists() if len(values) > 1]
    faults += _strange(dict(req.args), "")
    if faults:
        raise InvalidError(faults=faults[:MOST_FAULTS])
    return req.args.to_dict()


def _strange(value: object, path: str) -> Iterator[FieldFault]:
    if value is REPEATED:
        yield FieldFault(path, TWICE)
    elif isinstance(value, str) and not is_text(value):
        yield FieldFault(path or "$", NO_CHARACTERS)
    elif isinstance(value, dict):
        for key, inner in value.items():
            step = f"{path}.{_shown(key)}" if path else _shown(key)
            yield from _strange(inner, step)
            if not is_text(key):
                yield FieldFault(step, NO_CHARACTERS)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _strange(inner, f"{path}[{number}]")


def _deeper(value: object, depth: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    parts = value.values() if isinstance(value, dict) else value
    return depth == 0 or any(_deeper(part, depth - 1) for part in parts)


def is_text(text: str) -> bool:
    """Whether a database and a reader can take it: no NUL, no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _shown(name: str) -> str:
    """A name as a path can hold it, whatever it is made of."""
    return name[:100].encode("ascii", "backslashreplace").decode() if not name.isprintable() else name[:100]
