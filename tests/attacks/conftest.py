"""Disputes to be attacked, and callers of the API for each part that somebody can have in them."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask

from arbitration.clock import now
from arbitration.domain.actors import Actor
from arbitration.models import Person
from arbitration.services import tokens
from tests.api.conftest import Caller
from tests.disputes.hearing import Work
from tests.remedies.conftest import Settled, opened, paying

__all__ = ["Calls", "opened", "paying"]
Calls = Callable[[str, str | Actor], Caller]


@pytest.fixture
def calls(app: Flask, work: Work) -> Calls:
    """``calls("arbiter", person)`` has a token of a role, for an actor's person or for an address."""

    def called(role: str, whom: str | Actor = "") -> Caller:
        with work() as session:
            email = session.get_one(Person, whom.person_id).email if isinstance(whom, Actor) else whom
            token = tokens.new_token(session, role, email or f"{uuid4().hex}@elsewhere.example", now())
        return Caller(app.test_client(), token)

    return called


@pytest.fixture
def mine(opened: Callable[..., Settled]) -> Settled:
    """The dispute that is attacked."""
    return opened()


@pytest.fixture
def theirs(opened: Callable[..., Settled]) -> Settled:
    """A dispute of other people."""
    seller = {"external_id": "99", "name": "Other Keys", "email": "other.shop@example.net"}
    listing = {"external_id": "200", "terms": {}}
    return opened(buyer={"email": "other.buyer@example.com", "name": "Olena"}, seller=seller, listing=listing)
