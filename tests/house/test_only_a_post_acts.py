"""Whoever only asks for the head of a page changes nothing: link checkers and previews do, and no form was sent."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from arbitration.domain.actors import Actor
from arbitration.models import DocketEntry, Person
from tests.disputes.hearing import Hearing
from tests.workplace.conftest import browser, hearing, watch, window

__all__ = ["browser", "hearing", "watch", "window"]
Browser = Callable[[Actor], FlaskClient]


def test_the_head_of_a_page_that_asks_once_more_is_the_page_and_not_the_act(hearing: Hearing, browser: Browser) -> None:
    operator, page = browser(hearing.operator), f"/operations/people/{hearing.buyer.person_id}/suspend"
    answer = operator.head(page)
    assert (answer.status_code, answer.data) == (200, b"")
    with hearing.work() as session:
        assert session.get_one(Person, hearing.buyer.person_id).suspended_at is None


@pytest.mark.parametrize("who", ["buyer", "seller", "helen", "operator"])
def test_the_head_of_no_page_changes_anything(app: Flask, hearing: Hearing, browser: Browser, who: str) -> None:
    helen = hearing.taken(25)
    actor = helen if who == "helen" else getattr(hearing, who)
    known = {
        "external_id": hearing.purchase,
        "dispute_id": str(hearing.dispute_id),
        "person_id": str(hearing.seller.person_id),
        "position": "1",
    }
    with app.test_request_context():
        rules = [rule for rule in app.url_map.iter_rules() if {"HEAD", "POST"} <= (rule.methods or set())]
        urls = app.url_map.bind("localhost")
        addresses = [urls.build(rule.endpoint, _values(known, rule.arguments)) for rule in rules]
    assert len(addresses) > 40
    client = browser(actor)
    with hearing.work() as session:
        before = session.scalars(select(DocketEntry.hash)).all()
    for address in addresses:
        head, page = client.head(address), client.get(address)
        assert head.status_code == page.status_code < 500, address
    with hearing.work() as session:
        assert len(session.scalars(select(DocketEntry.hash)).all()) == len(before)


def _values(known: dict[str, str], names: set[str]) -> dict[str, str]:
    made_up = {"name": "suspend", "form": "csv", "token": "x", "field": "warranty", "offer": "1", "number": "1"}
    return {name: (known | made_up).get(name, str(uuid4())) for name in names}
