"""Errors: always a problem of a known type under /api, always a page elsewhere."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import InternalError, OperationalError, ProgrammingError

from arbitration.api import messages as operations
from arbitration.api.problems import KINDS
from arbitration.app import asset_dir
from tests.api.conftest import Caller, said

TEXT = {"text": "The key fails."}


@pytest.mark.parametrize("path", ["/nothing", "/", "/purchases/", "/purchases//messages", "/purchases/a/b/c", "/%00"])
def test_an_unknown_address_is_a_problem(path: str, buyer: Caller) -> None:
    assert said(buyer.get(path), 404)["type"] == "/api/docs#not-found"


def test_a_missing_page_stays_a_page(client: FlaskClient) -> None:
    answer = client.get("/nothing")
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/purchases", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("POST", "/purchases/A", {"GET", "HEAD", "OPTIONS"}),
        ("GET", "/purchases/A/messages/1", {"PATCH", "DELETE", "OPTIONS"}),
    ],
)
def test_a_wrong_method_says_which_are_right(method: str, path: str, allowed: set[str], buyer: Caller) -> None:
    answer = buyer(method, path, None)
    assert said(answer, 405)["type"] == "/api/docs#method-not-allowed"
    assert set(answer.headers["Allow"].split(", ")) == allowed


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_a_body_must_be_declared_as_json(kind: str, purchase: str, buyer: Caller) -> None:
    problem = said(buyer.post(f"/purchases/{purchase}/messages", TEXT, Content_Type=kind), 415)
    assert problem["type"] == "/api/docs#not-json-type"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"text":NaN}',
        b'{"text":"a"} x',
        b"\xff",
        b'\xef\xbb\xbf{"text":"a"}',
        b"{'text':'a'}",
        b"[" * 100_000,
    ],
)
def test_a_body_must_be_json(body: bytes, purchase: str, buyer: Caller) -> None:
    assert said(buyer.post(f"/purchases/{purchase}/messages", body), 400)["type"] == "/api/docs#not-json"


def test_too_large_a_body_is_refused(purchase: str, buyer: Caller, operator: Caller) -> None:
    large = b'{"purchases":[' + b" " * 4_500_000 + b"]}"
    assert said(buyer.post(f"/purchases/{purchase}/messages", large), 413)["type"] == "/api/docs#too-large"
    many = b"{" + b",".join(b'"k%d":1' % number for number in range(60_000)) + b"}"
    said(buyer.post(f"/purchases/{purchase}/messages", many), 413)
    longest = json.dumps({"text": "\U0001f511" * 20_000}).encode()
    said(buyer.post(f"/purchases/{purchase}/messages", longest), 201)
    said(operator.post("/purchases", large), 200)
    said(operator.post("/purchases", large * 4), 413)


def test_an_answer_does_not_grow_with_the_number_of_faults(purchase: str, buyer: Caller) -> None:
    halves = b'{"text":"a","reports_problem":[' + b",".join([b'"\\ud800"'] * 20_000) + b"]}"
    repeated = b"{" + b",".join(b'"k%d":1,"k%d":2' % (number, number) for number in range(5_000)) + b"}"
    for body in (halves, repeated):
        answer = buyer.post(f"/purchases/{purchase}/messages", body)
        assert len(said(answer, 422)["errors"]) == 50
    strange = "&".join(f"k{number}=1" for number in range(5_000))
    for query in (strange, "&".join(f"{pair}&{pair}" for pair in strange.split("&"))):
        assert len(said(buyer.get(f"/purchases?{query}"), 422)["errors"]) == 50
        assert len(said(buyer.get(f"/purchases/{purchase}?{query}"), 422)["errors"]) == 50


def test_sentences_come_in_the_language_asked_for(purchase: str, buyer: Caller) -> None:
    path = f"/purchases/{purchase}/messages"
    said_in = {}
    for language in ("en", "fr", "uk", "ru", "pl", "fa"):
        answer = buyer.post(path, {"text": "", "colour": 1}, Accept_Language=f"{language}-XX, en;q=0.5")
        problem = said(answer, 422)
        assert answer.headers["Content-Language"] == language
        said_in[language] = (problem["title"], problem["detail"], *(fault["message"] for fault in problem["errors"]))
    assert len(set(said_in.values())) == 6
    assert said(buyer.post(path, {"text": ""}, Accept_Language="de"), 422)["title"] == said_in["en"][0]


def test_a_cookie_says_nothing_of_the_language(purchase: str, buyer: Caller) -> None:
    buyer.client.set_cookie("language", "fa")
    buyer.client.set_cookie("time_zone", "Asia/Tehran")
    answer = buyer.post(f"/purchases/{purchase}/messages", {"text": ""}, Accept_Language="pl")
    assert said(answer, 422)["title"]
    assert answer.headers["Content-Language"] == "pl"


def test_a_fault_of_ours_tells_nothing(purchase: str, buyer: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(operations.messages, "post_message", fail)
    answer = buyer.post(f"/purchases/{purchase}/messages", TEXT, Idempotency_Key="one")
    assert said(answer, 500)["type"] == "/api/docs#failed"
    assert "secret" not in answer.text
    monkeypatch.undo()
    said(buyer.post(f"/purchases/{purchase}/messages", TEXT, Idempotency_Key="one"), 201)


@pytest.mark.parametrize(
    "trouble",
    [
        OperationalError("INSERT", {}, Exception("database or disk is full")),
        InternalError("INSERT", {}, psycopg.errors.ReadOnlySqlTransaction("read-only")),
    ],
    ids=["full", "read-only"],
)
def test_a_database_that_cannot_be_written_says_when_to_try_again(
    purchase: str, buyer: Caller, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise trouble

    monkeypatch.setattr(operations.messages, "post_message", fail)
    answer = buyer.post(f"/purchases/{purchase}/messages", TEXT, Idempotency_Key="one")
    assert said(answer, 503)["type"] == "/api/docs#unavailable"
    assert int(answer.headers["Retry-After"]) > 0
    monkeypatch.undo()
    said(buyer.post(f"/purchases/{purchase}/messages", TEXT, Idempotency_Key="one"), 201)


def test_a_mistake_of_ours_in_the_database_is_no_passing_trouble(
    purchase: str, buyer: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ProgrammingError("SELECT", {}, Exception("no such table"))

    monkeypatch.setattr(operations.messages, "post_message", fail)
    answer = buyer.post(f"/purchases/{purchase}/messages", TEXT, Idempotency_Key="one")
    assert said(answer, 500)["type"] == "/api/docs#failed"


def test_guessing_tokens_is_slowed_down(purchase: str, buyer: Caller, app: Flask) -> None:
    wrong = Caller(app.test_client(), "arb_" + "A" * len((buyer.token or "").removeprefix("arb_")))
    answers = [wrong.get("/purchases") for _ in range(31)]
    assert answers[0].status_code == 401
    assert said(answers[-1], 429)["type"] == "/api/docs#too-often"
    assert said(wrong.get("/disputes/7"), 429)["type"] == "/api/docs#too-often"  # where no route is, too
    assert int(answers[-1].headers["Retry-After"]) > 0
    said(buyer.get(f"/purchases/{purchase}"), 200)


def test_an_unchanged_answer_is_not_sent_again(purchase: str, buyer: Caller) -> None:
    for path in (f"/purchases/{purchase}", f"/purchases/{purchase}/messages", "/purchases", "/openapi.json"):
        etag = buyer.get(path).headers["ETag"]
        again = buyer.get(path, If_None_Match=etag)
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
    etag = buyer.get(f"/purchases/{purchase}/messages").headers["ETag"]
    said(buyer.post(f"/purchases/{purchase}/messages", TEXT), 201)
    assert buyer.get(f"/purchases/{purchase}/messages", If_None_Match=etag).status_code == 200


def test_every_type_of_problem_is_explained(client: FlaskClient) -> None:
    page = client.get("/api/docs").text
    written = Path(asset_dir("static")).parent.joinpath("docs", "api.md").read_text("utf-8")
    for code, kind in KINDS.items():
        assert f'id="{code}"' in page
        assert f"| `{code}` | {kind.status} |" in written


def test_the_document_names_every_operation_once(client: FlaskClient, app: Flask) -> None:
    document = json.loads(client.get("/api/openapi.json").data)
    named = [
        way["operationId"] for item in document["paths"].values() for key, way in item.items() if key != "parameters"
    ]
    served = [
        rule.endpoint.removeprefix("api.") for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")
    ]
    assert document["openapi"].startswith("3.1")
    assert sorted(named) == sorted(served)
