"""To everybody but operators these pages are not there; and no page grows with what it shows."""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from arbitration.db import db
from arbitration.domain.actors import Actor
from arbitration.services import policies
from arbitration.services.operations import outbox
from tests.disputes.hearing import Hearing, at
from tests.people.pages import without_keys

Browser = Callable[[Actor], FlaskClient]
MOST_QUERIES = 10
LISTS = ("", "/disputes", "/refunds", "/refunds?show=to_approve", "/deadlines", "/deadlines?show=stuck", "/numbers")
LISTS += (
    "/people",
    "/people?q=marcus&show=suspended",
    "/arbiters?q=h",
    "/tokens",
    "/outbox?q=m",
    "/imports",
    "/record",
    "/record?q=made+a+token+by+marcus+and+vera+too&from=2026-11-01&to=2026-11-30",
)
LISTS += ("/agreements", "/installation", *(f"/outbox?show={each}" for each in outbox.SHOWS))


def addresses(app: Flask) -> Iterator[str]:
    """The address of every page of operations, with made-up ids."""
    parts = {"name": "people", "form": "csv"} | dict.fromkeys(
        ("dispute_id", "deadline_id", "person_id", "session_id", "token_id", "intent_id", "absence_id", "policy_id"),
        str(uuid4()),
    )
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if rule.endpoint.startswith("operations."):
                found = {each: parts[each] for each in rule.arguments}
                yield app.url_map.bind("localhost").build(
                    rule.endpoint, found | ({"name": "suspend"} if rule.endpoint.endswith("person_act") else {})
                )


def bare(client: FlaskClient, address: str) -> tuple[int, str]:
    """Status and page of an address, without what names the address itself."""
    answer = client.get(address)
    return answer.status_code, without_keys(answer).replace(f'value="{address}"', "")


def test_arbiters_buyers_and_sellers_find_nothing_there(app: Flask, hearing: Hearing, browser: Browser) -> None:
    found = sorted(set(addresses(app)))
    assert len(found) > 30
    for actor in (hearing.taken(25), hearing.buyer, hearing.seller):
        client = browser(actor)
        missing = bare(client, "/purchases/NOSUCHPURCHASE00")[1]
        for address in found:
            assert bare(client, address) == (404, missing), address
            assert client.post(address, data={}).status_code in (404, 405), address


def test_strangers_are_led_to_the_door_of_those_who_work_here(app: Flask, client: FlaskClient) -> None:
    for address in set(addresses(app)):
        answer = client.get(address)
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/staff/sign-in"), address
        assert client.post(address, data={}).status_code in (303, 405), address


def test_each_page_opens_and_makes_no_more_than_ten_queries(
    app: Flask, hearing: Hearing, operator: FlaskClient
) -> None:
    arbiter = hearing.taken(25)
    with hearing.work() as session:
        policy = policies.versions(session)[0].id
    one = (f"/people/{hearing.buyer.person_id}", f"/arbiters/{arbiter.person_id}", f"/agreements/{policy}")
    asked: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    for page in (*LISTS, *one):
        asked.clear()
        answer = operator.get(f"/operations{page}")
        queries = [each for each in asked if each.lstrip().upper().startswith(("SELECT", "WITH"))]
        assert answer.status_code == 200, page
        assert len(queries) <= MOST_QUERIES, (page, queries)
    event.remove(engine, "before_cursor_execute", note)


def test_a_cursor_that_nobody_gave_is_refused_and_a_filter_that_is_none_is_left_out(operator: FlaskClient) -> None:
    assert operator.get("/operations/people?cursor=nonsense").status_code == 422
    half_a_character = urlsafe_b64encode(rb'["\ud800"]').decode()
    assert operator.get(f"/operations/people?cursor={half_a_character}").status_code == 422
    assert operator.get("/operations/outbox?show=nonsense&q=%00").status_code == 200
    assert operator.get("/operations/numbers?days=9999&agreement=x&language=xx").status_code == 200
    assert operator.get("/operations/export/nonsense.csv").status_code == 404
    assert operator.get(f"/operations/disputes?q=snow&stage=closed&cursor=&now={at(1)}").status_code == 200
