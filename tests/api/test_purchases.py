"""Importing, listing and reading purchases, and asking what a buyer may demand."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from arbitration.rules.answer import answer
from arbitration.rules.engine import decide
from arbitration.rules.reading import read_case
from arbitration.services import policies
from tests.api.conftest import Caller, said
from tests.support.shop import Shop, Work


def test_each_row_of_an_import_is_answered_in_its_place(operator: Caller, shop: Shop) -> None:
    good, bad = shop.row(), shop.row(price={"amount": "12.5", "currency": "USD"})
    body = {"purchases": [good, bad, "no row", None, {"external_id": "ONLYTHIS", "colour": "red"}]}
    results = said(operator.post("/purchases", body), 200)["results"]
    assert [row["result"] for row in results] == ["created", "refused", "refused", "refused", "refused"]
    assert [row["external_id"] for row in results] == [good["external_id"], bad["external_id"], None, None, "ONLYTHIS"]
    assert [fault["path"] for fault in results[1]["errors"]] == ["price.amount"]
    assert "colour" in [fault["path"] for fault in results[4]["errors"]]
    assert said(operator.get(f"/purchases/{good['external_id']}"), 200)["price"] == {
        "amount": "12.50",
        "currency": "USD",
    }


def test_the_same_import_again_changes_nothing(operator: Caller, shop: Shop) -> None:
    row = shop.row()
    said(operator.post("/purchases", {"purchases": [row]}), 200)
    again = said(operator.post("/purchases", {"purchases": [row]}), 200)["results"]
    assert again == [{"external_id": row["external_id"], "result": "unchanged", "ignored": [], "errors": []}]


def test_a_changed_listing_is_told_as_ignored(operator: Caller, shop: Shop) -> None:
    row = shop.row()
    said(operator.post("/purchases", {"purchases": [row]}), 200)
    row["listing"]["description"] = "No warranty."
    result = said(operator.post("/purchases", {"purchases": [row]}), 200)["results"][0]
    assert result["ignored"] == ["listing.description"]
    assert "30 days" in said(operator.get(f"/purchases/{row['external_id']}"), 200)["listing"]["description"]


def test_a_thousand_rows_are_taken_at_once_and_no_more(operator: Caller) -> None:
    assert len(said(operator.post("/purchases", {"purchases": [{}] * 1000}), 200)["results"]) == 1000
    problem = said(operator.post("/purchases", {"purchases": [{}] * 1001}), 422)
    assert problem["errors"][0]["path"] == "purchases"


@pytest.mark.parametrize(
    "row", ['{"external_id":"\\u0000"}', '{"external_id":"\\ud800"}', '{"a":1,"a":2}', "1e999", "[[]]"]
)
def test_a_row_of_nonsense_refuses_itself_alone(row: str, operator: Caller) -> None:
    answer = operator.post("/purchases", f'{{"purchases":[{row}]}}'.encode())
    assert [result["result"] for result in said(answer, 200)["results"]] == ["refused"]


def test_a_purchase_is_told_in_the_words_of_the_import(purchase: str, buyer: Caller, shop: Shop) -> None:
    shown = said(buyer.get(f"/purchases/{purchase}"), 200)
    row = shop.row(external_id=purchase)
    for name in ("external_id", "listing", "price", "quantity", "payment_started_at", "paid_at", "delivered_at"):
        assert shown[name] == row[name], name
    assert shown["seller"] == {name: value for name, value in row["seller"].items() if name != "email"}
    assert shown["buyer"] == {"name": "Marcus Lowe", "language": "en"}
    assert shown["policy"] == {"id": "agreement", "version": 1}
    assert (shown["side"], shown["messages"], shown["last_message_at"]) == ("buyer", 0, None)


def test_money_has_the_decimals_of_its_currency(operator: Caller, shop: Shop) -> None:
    yen = shop.purchase(price={"amount": "1250", "currency": "JPY"})
    assert said(operator.get(f"/purchases/{yen}"), 200)["price"] == {"amount": "1250", "currency": "JPY"}


def test_a_list_comes_in_parts_without_a_gap(shop: Shop, caller: Callable[[str], Caller]) -> None:
    made = {shop.purchase() for _ in range(5)}
    buyer, seen, path = caller("buyer"), [], "/purchases?limit=2"
    while path:
        part = said(buyer.get(path), 200)
        assert len(part["items"]) <= 2
        seen += [item["external_id"] for item in part["items"]]
        path = part["next"] and f"/purchases?limit=2&cursor={part['next']}"
    assert len(seen) == 5
    assert set(seen) == made


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=ten", "limit"),
        ("limit=1&limit=2", "limit"),
        ("limit=٣", "limit"),
        ("cursor=abc", "cursor"),
        ("cursor=", "cursor"),
        ("cursor=W10", "cursor"),
        ("cursor=" + "A" * 500, "cursor"),
        (
            "cursor=WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzE0OjAwIiwiMTIzNDU2NzgtMTIzNC0xMjM0LTEyMzQtMTIzNDU2Nzg5MDEyIl0",
            "cursor",
        ),
        ("side=both", "side"),
        ("offset=3", "offset"),
        ("text=%00", "text"),
    ],
)
def test_a_list_is_asked_for_with_what_it_knows(query: str, path: str, buyer: Caller) -> None:
    problem = said(buyer.get(f"/purchases?{query}"), 422)
    assert [fault["path"] for fault in problem["errors"]] == [path]


def test_an_operation_without_a_query_refuses_one(purchase: str, buyer: Caller) -> None:
    assert said(buyer.get(f"/purchases/{purchase}?full=yes"), 422)["errors"][0]["path"] == "full"


@pytest.mark.parametrize(
    "name", ["%00", "%0A", "A" * 65, "%F0%9F%98%80", "%ED%A0%80", "..%2F..", "%C2%80", "' OR 1=1 --"]
)
def test_an_id_of_any_characters_is_not_there(name: str, buyer: Caller, operator: Caller) -> None:
    for who in (buyer, operator):
        said(who.get(f"/purchases/{name}"), 404)
        said(who.get(f"/purchases/{name}/messages"), 404)


def case_of(purchase: dict[str, Any], reason: str, at: str) -> dict[str, Any]:
    times = {name: purchase[name] for name in ("payment_started_at", "paid_at", "delivered_at")}
    claim = {"reason": reason, "opened_at": at, "requested": "refund"}
    return {"as_of": at, "listing": {"terms": purchase["listing"]["terms"]}, "purchase": times, "claim": claim}


def test_every_reason_is_answered_as_the_engine_does(purchase: str, buyer: Caller, work: Work) -> None:
    at = "2026-11-12T00:00:00Z"
    shown = said(buyer.get(f"/purchases/{purchase}"), 200)
    found = said(buyer.get(f"/purchases/{purchase}/assessment?at={at}"), 200)
    assert (found["purchase"], found["at"], found["awaiting_delivery"]) == (purchase, at, [])
    with work() as session:
        policy = policies.policy_of(policies.in_force_at(session, datetime(2026, 11, 10, tzinfo=UTC)))
    assert len(found["answers"]) == 7
    for given in found["answers"]:
        verdict = decide(read_case(case_of(shown, given["reason"], at), policy), policy)
        wanted = answer(verdict)
        for part in ("policy", "verdict", "decided_by", "remedies", "warranty", "reported_at", "not_before", "missing"):
            assert given[part] == wanted[part], (given["reason"], part)
        assert list(given) == ["reason", *wanted]


def test_an_answer_counts_only_what_was_known_by_then(purchase: str, buyer: Caller) -> None:
    before_payment = said(buyer.get(f"/purchases/{purchase}/assessment?at=2026-11-10T10:00:30Z"), 200)
    assert (before_payment["answers"], before_payment["awaiting_delivery"]) == ([], [])
    undelivered = said(buyer.get(f"/purchases/{purchase}/assessment?at=2026-11-10T10:01:30Z"), 200)
    reasons = [given["reason"] for given in undelivered["answers"]]
    assert reasons == ["not_delivered", "payment_not_credited", "changed_mind"]
    assert undelivered["answers"][0]["verdict"] == "covered"
    assert undelivered["awaiting_delivery"] == ["not_as_described", "invalid", "stopped_working", "reclaimed"]


@pytest.mark.parametrize("at", ["yesterday", "2026-11-12", "2026-11-12T00:00:00", "2026-11-12T00:00:00 00:00", ""])
def test_a_moment_without_an_offset_is_no_moment(at: str, purchase: str, buyer: Caller) -> None:
    problem = said(buyer.get(f"/purchases/{purchase}/assessment?at={at}"), 422)
    assert problem["errors"][0]["path"] == "at"


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"])
def test_any_moment_can_be_asked_about(at: str, purchase: str, buyer: Caller) -> None:
    assert said(buyer.get(f"/purchases/{purchase}/assessment?at={at}"), 200)["at"] == at


def test_sentences_come_in_the_language_asked_for(purchase: str, buyer: Caller) -> None:
    path = f"/purchases/{purchase}/assessment?at=2026-11-12T00:00:00Z"
    english = said(buyer.get(path), 200)["answers"][0]["findings"][0]["because"]
    ukrainian = said(buyer.get(path, Accept_Language="uk"), 200)["answers"][0]["findings"][0]["because"]
    assert english.isascii()
    assert not ukrainian.isascii()
