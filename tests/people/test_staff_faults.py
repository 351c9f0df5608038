"""Arbiters and operators who fill a form in wrongly are told all of it at once, each beside its field."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from arbitration import clock
from tests.moments import NOW
from tests.people.pages import fields
from tests.support.staff import ARBITER, PASSWORD, STEP, Account, invited, with_account

Work = Callable[[], AbstractContextManager[Session]]


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def vera(work: Work) -> Account:
    return with_account(work, NOW - timedelta(hours=1))


def give_password(client: FlaskClient, email: str, password: str) -> TestResponse:
    return client.post("/staff/sign-in", data={"email": email, "password": password})


def wrong_fields(answer: TestResponse) -> list[str]:
    """The fields beside which something is said to be wrong, in the order of the page, which comes with 422."""
    assert answer.status_code == 422
    return re.findall(r'<p class="field__fault" id="([\w-]+)-fault"', answer.text)


def test_all_that_is_wrong_with_another_password_is_told_at_once(client: FlaskClient, vera: Account) -> None:
    give_password(client, ARBITER, PASSWORD)
    client.post("/staff/sign-in/code", data={"code": vera.code(NOW - STEP)})
    page, right = "/staff/account/password", {"old": PASSWORD, "code": vera.code(NOW)}
    assert wrong_fields(client.post(page, data={})) == ["old", "password", "code"]
    assert wrong_fields(client.post(page, data={"password": "short", "repeated": "shorter"})) == [
        *("old", "password", "repeated", "code")
    ]
    another = {"password": "seven slow rivers bend", "repeated": "seven slow rivers bend"}
    assert wrong_fields(client.post(page, data=right | another | {"old": "wrong"})) == ["old"]
    assert wrong_fields(client.post("/staff/account/recovery-codes", data={})) == ["codes-old", "codes-code"]
    assert client.post(page, data=right | another).status_code == 303  # the code was not used up meanwhile


@pytest.mark.usefixtures("vera")
def test_whoever_signs_in_is_told_at_once_what_is_missing(client: FlaskClient) -> None:
    assert wrong_fields(give_password(client, "vera", "")) == ["email", "password"]
    assert wrong_fields(give_password(client, ARBITER, "")) == ["password"]
    assert wrong_fields(give_password(client, "vera", PASSWORD)) == ["email"]
    assert wrong_fields(give_password(client, ARBITER, "another password")) == ["password"]


def test_a_first_password_that_is_weak_and_typed_twice_differently_is_told_of_both(
    client: FlaskClient, work: Work
) -> None:
    client.get(f"/staff/set-up/{invited(work, NOW)}")
    form = fields(client.get("/staff/set-up"), "/staff/set-up")
    answer = client.post("/staff/set-up", data=form | {"password": "short", "repeated": "shorter"})
    assert wrong_fields(answer) == ["password", "repeated"]
