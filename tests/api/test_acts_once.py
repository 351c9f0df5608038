"""Acts that are sent twice, or by two at once, happen once; lists go on where they stopped."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import time_machine
from flask import Flask

from tests.api.client import Client, Document
from tests.api.conftest import Caller, said
from tests.api.scenes import LATER, Scene
from tests.support.shop import Shop, Work

OPENING = {"reason": "invalid", "requested": "refund", "statement": "It is refused."}


@pytest.fixture(autouse=True)
def _later() -> object:
    with time_machine.travel(LATER):
        yield


def together(app: Flask, caller: Caller, path: str, body: object, keys: tuple[str, str]) -> list[tuple[int, bytes]]:
    """What two get who send the same at once."""
    ready = Barrier(2)

    def send(key: str) -> tuple[int, bytes]:
        mine = Caller(app.test_client(), caller.token)
        ready.wait(timeout=30)
        answer = mine.post(path, body, Idempotency_Key=key)
        return answer.status_code, answer.data

    with ThreadPoolExecutor(2) as threads:
        return sorted(threads.map(send, keys))


def test_of_two_openings_at_once_one_opens(app: Flask, shop: Shop, caller: Callable[[str], Caller]) -> None:
    purchase = shop.purchase()
    buyer = caller("buyer")
    answers = together(app, buyer, f"/purchases/{purchase}/disputes", OPENING, ("one", "two"))
    assert [status for status, _ in answers] == [201, 409]
    first, again = together(app, buyer, f"/purchases/{purchase}/disputes", OPENING, ("one", "one"))
    assert first == again
    assert len(said(buyer.get("/disputes"), 200)["items"]) == 1


@pytest.mark.parametrize(("keys", "statuses"), [(("one", "one"), [200, 200]), (("one", "two"), [200, 409])])
def test_a_refund_is_confirmed_once(
    keys: tuple[str, str],
    statuses: list[int],
    app: Flask,
    work: Work,
    shop: Shop,
    caller: Callable[[str], Caller],
) -> None:
    scene = Scene.at("refunding", work, shop)
    path = f"/disputes/{scene.names['dispute_id']}/refund/confirmation"
    answers = together(app, caller("gateway"), path, {"amount": {"amount": "5.00", "currency": "USD"}}, keys)
    assert [status for status, _ in answers] == statuses
    buyer = caller("buyer")
    dispute = said(buyer.get(f"/disputes/{scene.names['dispute_id']}"), 200)
    assert (dispute["outcome"], [remedy["state"] for remedy in dispute["remedies"]]) == ("settled", ["done"])
    items = said(buyer.get(f"/purchases/{scene.names['external_id']}/messages"), 200)["items"]
    assert [item["kind"] for item in items].count("refund_paid") == 1


def test_lists_go_on_where_they_stopped_and_say_when_nothing_changed(
    app: Flask, work: Work, shop: Shop, caller: Callable[[str], Caller]
) -> None:
    scenes = [Scene.at("taken", work, shop) for _ in range(3)]
    names = scenes[0].names
    arbiter = Client(Document(app), caller("arbiter").token or "")
    for text in ("One", "Two", "Three"):
        arbiter("postNote", {"text": text}, **names)
    for name in ("listDisputes", "listMessages", "listNotes", "listDocket"):
        whole, parts, cursor = arbiter(name, query={"limit": 200}, **names), [], {}
        while cursor is not None:
            part = arbiter(name, query={"limit": 2} | cursor, **names)
            assert len(part["items"]) <= 2
            parts, cursor = parts + part["items"], part["next"] and {"cursor": part["next"]}
        assert parts == whole["items"]
        assert len(parts) >= 3
    headers = {"Authorization": f"Bearer {arbiter.token}"}
    for path in (f"/api/disputes/{names['dispute_id']}", "/api/disputes", f"/api/disputes/{names['dispute_id']}/notes"):
        answer = app.test_client().get(path, headers=headers)
        again = app.test_client().get(path, headers=headers | {"If-None-Match": answer.headers["ETag"]})
        assert (answer.status_code, again.status_code) == (200, 304)


def test_what_was_hidden_or_deleted_is_shown_to_no_party(
    app: Flask, work: Work, shop: Shop, caller: Callable[[str], Caller]
) -> None:
    names, document = Scene.at("taken", work, shop).names, Document(app)
    clients = {name: Client(document, caller(name).token or "") for name in ("buyer", "seller", "arbiter")}
    gone = clients["buyer"]("postMessage", {"text": "Xylophone"}, **names)["position"]
    clients["buyer"]("deleteMessage", **names | {"position": gone})
    clients["arbiter"]("hideMessage", {"reason": "This is no way to talk."}, **names)
    for name, client in clients.items():
        items = {item["position"]: item for item in client("listMessages", **names)["items"]}
        assert (items[gone]["text"], items[gone]["deleted_at"] is None) == (None, False)
        hidden = items[names["position"]]
        assert (hidden["text"] is None, hidden["hidden_at"] is None) == (name != "arbiter", False)
