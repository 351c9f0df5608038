"""Each operation has an example that fits, and a command that can be copied and sent."""

import json
import shlex
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest
from flask import Flask

from arbitration.api.document import written
from arbitration.api.examples import BODIES, PATHS
from arbitration.clock import now
from arbitration.services import tokens
from tests.api.conftest import Caller
from tests.support.shop import Work


@pytest.fixture
def operations(app: Flask) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Method, path and description of each operation, by its name."""
    found = written(app)["paths"].items()
    each = ((path, method, told) for path, ways in found for method, told in ways.items() if method != "parameters")
    return {told["operationId"]: (method, path, told) for path, method, told in each}


def test_every_operation_has_a_command_with_all_that_it_needs(operations: dict[str, Any]) -> None:
    for name, (method, path, told) in operations.items():
        command = shlex.split(told["description"].partition("```sh\n")[2].removesuffix("\n```").replace("\\\n", " "))
        assert command[:3] == ["curl", "-X", method.upper()], name
        assert "{" not in command[3], name
        assert command[3].count("/") == path.count("/") + 2, name
        if "requestBody" in told and name != "uploadExhibit":
            assert json.loads(command[command.index("-d") + 1]) == BODIES[name]


def test_every_example_of_a_body_is_what_its_schema_asks_for(app: Flask, operations: dict[str, Any]) -> None:
    components = written(app)["components"]
    with_body = {name for name, (_, _, told) in operations.items() if "requestBody" in told}
    assert with_body - {"uploadExhibit"} == set(BODIES)
    for name in BODIES:
        content = operations[name][2]["requestBody"]["content"]["application/json"]
        jsonschema_rs.validate(content["schema"] | {"components": components}, content["example"])


def test_every_text_of_an_answer_shows_what_stands_there(app: Flask) -> None:
    schemas = written(app)["components"]["schemas"]
    bare = [
        (of, name)
        for of, schema in schemas.items()
        for name, told in schema.get("properties", {}).items()
        if told.get("type") in ("string", ["string", "null"])
        and not {"enum", "format", "pattern", "examples"} & told.keys()
    ]
    assert bare == []


def test_the_examples_make_one_story(work: Work, caller: Callable[[str], Caller]) -> None:
    (taken,) = caller("operator").post("/purchases", BODIES["importPurchases"]).get_json()["results"]
    assert taken["result"] == "created"
    with work() as session:
        buyer = Caller(caller("nobody").client, tokens.new_token(session, "buyer", "ada@example.com", now()))
    purchase = f"/purchases/{PATHS['external_id']}"
    assert buyer.get(purchase).status_code == 200
    for name, path in (("postMessage", "messages"), ("openDispute", "disputes")):
        answer = buyer.post(f"{purchase}/{path}", BODIES[name])
        assert answer.status_code == 201, (name, answer.get_json())
