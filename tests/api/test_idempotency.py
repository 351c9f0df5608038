"""A request that is sent twice does its work once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import update

from arbitration.models import IdempotentAnswer
from arbitration.services.idempotency import KEPT
from tests.api.conftest import Caller, said
from tests.support.shop import Shop, Work

TEXT = {"text": "The key fails."}


def count(who: Caller, purchase: str) -> int:
    return len(said(who.get(f"/purchases/{purchase}/messages"), 200)["items"])


def test_a_post_without_a_key_is_refused(purchase: str, buyer: Caller) -> None:
    for key in ("", " ", "x" * 256, "é"):
        problem = said(buyer.post(f"/purchases/{purchase}/messages", TEXT, Idempotency_Key=key), 400)
        assert problem["type"] == "/api/docs#key-missing"
    assert count(buyer, purchase) == 0


def test_the_same_request_again_gets_the_first_answer(purchase: str, buyer: Caller) -> None:
    path = f"/purchases/{purchase}/messages"
    first = buyer.post(path, TEXT, Idempotency_Key="one")
    again = buyer.post(path, TEXT, Idempotency_Key="one")
    assert (first.status_code, again.status_code) == (201, 201)
    assert (first.data, first.content_type) == (again.data, again.content_type)
    assert count(buyer, purchase) == 1


@pytest.mark.parametrize("body", [b"no json", b"{}", b'{"text":" "}', b'{"text":"a","colour":"red"}'])
def test_a_refusal_is_the_first_answer_too(body: bytes, purchase: str, buyer: Caller) -> None:
    path = f"/purchases/{purchase}/messages"
    first = buyer.post(path, body, Idempotency_Key="one")
    again = buyer.post(path, body, Idempotency_Key="one", Accept_Language="fr")
    assert first.status_code in (400, 422)
    assert (again.status_code, again.data, again.content_type) == (first.status_code, first.data, first.content_type)
    reused = said(buyer.post(path, TEXT, Idempotency_Key="one"), 422)
    assert reused["type"] == "/api/docs#key-reused"
    assert count(buyer, purchase) == 0


def test_the_same_key_for_another_purchase_is_another_request(shop: Shop, caller: Callable[[str], Caller]) -> None:
    one, other = shop.purchase(), shop.purchase()
    buyer = caller("buyer")
    said(buyer.post(f"/purchases/{one}/messages", TEXT, Idempotency_Key="one"), 201)
    said(buyer.post(f"/purchases/{other}/messages", TEXT, Idempotency_Key="one"), 422)


def test_keys_belong_to_a_token_and_an_operation(
    purchase: str, buyer: Caller, operator: Caller, caller: Callable[[str], Caller]
) -> None:
    path = f"/purchases/{purchase}/messages"
    said(buyer.post(path, TEXT, Idempotency_Key="one"), 201)
    said(caller("buyer").post(path, TEXT, Idempotency_Key="one"), 201)
    assert count(buyer, purchase) == 2
    said(operator.post(path, TEXT, Idempotency_Key="one"), 403)
    said(operator.post("/purchases", {"purchases": []}, Idempotency_Key="one"), 200)


def test_a_key_means_nothing_any_more_after_48_hours(purchase: str, buyer: Caller, work: Work) -> None:
    path = f"/purchases/{purchase}/messages"
    said(buyer.post(path, TEXT, Idempotency_Key="one"), 201)
    with work() as session:
        kept = IdempotentAnswer.answered_at
        for row in session.query(IdempotentAnswer):
            session.execute(update(IdempotentAnswer).values({kept: row.answered_at - 2 * KEPT}))
    said(buyer.post(path, TEXT, Idempotency_Key="one"), 201)
    assert count(buyer, purchase) == 2


def test_of_many_at_once_one_does_the_work_and_all_get_its_answer(purchase: str, buyer: Caller, app: Flask) -> None:
    together, path = Barrier(6), f"/purchases/{purchase}/messages"

    def send(_: int) -> tuple[int, bytes]:
        mine = Caller(app.test_client(), buyer.token)
        together.wait(timeout=30)
        answer = mine.post(path, TEXT, Idempotency_Key="one")
        return answer.status_code, answer.data

    with ThreadPoolExecutor(6) as threads:
        answers = set(threads.map(send, range(6)))
    assert [status for status, _ in answers] == [201]
    assert count(buyer, purchase) == 1


def test_writers_at_once_lose_nothing(purchase: str, buyer: Caller, seller: Caller, app: Flask) -> None:
    together, path = Barrier(8), f"/purchases/{purchase}/messages"

    def send(number: int) -> int:
        mine = Caller(app.test_client(), (buyer if number % 2 else seller).token)
        together.wait(timeout=30)
        return mine.post(path, {"text": f"Message {number}"}).status_code

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(send, range(8))) == {201}
    items = said(buyer.get(path), 200)["items"]
    assert [item["position"] for item in items] == list(range(1, 9))
    assert len({item["text"] for item in items}) == 8
