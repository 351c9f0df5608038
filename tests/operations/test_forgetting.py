"""An operator forgets somebody at their own request: the page says what is lost and what stays, and asks."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from arbitration.domain.actors import Actor
from arbitration.domain.forgetting import neutral_address
from arbitration.models import Person
from arbitration.services.disputes.talks import withdraw
from arbitration.services.staff.accounts import remove
from tests.disputes.hearing import Hearing, at
from tests.operations.conftest import send
from tests.people.pages import fields
from tests.support.shop import BUYER, OPERATOR

Browser = Callable[[Actor], FlaskClient]
OFFER = "Forget them"


@pytest.fixture
def page(hearing: Hearing) -> str:
    """The buyer's page, after their dispute."""
    hearing.taken()
    hearing.do(withdraw, hearing.buyer, "It works now.", at(25))
    return f"/people/{hearing.buyer.person_id}"


def test_somebody_is_forgotten_after_the_page_has_said_what_goes_and_what_stays(
    hearing: Hearing, operator: FlaskClient, browser: Browser, page: str
) -> None:
    buyer = browser(hearing.buyer)
    assert OFFER in operator.get(f"/operations{page}").text
    asked = operator.get(f"/operations{page}/forget")
    assert asked.status_code == 200
    for words in ("Marcus Lowe", "bought: 1, sold: 0", "Nothing signs them in again", "be undone", "backups"):
        assert words in asked.text, words
    assert "The names of shops" not in asked.text
    assert buyer.get("/purchases").status_code == 200
    done = send(operator, f"{page}/forget").text
    assert "Forgotten. What stays is kept under no name." in done
    assert buyer.get("/purchases").status_code == 303
    for name in ("Marcus", "Lowe", BUYER):
        assert name not in done, name
    with hearing.work() as session:
        person = session.scalars(select(Person).where(Person.id == hearing.buyer.person_id)).one()
        assert (person.email, person.name) == (neutral_address(person.id), None)


def test_who_has_a_shop_is_told_that_its_name_stays(hearing: Hearing, operator: FlaskClient, page: str) -> None:
    asked = operator.get(
        f"/operations{page.replace(str(hearing.buyer.person_id), str(hearing.seller.person_id))}/forget"
    )
    assert "The names of shops stay" in asked.text
    assert "bought: 0, sold: 1" in asked.text


def test_the_page_of_somebody_forgotten_offers_nothing_that_would_be_refused(operator: FlaskClient, page: str) -> None:
    form = fields(operator.get(f"/operations{page}/forget"), f"/operations{page}/forget")
    operator.post(f"/operations{page}/forget", data=form)
    shown = operator.get(f"/operations{page}").text
    assert "asked to be forgotten" in shown
    for offered in ("/address", "/restore", "/suspend", "/forget", "/new?email", "Make a token", f"{page}/sign-out"):
        assert offered not in shown, offered
    assert "Forgotten" in operator.get("/operations/people?show=suspended").text
    for again in (operator.get(f"/operations{page}/forget"), operator.post(f"/operations{page}/forget", data=form)):
        assert (again.status_code, again.location) == (303, f"/operations{page}")


def test_nobody_is_forgotten_while_a_dispute_of_theirs_is_open(hearing: Hearing, operator: FlaskClient) -> None:
    for somebody in (hearing.buyer, hearing.seller):
        page = f"/operations/people/{somebody.person_id}"
        assert OFFER not in operator.get(page).text
        refused = operator.get(f"{page}/forget")
        assert (refused.status_code, "that are not closed" in refused.text) == (409, True)
        assert operator.post(f"{page}/forget", data={"idempotency_key": "k" * 20}).status_code == 409


def test_nobody_is_forgotten_who_works_here_or_has(hearing: Hearing, operator: FlaskClient) -> None:
    arbiter = hearing.arbiter()
    page = f"/operations/people/{arbiter.person_id}"
    for _ in range(2):
        assert OFFER not in operator.get(page).text
        refused = operator.get(f"{page}/forget")
        assert (refused.status_code, "works here, or has" in refused.text) == (409, True)
        with hearing.work() as session:
            person = session.get_one(Person, arbiter.person_id)
            if person.suspended_at is None:
                remove(session, OPERATOR, person.email, at(25))
                person.suspended_at = at(25)
