"""No page asks the database more than ten times, however much there is to show on it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from arbitration.db import db
from arbitration.domain.actors import Actor
from arbitration.domain.facts import ADMITTED
from arbitration.domain.rulings import RulingForm
from arbitration.services import drafts, facts, messages
from arbitration.services.disputes import arbiters, conduct, notes, questions, requests, rulings
from arbitration.services.disputes.appeals import appeal
from arbitration.services.disputes.offers import make_offer
from arbitration.services.disputes.talks import ask_extension
from tests.disputes.hearing import REASONS, Hearing, Work, at
from tests.support.shop import Shop
from tests.workplace.conftest import Watch

MOST = 10
PART = RulingForm("part_refund", 600, REASONS, exhibits=(1,), departs_because="Half of it was used.")


@pytest.fixture
def fat(work: Work, shop: Shop) -> Hearing:
    """A case in which everything has happened, and that is before its second arbiter."""
    hearing = Hearing.opened(work, shop)
    hearing.do(ask_extension, hearing.seller, at(80), "I am travelling.", at(1))
    hearing.do(make_offer, hearing.seller, "refund", None, "", at(2))
    for number in range(4):
        hearing.exhibit(("buyer", "seller")[number % 2], "screenshot", 3 + number)
    with work() as session:
        facts.state_fact(session, hearing.seller, hearing.purchase, ADMITTED, True, at(8))
        for number in range(30):
            side = (hearing.buyer, hearing.seller)[number % 2]
            messages.post_message(session, side, hearing.purchase, f"Message {number}.", at(9))
        told = messages.post_message(session, hearing.seller, hearing.purchase, "You liar.", at(10))
        position = told.message.position
        conduct.report_conduct(session, hearing.buyer, hearing.purchase, position, "abuse", at(11))
    hearing.called()
    helen = hearing.taken(25)
    hearing.do(arbiters.object_to, hearing.seller, "language", "She reads no French.", at(26))
    hearing.do(arbiters.decide_objection, hearing.operator, False, "She does.", at(27))
    hearing.do(requests.ask, helen, "buyer", "log", at(60), "", at(28))
    hearing.exhibit("buyer", "log", 29)
    hearing.do(notes.post, helen, "The log is odd.", at(30))
    with work() as session:
        conduct.hide_message(session, helen, hearing.purchase, position, "Abuse.", at(31))
    hearing.do(rulings.issue, helen, PART, at(80))
    hearing.do(questions.ask, hearing.buyer, "correction", "6.20, surely.", at(81))
    hearing.do(questions.correct, helen, "amount", 600, 620, "", at(82))
    hearing.do(appeal, hearing.buyer, 1, "error_of_fact", "I used none of it.", at(83))
    hearing.do(arbiters.take, hearing.arbiter("oskar"), at(84))
    return hearing


@pytest.fixture
def asked(app: Flask) -> Callable[[FlaskClient, str], list[str]]:
    """The statements that a page needs."""

    @contextmanager
    def counted() -> Iterator[list[str]]:
        with app.app_context():
            engine, said = db.engine, []
        listener = lambda _c, _u, statement, *_: said.append(statement)  # noqa: E731
        event.listen(engine, "before_cursor_execute", listener)
        try:
            yield said
        finally:
            event.remove(engine, "before_cursor_execute", listener)

    def of(client: FlaskClient, address: str) -> list[str]:
        with counted() as said:
            answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return [each for each in said if each.split()[0] in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")]

    return of


def _keep_something(work: Work, client: FlaskClient, hearing: Hearing) -> None:
    """Texts that the browser sent when it was signed out."""
    with work() as session:
        token = drafts.keep(session, "", hearing.purchase, "Kept.", at(84))
        drafts.keep(session, token, hearing.purchase, "Kept too.", at(84), position=drafts.EXHIBIT)
    client.set_cookie("draft", token)


def test_no_page_of_a_full_case_asks_the_database_more_than_ten_times(
    fat: Hearing, work: Work, browser: Callable[[Actor], FlaskClient], asked, watch: Watch
) -> None:
    watch.to(85)
    case, purchase = f"/cases/{fat.dispute_id}", f"/purchases/{fat.purchase}"
    pages = {
        "buyer": (fat.buyer, ["/purchases", "/notices", "/disputes", purchase, f"{purchase}?before=20"]),
        "seller": (fat.seller, ["/purchases", "/disputes", purchase, "/notices"]),
        "its arbiter": (fat.arbiter("oskar"), ["/cases", case, f"{case}/ruling", "/notices"]),
        "another": (fat.arbiter("jagoda"), ["/cases", case]),
        "operator": (fat.operator, ["/operations", "/notices", "/operations/disputes", purchase]),
    }
    slow = {}
    for who, (actor, addresses) in pages.items():
        client = browser(actor)
        _keep_something(work, client, fat)
        for address in addresses:
            for time in ("first", "second"):
                if len(said := asked(client, address)) > MOST:
                    slow[who, address, time] = [" ".join(each.split())[:150] for each in said]
    assert slow == {}


def test_a_list_of_many_free_cases_asks_the_database_no_oftener_than_a_list_of_one(
    work: Work, shop: Shop, browser: Callable[[Actor], FlaskClient], asked
) -> None:
    first = Hearing.opened(work, shop).called()
    client = browser(first.arbiter())
    few = len(asked(client, "/cases"))
    for _ in range(5):
        Hearing.opened(work, shop).called()
    assert len(asked(client, "/cases")) == few
