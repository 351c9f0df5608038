"""A marketplace, or a seller's own tool, has a draft listing read before it is published."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from arbitration.models import DocketEntry
from arbitration.services import throttles
from tests.api.conftest import Caller, said
from tests.support.shop import Work

DRAFT = "Account with full access.\r\nWarranty 30 days.\r\nNo refunds, replacement only."


def check(who: Caller, text: object = DRAFT, status: int = 200, **more: object) -> dict:
    return said(who.post("/listings/check", {"text": text, **more}), status)


def test_a_seller_is_told_what_is_read_what_it_grants_and_what_to_write(seller: Caller) -> None:
    told = check(seller)
    assert told["reading"]["warranty"] == {"kind": "period", "duration": "P30D", "starts": "delivery"}
    quote = told["reading"]["warranty_quote"]
    assert DRAFT[quote["start"] : quote["end"]] == quote["text"] == "Warranty 30 days"
    assert told["suggestion"] == {
        "text": "Warranty: 30 days from delivery.\nA video is not required.",
        "language": "en",
    }
    granted = {(each["reason"], each["after"]): each for each in told["entitlements"]}
    assert granted["stopped_working", "P10D"]["verdict"] == "covered"
    assert granted["stopped_working", "P10D"]["remedies"] == ["refund", "replacement"]
    assert granted["stopped_working", "P100D"]["verdict"] == "not_covered"
    assert granted["stopped_working", "P100D"]["clauses"] == ["C2"]
    first, second = told["findings"]
    assert (first["code"], first["severity"], first["clauses"]) == ("remedy_denied", "against_agreement", ["F1"])
    assert first["quote"]["text"] == "No refunds, replacement only"
    assert second["code"] == "start_unsaid"
    assert second["instead"] == "Warranty: 30 days from delivery."
    assert "30 days" in second["message"]
    assert told["policy"] == {"id": "agreement", "version": 1}


def test_wordings_come_in_the_language_asked_for_or_in_that_of_the_text(seller: Caller) -> None:
    assert check(seller, language="pl")["suggestion"]["text"].startswith("Gwarancja: 30 dni od dostawy.")
    assert check(seller, "Гарантия 30 дней")["suggestion"]["language"] == "ru"
    assert check(seller, "123")["suggestion"]["language"] == "en"
    french = said(seller.post("/listings/check", {"text": DRAFT}, Accept_Language="fr"), 200)
    assert french["suggestion"]["language"] == "en"
    assert french["findings"][0]["message"] != check(seller)["findings"][0]["message"]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "text"),
        ({"text": "  \n "}, "text"),
        ({"text": 7}, "text"),
        ({"text": "x" * 20_001}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"text": "x", "language": "de"}, "language"),
        ({"text": "x", "title": "y"}, "title"),
    ],
)
def test_what_cannot_be_read_is_told_by_field(seller: Caller, body: object, path: str) -> None:
    problem = said(seller.post("/listings/check", body), 422)
    assert [fault["path"] for fault in problem["errors"]] == [path]


def test_it_needs_a_key_as_every_post_does(seller: Caller) -> None:
    assert said(seller.post("/listings/check", {"text": "x"}, Idempotency_Key=""), 400)["type"].endswith("key-missing")


def test_nothing_is_kept_of_a_draft(seller: Caller, work: Work) -> None:
    def entries() -> int:
        with work() as session:
            return session.scalar(select(func.count()).select_from(DocketEntry)) or 0

    before = entries()
    check(seller)
    assert entries() == before


def test_who_sells_nothing_may_not(buyer: Caller, operator: Caller, caller: Callable[[str], Caller]) -> None:
    for who in (buyer, caller("stranger"), caller("arbiter"), caller("gateway")):
        check(who, status=403)
    check(operator)


def test_somebody_who_checks_without_end_has_to_wait(seller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttles, "LISTINGS_CHECKED", throttles.Limit("listings checked", 2))
    check(seller)
    check(seller)
    answer = seller.post("/listings/check", {"text": DRAFT})
    assert said(answer, 429)["type"].endswith("too-often")
    assert int(answer.headers["Retry-After"]) > 0
