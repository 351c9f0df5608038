"""The API keeps what its document says, whatever it is sent: schemathesis, as several callers, well and badly."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tests.api.conftest import Caller, said
from tests.support.shop import Shop

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    allow_header_conformance,
    unsupported_method,
]
EXAMPLES = {GenerationMode.POSITIVE: 6, GenerationMode.NEGATIVE: 6}
CHECK_OF_MODE = {GenerationMode.POSITIVE: positive_data_acceptance, GenerationMode.NEGATIVE: negative_data_rejection}


def try_out(operation: APIOperation, mode: GenerationMode, caller: Caller, external_id: str) -> None:
    """Send an operation what its document allows, or what it does not. A made-up cursor is none, so none is sent.

    Bytes that are made up are no file that can be filed, whatever the document says of the form around it.
    """
    made_up_file = mode is GenerationMode.POSITIVE and operation.definition.raw["operationId"] == "uploadExhibit"

    @settings(
        max_examples=EXAMPLES[mode],
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Case) -> None:
        headers: dict[str, Any] = {"Authorization": f"Bearer {caller.token}"}
        checks = [*CHECKS, *([] if made_up_file else [CHECK_OF_MODE[mode]])]
        if mode is GenerationMode.POSITIVE:
            headers["Idempotency-Key"] = uuid4().hex
            if "external_id" in case.path_parameters:
                case.path_parameters["external_id"] = external_id
            case.query = {
                name: value for name, value in (case.query or {}).items() if name not in ("cursor", "purchase")
            }
        case.call_and_validate(headers=headers, checks=checks)

    send()


@pytest.mark.xdist_group("document")  # what is worked out of the document takes longer than the requests
@pytest.mark.parametrize("name", ["buyer", "stranger", "operator"])
def test_the_document_is_kept(name: str, app: Flask, shop: Shop, caller: Callable[[str], Caller]) -> None:
    external_id = shop.purchase()
    buyer, who = caller("buyer"), caller(name)
    for text in ("One", "Two", "Three"):
        said(buyer.post(f"/purchases/{external_id}/messages", {"text": text}), 201)
    document = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    operations = [result.ok() for result in document.get_all_operations()]
    assert len(operations) == sum(rule.endpoint.startswith("api.") for rule in app.url_map.iter_rules())
    for operation in operations:
        for mode in EXAMPLES:
            try_out(operation, mode, who, external_id)


def test_the_document_is_valid(app: Flask) -> None:
    schemathesis.openapi.from_wsgi("/api/openapi.json", app).validate()
