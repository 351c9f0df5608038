"""A client that knows the API's document and nothing else: it finds operations by name, and checks what comes back."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

import jsonschema_rs
from flask import Flask
from werkzeug.test import TestResponse

METHODS = {"get", "post", "put", "patch", "delete"}


class Document:
    """What ``/api/openapi.json`` says."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.whole = json.loads(app.test_client().get("/api/openapi.json").data)
        self.operations: dict[str, tuple[str, str, Mapping[str, Any]]] = {
            operation["operationId"]: (method, path, operation)
            for path, methods in self.whole["paths"].items()
            for method, operation in methods.items()
            if method in METHODS
        }
        self._checks: dict[str, Callable[[Any], None]] = {}

    def check(self, name: str, status: int, media_type: str, body: Any) -> None:
        """See that an operation may answer this."""
        responses = self.operations[name][2]["responses"]
        assert str(status) in responses, f"{name} answers {status}, of which its document says nothing"
        told = self._found(responses[str(status)])["content"]
        assert media_type in told, f"{name} answers {media_type}, its document says {list(told)}"
        schema = told[media_type]["schema"]
        self._check(f"{name} {status}", schema, body)

    def check_body(self, name: str, body: Any) -> None:
        """See that the document allows a body."""
        schema = self.operations[name][2]["requestBody"]["content"]["application/json"]["schema"]
        self._check(f"{name} body", schema, body)

    def _check(self, key: str, schema: Any, body: Any) -> None:
        if key not in self._checks:
            whole = {"components": self.whole["components"], "allOf": [schema]}
            self._checks[key] = jsonschema_rs.Draft202012Validator(whole, validate_formats=True).validate
        self._checks[key](body)

    def _found(self, part: Any) -> Any:
        """What a reference stands for."""
        if "$ref" not in part:
            return part
        found: Any = self.whole
        for step in part["$ref"].split("/")[1:]:
            found = found[step]
        return found


class Client:
    """Somebody with a token who drives the API by its document."""

    def __init__(self, document: Document, token: str) -> None:
        self.document, self.token = document, token
        self._browser = document.app.test_client()

    def __call__(
        self,
        name: str,
        body: object = None,
        *,
        status: int | None = None,
        query: Mapping[str, Any] | None = None,
        form: Mapping[str, Any] | None = None,
        key: str | None = None,
        **path: object,
    ) -> Any:
        """The answer of an operation, which must have that status (without: a good one) and be as documented."""
        answer = self.send(name, body, query=query, form=form, key=key, **path)
        assert answer.status_code == status if status else answer.status_code < 300, f"{name}: {answer.text}"
        said = json.loads(answer.data)
        self.document.check(name, answer.status_code, answer.mimetype, said)
        return said

    def send(
        self,
        name: str,
        body: object = None,
        *,
        query: Mapping[str, Any] | None = None,
        form: Mapping[str, Any] | None = None,
        key: str | None = None,
        **path: object,
    ) -> TestResponse:
        """The same, whatever it is that comes back."""
        method, template, operation = self.document.operations[name]
        headers = {"Authorization": f"Bearer {self.token}"}
        if method == "post":
            headers["Idempotency-Key"] = key or uuid4().hex
        options: dict[str, Any] = {"query_string": dict(query or {}), "headers": headers}
        if form is not None:
            options["data"] = dict(form)
        elif "requestBody" in operation:
            self.document.check_body(name, body if body is not None else {})
            options["json"] = body if body is not None else {}
        return self._browser.open(template.format(**path), method=method.upper(), **options)
