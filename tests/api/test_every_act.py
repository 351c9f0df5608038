"""One dispute in which nearly everything is done that can be done, each answer as the document says."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO

import time_machine
from flask import Flask

from arbitration.rules.instants import show_instant
from arbitration.services import tokens
from tests.api.client import Client, Document
from tests.api.conftest import Caller
from tests.disputes.hearing import REASONS, at
from tests.support.shop import Shop, Work

PRICE, SLIP = ({"amount": amount, "currency": "USD"} for amount in ("12.50", "12.05"))
OPENING = {
    "reason": "invalid",
    "requested": "refund",
    "defect": "Refused as used",
    "checked_at": "2026-11-20T10:00:00Z",
    "since": "2026-11-20T09:00:00Z",
    "tried": "Another computer.",
    "statement": "The platform says that the key was used before.",
}


def talks(buyer: Client, seller: Client, names: dict[str, object]) -> None:
    """Opened, and argued over for a day."""
    names["dispute_id"] = buyer("openDispute", OPENING, **names)["id"]
    assert buyer("changeRequestedRemedy", {"requested": "replacement"}, **names)["requested"] == "replacement"
    fact = seller("stateFact", {"name": "can_replace", "value": False}, **names)
    position = seller("postMessage", {"text": "Write to me elsewhere."}, **names)["position"]
    report = buyer("reportConduct", {"kind": "outside_contact_demanded"}, **names | {"position": position})
    names |= {"fact_id": fact["id"], "position": position, "report_id": report["id"], "offer": 1, "ruling": 1}
    half = {"remedy": "part_refund", "amount": {"amount": "6.00", "currency": "USD"}}
    (offer,) = seller("makeOffer", half, **names)["offers"]
    assert (offer["amount"], offer["state"]) == (half["amount"], "open")
    counter = {"answer": "counter", "counter": {"remedy": "refund"}}
    assert [each["state"] for each in buyer("answerOffer", counter, **names)["offers"]] == ["countered", "open"]


def hearing(arbiter: Client, seller: Client, operator: Client, names: dict[str, object]) -> None:
    """Facts, conduct and exhibits before the arbiter, until he hands the case over."""
    arbiter("takeDispute", {}, **names)
    decided = {"decision": "corrected", "correction": True, "reason": "The shop still sells this key."}
    assert arbiter("decideFact", decided, **names)["facts"][-1]["correction"] is True
    added = {"name": "admitted_by_seller", "value": True, "reason": "The seller says so."}
    assert arbiter("addFact", added, **names)["facts"][-1]["stated_by"] == "arbiter"
    assert arbiter("strikeConduct", {"reason": "It was no demand."}, **names)["conduct"][0]["struck_at"]
    asked = {"from": "seller", "what": "log", "due": show_instant(at(50))}
    assert arbiter("requestExhibit", asked, **names)["requests"][0]["from"] == "seller"
    seller("objectToArbiter", {"ground": "language", "text": "I read no English."}, **names)
    refused = operator("decideObjection", {"granted": False, "text": "The listing is in English."}, **names)
    assert refused["objections"][0]["granted"] is False
    form = {"kind": "log", "file": (BytesIO(b"10:02 handed out\n"), "stock.txt")}
    assert seller("uploadExhibit", form=form, **names)["number"] == "E1"
    given = arbiter("handOverDispute", {"ground": "absence", "to": "oskar@arbiters.example.org"}, **names)
    assert (given["arbiter"], given["requests"][0]["answered_at"] is None) == (None, False)


def rulings(oskar: Client, ivy: Client, buyer: Client, seller: Client, names: dict[str, object]) -> None:
    """A ruling with a slip in it, which is mended; and an appeal, which another arbiter grants."""
    oskar("takeDispute", {}, **names)
    (ruling,) = oskar("issueRuling", {"remedy": "refund", "amount": SLIP, "reasons": REASONS}, **names)["rulings"]
    assert ruling["amount"] == SLIP
    buyer("requestCorrection", {"text": "The price was 12.50."}, **names)
    mended = oskar("correctRuling", {"field": "amount", "before": SLIP, "after": PRICE, "text": "A slip."}, **names)
    assert (mended["questions"][0]["before"], mended["questions"][0]["after"]) == (SLIP, PRICE)
    assert mended["rulings"][0]["amount"] == PRICE
    seller("requestClarification", {"text": "By when?"}, **names)
    oskar("clarifyRuling", {"text": "Once the time for an appeal is over."}, **names)
    seller("appealRuling", {"ground": "error_of_fact", "text": "The key was new."}, **names)
    oskar("takeDispute", {}, status=409, **names)
    ivy("takeDispute", {}, **names)
    again = ivy("issueRuling", {"remedy": "replacement", "reasons": REASONS}, **names)
    assert (again["stage"], again["appeals"][0]["decision"]) == ("enforcement", "granted")
    assert [each["in_force"] for each in again["rulings"]] == [False, True]


def test_a_dispute_with_nearly_everything_in_it(
    app: Flask, work: Work, shop: Shop, caller: Callable[[str], Caller]
) -> None:
    document, names = Document(app), {"external_id": shop.purchase()}

    def arbiter(name: str, moment: datetime) -> Client:
        with work() as session:
            return Client(document, tokens.new_token(session, "arbiter", f"{name}@arbiters.example.org", moment))

    with time_machine.travel(at(0)) as clock:
        oskar, ivy = (arbiter(name, at(0)) for name in ("oskar", "ivy"))
        everybody = ("buyer", "seller", "operator", "arbiter", "gateway")
        buyer, seller, operator, helen, gateway = (Client(document, caller(name).token or "") for name in everybody)
        talks(buyer, seller, names)
        clock.move_to(at(25))
        buyer("escalateDispute", {"text": "We get nowhere."}, **names)
        hearing(helen, seller, operator, names)
        clock.move_to(at(48))
        rulings(oskar, ivy, buyer, seller, names)
        names["remedy_id"] = seller("deliverReplacement", {"content": "AAAA-BBBB"}, **names)["id"]
        assert buyer("openReplacement", **names)["content"] == "AAAA-BBBB"
        buyer("reopenDispute", {"text": "This key is refused too."}, **names)
        names["offer"] = seller("makeOffer", {"remedy": "refund"}, **names)["offers"][-1]["offer"]
        assert buyer("answerOffer", {"answer": "accept"}, **names)["turn"] == "operator"
        operator("approveRefund", {}, status=409, **names)
        paid = gateway("confirmRefund", {"amount": PRICE}, **names)
        assert (paid["outcome"], paid["refund"]["state"]) == ("settled", "done")
