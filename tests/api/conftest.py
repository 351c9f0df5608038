"""Callers of the API: each with a token of its own."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from arbitration.clock import now
from arbitration.services import tokens
from tests.support.databases import unit_of
from tests.support.shop import BUYER, SELLER, Shop

STRANGER = "somebody.else@example.org"
OPERATOR = "operator@example.com"
EMAILS = {
    "buyer": BUYER,
    "seller": SELLER,
    "stranger": STRANGER,
    "operator": OPERATOR,
    "arbiter": "helen@arbiters.example.org",
    "gateway": "gateway@example.com",
    "both": "both@example.com",
}
ROLES = {"stranger": "buyer", "both": "seller"}


@dataclass
class Caller:
    """Somebody with a token, or without one."""

    client: FlaskClient
    token: str | None

    def __call__(self, method: str, path: str, body: object = None, **headers: str) -> TestResponse:
        """The answer. ``body`` goes out as JSON; a POST gets a new key unless ``Idempotency_Key`` is given."""
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if method == "POST":
            sent["Idempotency-Key"] = uuid4().hex
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        if body is None:
            return self.client.open(f"/api{path}", method=method, headers=sent)
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent.setdefault("Content-Type", "application/json")
        return self.client.open(f"/api{path}", method=method, data=data, headers=sent)

    def get(self, path: str, **headers: str) -> TestResponse:
        return self("GET", path, **headers)

    def post(self, path: str, body: object, **headers: str) -> TestResponse:
        return self("POST", path, body, **headers)


@pytest.fixture
def caller(app: Flask) -> Callable[[str], Caller]:
    """``caller("buyer")``, by one of ``EMAILS``; ``caller("nobody")`` has no token."""
    return partial(caller_of, app)


def caller_of(app: Flask, name: str) -> Caller:
    """Somebody who calls an application."""
    if name == "nobody":
        return Caller(app.test_client(), None)
    with unit_of(app) as session:
        token = tokens.new_token(session, ROLES.get(name, name), EMAILS[name], now())
    return Caller(app.test_client(), token)


@pytest.fixture
def purchase(shop: Shop) -> str:
    """A purchase of the buyer from the seller."""
    return shop.purchase()


@pytest.fixture
def buyer(purchase: str, caller: Callable[[str], Caller]) -> Caller:  # noqa: ARG001 (the person comes with the purchase)
    return caller("buyer")


@pytest.fixture
def seller(purchase: str, caller: Callable[[str], Caller]) -> Caller:  # noqa: ARG001
    return caller("seller")


@pytest.fixture
def operator(caller: Callable[[str], Caller]) -> Caller:
    return caller("operator")


def said(response: TestResponse, status: int) -> Any:
    """The JSON of an answer with that status."""
    assert response.status_code == status, response.text
    kind = "application/problem+json" if status >= 400 else "application/json"
    assert response.content_type == kind
    return json.loads(response.data)
