"""The OpenAPI document: what every operation shares, said once, and the whole."""

from typing import Any

from flask import Flask
from flask_smorest import Api
from flask_smorest import Blueprint as SmorestBlueprint
from marshmallow import fields

from arbitration import __version__
from arbitration.api import examples, problems, routes
from arbitration.domain.addresses import LONGEST_ADDRESS
from arbitration.i18n import LANGUAGES
from arbitration.schemas.common import Address, Code, Instant, Items, Reference, Text, Whole
from arbitration.schemas.imports import Row
from arbitration.schemas.problems import Problem
from arbitration.schemas.purchases import PurchaseSchema

ABOUT = """\
One correspondence per purchase, and what its buyer may demand. Every operation has a page that does the same.

* Send the token that `arbitration token new` printed as `Authorization: Bearer TOKEN`; in the commands it is `$TOKEN`.
* Every POST carries an `Idempotency-Key`: the same key and body give the first answer again for 48 hours, the same key
  with another body is refused with 422.
* Lists are `{"items": [...], "next": ...}`: send `next` as `cursor` to go on.
* Instants are RFC 3339 in UTC; amounts have as many decimals as CLDR gives their currency.
* Errors are `application/problem+json` (RFC 9457), in the language of `Accept-Language`. What is not yours is 404.
"""
_HEADERS = {
    "ETag": {"description": "Send it back as `If-None-Match`.", "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
    "WWW-Authenticate": {"schema": {"type": "string"}},
    "Allow": {"schema": {"type": "string"}},
    "Accept-Ranges": {"schema": {"type": "string"}},
    "Content-Disposition": {"schema": {"type": "string"}},
    "Content-Range": {"schema": {"type": "string"}},
}
_PROBLEM_HEADERS = {401: ["WWW-Authenticate"], 405: ["Allow"], 429: ["Retry-After"], 503: ["Retry-After"]}
ONE_LINE = r"^[^\x00-\x1f\x7f-\x9f]*$"
ANY_TEXT = r"^[^\x00]*$"
A_LINE = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
A_TEXT = r"^[^\x00]*[^\s\x00\x1c-\x1f][^\x00]*$"
_TAGS = {
    "Purchases": "What was bought, and what the buyer may demand.",
    "Messages": "The correspondence of a purchase.",
    "Exhibits": "What is filed as evidence.",
    "Facts": "What is stated and decided about a purchase, and conduct that was reported.",
    "Disputes": "From their opening to an agreement, a withdrawal or the call for an arbiter.",
    "Arbiters": "Taking and handing over cases, objections to arbiters, requests for exhibits, notes.",
    "Rulings": "Rulings, appeals, corrections and clarifications.",
    "Remedies": "Replacements and refunds, and reopening where they were no good.",
    "Listings": "What sellers write, before it is published.",
    "Docket": "The append-only record.",
}
_ALWAYS = (401, 403, 404, 405, 422, 429, 500, 503)
_CHANGES = (409,)
_WITH_BODY = (400, 413, 415)
_PARAMETERS: dict[str, dict[str, Any]] = {
    "Idempotency-Key": {
        "required": True,
        "description": "A new one for each request; the same one when a request is sent again.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[!-~]+$"},
    },
    "Accept-Language": {
        "description": "The language of sentences: en, fr, uk, ru, pl or fa.",
        "schema": {"type": "string", "examples": list(LANGUAGES)},
    },
    "Range": {
        "description": "A range of bytes, such as `bytes=0-1023`; with `If-Range` only if the file is still the same.",
        "schema": {"type": "string", "pattern": "^bytes=(0-|0-[1-9][0-9]{0,9})$"},
    },
    "If-None-Match": {
        "description": "The `ETag` of an earlier answer: 304 if nothing has changed.",
        "schema": {"type": "string"},
    },
}


class Operations(SmorestBlueprint):  # type: ignore[misc]
    """A blueprint whose operations are documented with the headers and the problems that all of them have."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._prepare_doc_cbks.append(_shared)


def _shared(doc: dict[str, Any], _info: Any, *, method: str, app: Any, api: Any, spec: Any) -> dict[str, Any]:  # noqa: ARG001
    if not {206, "206"}.isdisjoint(doc["responses"]):
        doc["parameters"] = [*doc.get("parameters", []), "Range"]
        doc["responses"][416] = _response_name(416)
    parameters = ["Accept-Language", {"get": "If-None-Match", "post": "Idempotency-Key"}.get(method)]
    doc["parameters"] = [*doc.get("parameters", []), *filter(None, parameters)]
    statuses = {*_ALWAYS, *(_WITH_BODY if "requestBody" in doc else ()), *(() if method == "get" else _CHANGES)}
    doc["responses"] |= {status: _response_name(status) for status in sorted(statuses)}
    if method == "get":
        doc["responses"][304] = "Unchanged"
    return doc


def headers_of(method: str) -> dict[str, Any] | None:
    """The headers of a good answer."""
    return {"ETag": _HEADERS["ETag"]} if method == "GET" else None


def answering(api: SmorestBlueprint, status: int, gives: Any, method: str) -> Any:
    """The decorator for what an operation answers; None is a file, of which a range can be asked for."""
    if gives is not None:
        return api.response(status, gives, headers=headers_of(method))
    headers = {name: _HEADERS[name] for name in ("ETag", "Content-Disposition", "Accept-Ranges")}
    file = {"schema": {"type": "string", "format": "binary"}, "content_type": "*/*", "headers": headers}
    whole = api.response(status, description="The file.", **file)
    ranged = {"headers": headers | {"Content-Range": _HEADERS["Content-Range"]}}
    part = api.alt_response(206, description="The range that was asked for.", success=True, **(file | ranged))

    def both(function: Any) -> Any:
        return part(whole(function))

    return both


def _response_name(status: int) -> str:
    return f"Problem{status}"


class Document(Api):  # type: ignore[misc]
    """The document alone: errors are left to ``problems``, so that those of pages stay pages."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        pass

    def _register_responses(self) -> None:
        pass

    def _register_pagination_header(self) -> None:
        pass

    def describe(self, operations: Operations) -> None:
        """Describe operations that are registered with the application."""
        operations.register_views_in_doc(self, self._app, self.spec, name=operations.name, parameters=None)


def written(app: Flask) -> dict[str, Any]:
    """The document of an application. It is written when it is first asked for: no command or page needs it."""
    known: dict[str, Any] | None = app.extensions.get("arbitration_api_document")
    if known is None:
        document = _new_document(app)
        document.describe(_all_operations())
        known = document.spec.to_dict()
        examples.add(known, app.config["SETTINGS"].base_url)
        app.extensions["arbitration_api_document"] = known
    return known


def _all_operations() -> Operations:
    """What the document is made of: all operations, loaded by now, each under the name of its module."""
    operations = Operations("api", __name__)
    for place in routes.places():
        tags = [place.module.capitalize()]
        operations.add_url_rule(place.path, place.name, place.load(), methods=[place.method], tags=tags)
    return operations


def _new_document(app: Flask) -> Document:
    """The document before its operations are described."""
    document = Document(spec_kwargs={"title": "Arbitration", "version": __version__, "openapi_version": "3.1.0"})
    document.init_app(
        app,
        spec_kwargs={
            "info": {"description": ABOUT},
            "servers": [{"url": "/"}],
            "security": [{"token": []}],
        },
    )
    spec = document.spec
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    for name, about in _TAGS.items():
        spec.tag({"name": name, "description": about})
    for name, parameter in _PARAMETERS.items():
        spec.components.parameter(name, "header", parameter)
    document.ma_plugin.converter.add_attribute_function(_bounds)
    spec.components.schema("Problem", schema=Problem)
    spec.components.schema("Purchase", schema=PurchaseSchema)
    for status in sorted({kind.status for kind in problems.KINDS.values()}):
        spec.components.response(_response_name(status), _problem_response(status))
    unchanged = {"description": "Nothing has changed.", "headers": {"ETag": _HEADERS["ETag"]}}
    spec.components.response("Unchanged", unchanged)
    return document


def _problem_response(status: int) -> dict[str, Any]:
    titles = dict.fromkeys(kind.title for kind in problems.KINDS.values() if kind.status == status)
    return {
        "description": ", or: ".join(titles),
        "headers": {name: _HEADERS[name] for name in _PROBLEM_HEADERS.get(status, ())},
        "content": {problems.MEDIA_TYPE: {"schema": "Problem"}},
    }


def _bounds(_converter: Any, field: fields.Field[Any], **_options: Any) -> dict[str, Any]:
    """The limits of our own kinds of fields, as JSON Schema."""
    if isinstance(field, Row):
        return {"anyOf": [{"$ref": "#/components/schemas/Purchase"}, {}]}
    if isinstance(field, Reference):
        return {"minLength": 1, "maxLength": field.LONGEST, "pattern": "^[A-Za-z0-9][A-Za-z0-9._~:-]*$"}
    if isinstance(field, Text):
        return _bounds_of_text(field)
    if isinstance(field, Code):
        return {"enum": [*field.allowed, *([None] if field.allow_none else [])]}
    if isinstance(field, Whole):
        return {"minimum": field.least, "maximum": field.most}
    if isinstance(field, Items):
        return {"minItems": field.least, "maxItems": field.most}
    if isinstance(field, Address):
        return {"format": "email", "maxLength": LONGEST_ADDRESS}
    return {"format": "date-time"} if isinstance(field, Instant) else {}


def _bounds_of_text(field: Text) -> dict[str, Any]:
    bounds: dict[str, Any] = {"maxLength": field.longest}
    if field.shortest:
        bounds["minLength"] = field.shortest
    if "pattern" not in field.metadata:
        needed, any_ = (A_TEXT, ANY_TEXT) if field.lines else (A_LINE, ONE_LINE)
        bounds["pattern"] = needed if field.shortest else any_
    return bounds
