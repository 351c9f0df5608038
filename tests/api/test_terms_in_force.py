"""A program sees which terms hold, where each comes from, and the words."""

from collections.abc import Callable

from flask import Flask

from arbitration.rules.listings import read_terms
from arbitration.scheduler.readings import read_waiting
from tests.api.conftest import Caller
from tests.moments import NOW
from tests.support.shop import Shop

TEXT = "A key.\nWarranty: 14 days from delivery."


def test_each_term_with_its_source_and_its_words(shop: Shop, app: Flask, caller: Callable[[str], Caller]) -> None:
    purchase = shop.purchase(listing={"description": TEXT, "terms": {"video_required": True}})
    terms = caller("buyer").get(f"/purchases/{purchase}").json["terms_in_force"]
    assert (terms["state"], terms["warranty"]["source"]) == ("waiting", "not_stated")
    sum(read_waiting(app, NOW))
    shown = caller("seller").get(f"/purchases/{purchase}").json
    assert shown["listing"]["terms"] == {"video_required": True}
    quote = read_terms(TEXT).warranty_quote
    assert shown["terms_in_force"] == {
        "state": "read",
        "warranty": {
            "value": {"kind": "period", "duration": "P14D", "starts": "delivery"},
            "source": "description",
            "quote": quote.as_dict(),
        },
        "video_required": {"value": True, "source": "marketplace", "quote": None},
        "disclosed": {"value": None, "source": "not_stated", "quote": None},
        "hesitated": [],
        "contradicting": [],
    }


def test_a_finding_that_rests_on_the_listings_words_says_so(
    shop: Shop, app: Flask, caller: Callable[[str], Caller]
) -> None:
    purchase = shop.purchase(listing={"description": TEXT, "terms": None})
    sum(read_waiting(app, NOW))
    path = f"/purchases/{purchase}/assessment?at=2026-11-12T00:00:00Z"
    answers = caller("buyer").get(path, Accept_Language="ru").json["answers"]
    found = [finding for answer in answers for finding in answer["findings"] if finding["rule"] == "warranty.period"]
    assert found
    assert all("Warranty: 14 days" in finding["note"] for finding in found)
    assert {answer["warranty"]["expires_at"] for answer in answers} >= {"2026-11-24T10:02:00Z"}
