"""Reading and writing a correspondence."""

from collections.abc import Callable

import pytest

from tests.api.conftest import Caller, said
from tests.support.shop import Shop


def test_what_one_side_writes_the_other_reads(purchase: str, buyer: Caller, seller: Caller) -> None:
    path = f"/purchases/{purchase}/messages"
    said(buyer.post(path, {"text": "The key fails.", "reports_problem": True}), 201)
    said(seller.post(path, {"text": "Нова є — тримайте 🔑"}), 201)
    items = said(buyer.get(path), 200)["items"]
    assert [(m["position"], m["by"], m["text"], m["reports_problem"], m["version"]) for m in items] == [
        (1, "buyer", "The key fails.", True, 1),
        (2, "seller", "Нова є — тримайте 🔑", False, 1),
    ]
    assert items == said(seller.get(path), 200)["items"]
    assert all(m["posted_at"].endswith("Z") for m in items)
    assert said(seller.get(f"/purchases/{purchase}"), 200)["messages"] == 2


def test_a_correspondence_comes_in_parts(purchase: str, buyer: Caller) -> None:
    path = f"/purchases/{purchase}/messages"
    for number in range(5):
        said(buyer.post(path, {"text": f"Message {number}"}), 201)
    first = said(buyer.get(f"{path}?limit=2"), 200)
    second = said(buyer.get(f"{path}?limit=2&cursor={first['next']}"), 200)
    third = said(buyer.get(f"{path}?limit=2&cursor={second['next']}"), 200)
    assert [m["position"] for part in (first, second, third) for m in part["items"]] == [1, 2, 3, 4, 5]
    assert third["next"] is None
    assert [m["position"] for m in said(buyer.get(f"{path}?after=3"), 200)["items"]] == [4, 5]
    assert said(buyer.get(f"{path}?after=5"), 200) == {"items": [], "next": None}
    said(buyer.get(f"{path}?after=1&cursor={first['next']}"), 422)


def test_a_cursor_of_another_correspondence_goes_on_nowhere(shop: Shop, caller: Callable[[str], Caller]) -> None:
    one, other = shop.purchase(), shop.purchase()
    buyer = caller("buyer")
    for text in ("One", "Two"):
        said(buyer.post(f"/purchases/{one}/messages", {"text": text}), 201)
    cursor = said(buyer.get(f"/purchases/{one}/messages?limit=1"), 200)["next"]
    assert said(buyer.get(f"/purchases/{other}/messages?cursor={cursor}"), 422)["errors"][0]["path"] == "cursor"


def test_an_edit_that_did_not_see_the_last_one_is_refused(purchase: str, buyer: Caller) -> None:
    path = f"/purchases/{purchase}/messages"
    said(buyer.post(path, {"text": "First"}), 201)
    assert said(buyer("PATCH", f"{path}/1", {"text": "Second", "seen": 1}), 200)["version"] == 2
    said(buyer("PATCH", f"{path}/1", {"text": "Third", "seen": 1}), 409)
    assert said(buyer.get(path), 200)["items"][0]["text"] == "Second"


def test_a_deleted_message_leaves_a_tombstone(purchase: str, buyer: Caller, seller: Caller) -> None:
    path = f"/purchases/{purchase}/messages"
    said(buyer.post(path, {"text": "A password: hunter2"}), 201)
    assert said(buyer("DELETE", f"{path}/1"), 200)["text"] is None
    item = said(seller.get(path), 200)["items"][0]
    assert item["text"] is None
    assert item["deleted_at"] is not None
    said(buyer("DELETE", f"{path}/1"), 409)
    said(buyer("PATCH", f"{path}/1", {"text": "Again"}), 409)


@pytest.mark.parametrize("position", ["0", "2", "2147483647", "99999999999999999999", "-1", "one"])
def test_a_message_that_is_not_there_cannot_be_changed(position: str, purchase: str, buyer: Caller) -> None:
    said(buyer.post(f"/purchases/{purchase}/messages", {"text": "First"}), 201)
    said(buyer("PATCH", f"/purchases/{purchase}/messages/{position}", {"text": "Mine"}), 404)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "text"),
        ({"text": None}, "text"),
        ({"text": 7}, "text"),
        ({"text": ["a"]}, "text"),
        ({"text": " \n "}, "text"),
        ({"text": "x" * 20_001}, "text"),
        ({"text": "x" * 200_000}, "text"),
        ({"text": "a", "reports_problem": 1}, "reports_problem"),
        ({"text": "a", "reports_problem": "true"}, "reports_problem"),
        ({"text": "a", "author": "seller"}, "author"),
        ({"text": "a", "posted_at": "2020-01-01T00:00:00Z"}, "posted_at"),
        (b'{"text":"a","text":"b"}', "text"),
        (b'{"text":"\\ud800"}', "text"),
        (b'{"text":"\\u0000"}', "text"),
        (b'{"text":"a","\\ud800":1}', "\\ud800"),
        ([], "$"),
        ("text", "$"),
        (b"null", "$"),
        (b"7", "$"),
        (b'{"text":' + b"[" * 200 + b"]" * 200 + b"}", "$"),
    ],
)
def test_a_fault_names_its_field(body: object, path: str, purchase: str, buyer: Caller) -> None:
    data = body if isinstance(body, bytes | dict) else b'"text"' if isinstance(body, str) else b"[]"
    problem = said(buyer.post(f"/purchases/{purchase}/messages", data), 422)
    assert [fault["path"] for fault in problem["errors"]] == [path]
    assert said(buyer.get(f"/purchases/{purchase}/messages"), 200)["items"] == []


def test_only_a_buyer_marks_a_report(purchase: str, seller: Caller) -> None:
    problem = said(seller.post(f"/purchases/{purchase}/messages", {"text": "a", "reports_problem": True}), 422)
    assert problem["errors"][0]["path"] == "reports_problem"
