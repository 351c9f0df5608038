"""Who may call which operation: what is not yours is not there, and what you may not do says so."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from arbitration.clock import now
from arbitration.models import Token
from tests.api.conftest import Caller, said
from tests.support.shop import Shop, Work

NEW = {"text": "The key does not work."}

# operation, method, path, body, and the status for each caller
TABLE = [
    ("listPurchases", "GET", "/purchases", None, (200, 200, 200, 200, 403, 403)),
    ("getPurchase", "GET", "/purchases/{id}", None, (200, 200, 404, 200, 404, 404)),
    ("assessPurchase", "GET", "/purchases/{id}/assessment", None, (200, 200, 404, 200, 404, 404)),
    ("listMessages", "GET", "/purchases/{id}/messages", None, (200, 200, 404, 403, 404, 404)),
    ("postMessage", "POST", "/purchases/{id}/messages", NEW, (201, 201, 404, 403, 404, 404)),
    ("editMessage", "PATCH", "/purchases/{id}/messages/1", NEW, (200, 403, 404, 403, 404, 404)),
    ("deleteMessage", "DELETE", "/purchases/{id}/messages/1", None, (200, 403, 404, 403, 404, 404)),
    ("importPurchases", "POST", "/purchases", {"purchases": []}, (403, 403, 403, 200, 403, 403)),
    ("checkListing", "POST", "/listings/check", {"text": "Warranty"}, (403, 200, 403, 200, 403, 403)),
    ("listDocket", "GET", "/docket", None, (403, 403, 403, 200, 200, 403)),
    ("listDocket", "GET", "/docket?purchase={id}", None, (403, 403, 403, 200, 404, 403)),
]
CALLERS = ("buyer", "seller", "stranger", "operator", "arbiter", "gateway")


@pytest.mark.parametrize(("operation", "method", "path", "body", "statuses"), TABLE)
def test_each_caller_gets_what_is_theirs(
    operation: str,
    method: str,
    path: str,
    body: object,
    statuses: tuple[int, ...],
    purchase: str,
    buyer: Caller,
    caller: Callable[[str], Caller],
) -> None:
    said(buyer.post(f"/purchases/{purchase}/messages", NEW), 201)
    callers = {name: caller(name) for name in reversed(CALLERS)}  # the buyer last: a deleted message stays deleted
    answers = {name: who(method, path.format(id=purchase), body).status_code for name, who in callers.items()}
    assert answers == dict(zip(CALLERS, statuses, strict=True)), operation


@pytest.mark.parametrize(("method", "path", "body"), [row[1:4] for row in TABLE])
def test_nobody_without_a_token_gets_anything(
    method: str, path: str, body: object, caller: Callable[[str], Caller]
) -> None:
    for wrong in (None, "arb_wrong", "x" * 5000, "été"):
        answer = Caller(caller("nobody").client, wrong)(method, path.format(id="ANY"), body)
        problem = said(answer, 401)
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert problem["type"] == "/api/docs#token-needed"


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("token", [None, "arb_wrong"])
def test_nobody_without_a_token_learns_whether_an_address_is_one(
    token: str | None, method: str, purchase: str, caller: Callable[[str], Caller]
) -> None:
    """Nor what an id looks like, nor which methods an address takes."""
    places = [
        *(
            f"/purchases/{purchase}",
            "/purchases/NONE",
            "/purchases/%00",
            "/purchases/" + "x" * 3000,
            "/purchases//messages",
        ),
        *(f"/disputes/{UUID(int=0)}", "/disputes/7", "/disputes/7/rulings", "/disputes/%FF/offers"),
        *(f"/purchases/{purchase}/messages/1", f"/purchases/{purchase}/messages/one", "/purchases/", "/nothing", "/"),
    ]
    nobody = Caller(caller("nobody").client, token)
    answers = [nobody(method, path) for path in places]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.data for answer in answers}) == 1
    differing = {"X-Request-Id", "Date"}
    heads = [[head for head in answer.headers if head[0] not in differing] for answer in answers]
    assert heads == [heads[0]] * len(places)
    assert answers[0].headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [(method, path, body) for _, method, path, body, _ in TABLE if path.startswith("/purchases/{id}")],
)
def test_a_foreign_purchase_and_a_missing_one_are_told_in_the_same_bytes(
    method: str, path: str, body: object, purchase: str, caller: Callable[[str], Caller]
) -> None:
    stranger = caller("stranger")
    foreign = stranger(method, path.format(id=purchase), body)
    missing = stranger(method, path.format(id="NOSUCHPURCHASE00"), body)
    assert said(foreign, 404) == said(missing, 404)
    assert foreign.data == missing.data
    differing = {"X-Request-Id", "Date"}
    assert [h for h in foreign.headers if h[0] not in differing] == [
        h for h in missing.headers if h[0] not in differing
    ]


def test_a_person_is_buyer_of_one_purchase_and_seller_of_another(shop: Shop, caller: Callable[[str], Caller]) -> None:
    shop.purchase(buyer={"email": "both@example.com"})
    shop.purchase(seller={"external_id": "99", "email": "both@example.com"})
    both = caller("both")
    assert sorted(item["side"] for item in said(both.get("/purchases"), 200)["items"]) == ["buyer", "seller"]
    assert len(said(both.get("/purchases?side=buyer"), 200)["items"]) == 1


def test_a_session_of_the_pages_opens_nothing_here(purchase: str, signed_in: Callable[[str], FlaskClient]) -> None:
    client = signed_in("marcus@example.com")
    assert client.get("/purchases").status_code == 200
    assert client.get(f"/api/purchases/{purchase}").status_code == 401


def test_a_revoked_token_opens_nothing(purchase: str, buyer: Caller, work: Work) -> None:
    said(buyer.get(f"/purchases/{purchase}"), 200)
    with work() as session:
        session.execute(update(Token).values(revoked_at=now()))
    said(buyer.get(f"/purchases/{purchase}"), 401)


def test_addresses_are_for_operators_alone(purchase: str, buyer: Caller, seller: Caller, operator: Caller) -> None:
    for party in (buyer, seller):
        assert "@" not in party.get(f"/purchases/{purchase}").text
        assert "@" not in party.get("/purchases").text
    shown = said(operator.get(f"/purchases/{purchase}"), 200)
    assert shown["buyer"]["email"] == "marcus@example.com"
    assert shown["seller"]["email"] == "shop@example.net"
