"""The API's document as a page needs it: operation by operation and schema by schema, in plain values, made once."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask

from arbitration.api import document

Kind = list[tuple[str, str | None]]
"""What a value is, in pieces: a text, and the schema that it leads to, if any."""
Block = tuple[str, list[list[str]]]
"""``text`` or ``list`` with lines whose odd pieces are code; ``code`` with its one piece."""
LIMITS = ("format", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "default")
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter or a field: where a parameter stands (``path``, ``query``, ``header``), and what is allowed."""

    name: str
    kind: Kind
    needed: bool
    about: list[str]
    limits: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What is sent, or answered: its media type or status, a word on it, what it is, the fields if it has no name."""

    title: str
    about: str
    kind: Kind
    fields: list[Field]
    example: str


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation; ``problems`` are the statuses with which it can be refused."""

    name: str
    method: str
    path: str
    summary: str
    about: list[Block]
    parameters: list[Field]
    body: list[Said]
    answers: list[Said]
    problems: list[str]


@dataclass(frozen=True, slots=True)
class Reference:
    """The whole: what holds for all operations, these by their tags (with a sentence each), and the schemas."""

    about: list[Block]
    groups: list[tuple[str, str, list[Operation]]]
    schemas: list[tuple[str, list[str], list[Field]]]


def of(app: Flask) -> Reference:
    """The reference of an application's document, made when it is first asked for."""
    known: Reference | None = app.extensions.get("arbitration_api_reference")
    if known is None:
        known = app.extensions["arbitration_api_reference"] = _Reader(document.written(app)).reference()
    return known


def kind_of(schema: Mapping[str, Any]) -> Kind:
    """What a schema allows, as one writes types: ``Money | null``, ``string[]``."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return [(name, name)]
    if "anyOf" in schema:
        several = [kind_of(each) for each in schema["anyOf"]]
        return [piece for number, one in enumerate(several) for piece in ([(" | ", None)] if number else []) + one]
    if "enum" in schema:
        return [(" | ".join(json.dumps(each) for each in schema["enum"]), None)]
    if schema.get("type") == "array":
        return [*kind_of(schema.get("items", {})), ("[]", None)]
    types = schema.get("type", "any")
    return [(types if isinstance(types, str) else " | ".join(types), None)]


def blocks(text: str) -> Iterator[Block]:
    """The paragraphs, lists and pieces of code of a description."""
    for number, part in enumerate(re.split(r"```\w*\n?", text)):
        if number % 2:
            yield "code", [[part.strip("\n")]]
            continue
        for block in filter(str.strip, part.split("\n\n")):
            if block.startswith("* "):
                yield "list", [pieces(line) for line in re.split(r"(?:^|\n)\* ", block) if line]
            else:
                yield "text", [pieces(block)]


def pieces(text: str) -> list[str]:
    """A line in pieces, of which every second one is code."""
    return " ".join(text.split()).split("`")


class _Reader:
    def __init__(self, whole: Mapping[str, Any]) -> None:
        self._whole = whole

    def reference(self) -> Reference:
        schemas = self._whole["components"]["schemas"]
        about = list(blocks(self._whole["info"]["description"]))
        groups = [(tag["name"], tag["description"], list(self._tagged(tag["name"]))) for tag in self._whole["tags"]]
        named = [(name, pieces(it.get("description", "")), self._fields(it)) for name, it in sorted(schemas.items())]
        return Reference(about, groups, named)

    def _tagged(self, tag: str) -> Iterator[Operation]:
        for path, methods in self._whole["paths"].items():
            for method in METHODS:
                if method in methods and tag in methods[method]["tags"]:
                    yield self._operation(path, method, methods[method], methods.get("parameters", []))

    def _operation(self, path: str, method: str, told: Mapping[str, Any], shared: list[Any]) -> Operation:
        answers = {status: self._found(it) for status, it in sorted(told["responses"].items())}
        good = [it for status, answer in answers.items() if status < "4" for it in self._said(status, answer)]
        sent = self._found(told.get("requestBody", {}))
        return Operation(
            told["operationId"],
            method.upper(),
            path,
            told["summary"],
            list(blocks(told.get("description", ""))),
            [self._parameter(self._found(each)) for each in (*shared, *told.get("parameters", []))],
            [it for media, it in self._contents(sent)],
            good,
            [status for status in answers if status >= "4"],
        )

    def _said(self, status: str, answer: Mapping[str, Any]) -> list[Said]:
        about = answer["description"]
        kinds = [Said(status, about, it.kind, it.fields, it.example) for _, it in self._contents(answer)]
        return kinds or [Said(status, about, [], [], "")]

    def _contents(self, holder: Mapping[str, Any]) -> Iterator[tuple[str, Said]]:
        for media, content in holder.get("content", {}).items():
            schema, example = content.get("schema", {}), content.get("example")
            shown = "" if example is None else json.dumps(example, ensure_ascii=False, indent=2)
            yield media, Said(media, "", kind_of(schema), self._fields(schema), shown)

    def _parameter(self, told: Mapping[str, Any]) -> Field:
        return self._field(told["name"], told["schema"] | told, bool(told.get("required")), told["schema"], told["in"])

    def _fields(self, schema: Mapping[str, Any]) -> list[Field]:
        needed = schema.get("required", ())
        return [self._field(name, it, name in needed, it) for name, it in schema.get("properties", {}).items()]

    def _field(
        self, name: str, told: Mapping[str, Any], needed: bool, schema: Mapping[str, Any], place: str = ""
    ) -> Field:
        limits = ", ".join(f"{each} {json.dumps(schema[each])}" for each in LIMITS if each in schema)
        return Field(name, kind_of(schema), needed, pieces(told.get("description", "")), limits, place)

    def _found(self, part: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a reference to something other than a schema stands for."""
        if "$ref" not in part:
            return part
        found: Any = self._whole
        for step in part["$ref"].split("/")[1:]:
            found = found[step]
        return dict(found)
