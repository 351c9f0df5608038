"""Tokens of the API: made and shown once, listed, revoked."""

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select

from arbitration.models import DocketEntry, IdempotentAnswer, Token
from arbitration.services import tokens
from tests.disputes.hearing import Hearing, at
from tests.operations.conftest import send
from tests.people.pages import fields


def test_a_token_is_shown_once_works_and_is_known_to_come_from_the_operator(
    hearing: Hearing, operator: FlaskClient
) -> None:
    page = "/operations/tokens/new"
    form = fields(operator.get(page), page) | {"email": "shop@market.example", "role": "operator", "days": "90"}
    shown = operator.post(page, data=form)
    secret = tokens.PREFIX + shown.text.partition(tokens.PREFIX)[2].partition("<")[0]
    assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "no-store")
    with hearing.work() as session:
        assert tokens.actor_of(session, secret, at(26)) is not None
        assert tokens.actor_of(session, secret, at(25) + timedelta(days=91)) is None
        assert all(secret.encode() not in answer.body for answer in session.scalars(select(IdempotentAnswer)))
        made = session.scalars(select(DocketEntry.body).where(DocketEntry.kind == "token.made")).one()
        assert str(hearing.operator.person_id) in made
    again = operator.post(page, data=form, follow_redirects=True)
    assert ("This was done before." in again.text, secret in again.text) == (True, False)
    with hearing.work() as session:
        assert len(session.scalars(select(Token)).all()) == 1
    assert secret not in operator.get("/operations/tokens").text


def test_a_form_that_will_not_do_comes_back_as_it_was(operator: FlaskClient) -> None:
    for wrong in ({"role": ""}, {"days": "0"}, {"days": "many"}, {"email": "nobody"}):
        said = {"email": "a@b.example", "role": "seller", "days": ""} | wrong
        refused = send(operator, "/tokens/new", **said)
        assert refused.status_code == 422, wrong
        assert f'value="{said["email"]}"' in refused.text
    assert "No token yet" in operator.get("/operations/tokens").text


def test_an_expired_token_is_told_as_such_and_nothing_is_offered_that_has_no_effect(
    hearing: Hearing, operator: FlaskClient
) -> None:
    with hearing.work() as session:
        tokens.new_token(session, "seller", "shop@example.net", at(25) - timedelta(days=40), days=30)
        (token,) = session.scalars(select(Token.id))
        person = hearing.seller.person_id
    for page in ("/operations/tokens", f"/operations/people/{person}"):
        listed = operator.get(page).text
        assert ("Expired" in listed, "worked until" in listed, f"/tokens/{token}/revoke" in listed) == (
            True,
            True,
            False,
        )
    assert send(operator, f"/tokens/{token}/revoke").status_code == 409
    with hearing.work() as session:
        assert session.get_one(Token, token).revoked_at is None


def test_a_revoked_token_opens_nothing_and_is_listed_as_revoked(hearing: Hearing, operator: FlaskClient) -> None:
    with hearing.work() as session:
        secret = tokens.new_token(session, "seller", "shop@example.net", at(25))
        (token,) = session.scalars(select(Token.id))
    page = f"/tokens/{token}/revoke"
    assert "can&#39;t be undone" in operator.get(f"/operations{page}").text
    assert "Revoked. It opens nothing any more." in send(operator, page).text
    assert send(operator, page).status_code == 409
    with hearing.work() as session:
        assert tokens.actor_of(session, secret, at(25)) is None
    listed = operator.get("/operations/tokens?show=revoked&role=seller&q=shop@").text
    assert ("shop@example.net" in listed, "Revoked" in listed) == (True, True)
    assert "No token found" in operator.get("/operations/tokens?show=kept").text
    assert "No token found" in operator.get("/operations/tokens?role=gateway").text
