"""What an arbiter may rule, on what a ruling may rest, and what follows from it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy import select

from arbitration.domain.refusals import ConflictError, ForbiddenError, InvalidError
from arbitration.domain.rulings import RulingForm
from arbitration.models import DocketHead, Intent, MessageVersion, Offer, Remedy, Ruling
from arbitration.services import messages
from arbitration.services.disputes import requests, rulings
from arbitration.services.disputes.offers import make_offer
from arbitration.services.disputes.rulings import issue
from tests.disputes.hearing import REASONS, REFUND, Hearing, Work, at
from tests.support.shop import Shop

PRICE = 1250


def test_a_ruling_opens_the_window_for_an_appeal_and_ends_what_else_was_owed(hearing: Hearing) -> None:
    helen = hearing.taken(25)
    hearing.do(make_offer, hearing.seller, "part_refund", 500, "Half of it?", at(26))
    ruling = hearing.do(issue, helen, replace(REFUND, findings=("warranty.period",)), at(30))
    assert (ruling.number, ruling.amount, ruling.departs) == (1, PRICE, False)
    assert ruling.verdict["verdict"] == "covered"
    dispute = hearing.dispute()
    assert (dispute.stage, dispute.next_due_at) == ("ruled", at(30 + 7 * 24))
    assert hearing.due("appeal") == [at(30 + 7 * 24)]
    assert [hearing.due(kind) for kind in ("ruling", "offer")] == [[], []]
    (event,) = hearing.said("ruling")
    with hearing.work() as session:
        head = session.get_one(DocketHead, hearing.purchase_row(session).id).hash
        assert event.about["docket_head"] == ruling.docket_head == head
        assert session.scalars(select(Offer.state)).all() == ["superseded"]


def test_nobody_but_the_arbiter_of_the_case_rules(hearing: Hearing) -> None:
    hearing.taken(25)
    for other in (hearing.arbiter("oskar"), hearing.buyer, hearing.operator):
        with pytest.raises(ForbiddenError):
            hearing.do(issue, other, REFUND, at(26))


WRONG = {
    "remedy": [RulingForm("apology", reasons=REASONS)],
    "amount": [
        replace(REFUND, amount=PRICE + 1),
        replace(REFUND, amount=100),
        RulingForm("part_refund", PRICE, REASONS, departs_because="Half was used."),
        RulingForm("part_refund", 0, REASONS, departs_because="Half was used."),
        RulingForm("replacement", 5, REASONS),
    ],
    "reasons": [replace(REFUND, reasons="Because.")],
    "departs_because": [RulingForm("dismissal", reasons=REASONS)],
    "findings": [replace(REFUND, findings=("video.magic",))],
    "exhibits": [replace(REFUND, exhibits=(7,))],
    "messages": [replace(REFUND, messages=(99,))],
}


def test_a_ruling_that_says_what_cannot_be_is_refused(hearing: Hearing) -> None:
    helen = hearing.taken(25)
    for field, forms in WRONG.items():
        for form in forms:
            with pytest.raises(InvalidError) as refusal:
                hearing.do(issue, helen, form, at(26))
            assert [fault.path for fault in refusal.value.faults] == [field], form
    hearing.do(issue, helen, replace(REFUND, amount=100, less_than_price=True), at(26))


def test_another_remedy_than_the_advice_needs_its_reasons_and_they_stand_in_the_ruling(hearing: Hearing) -> None:
    helen = hearing.taken(25)
    form = RulingForm("part_refund", 600, REASONS, departs_because="The buyer used half of it.")
    ruling = hearing.do(issue, helen, form, at(26))
    assert ruling.departs
    (event,) = hearing.said("ruling")
    with hearing.work() as session:
        text = session.scalar(select(MessageVersion.text).where(MessageVersion.message_id == event.id))
        assert text == f"{REASONS}\n\nThe buyer used half of it."


def test_no_ruling_rests_on_an_exhibit_that_the_other_side_has_had_for_less_than_48_hours(hearing: Hearing) -> None:
    hearing.exhibit("buyer", "screenshot", 24.5)
    hearing.exhibit("seller", "log", 25, seen=False)
    helen = hearing.taken(25)
    form = replace(REFUND, exhibits=(1,))
    with pytest.raises(ConflictError) as refusal:
        hearing.do(issue, helen, form, at(72.49))
    assert refusal.value.values == {"exhibit": "E1", "at": at(72.5)}
    with pytest.raises(ConflictError, match="can't see exhibit E2 yet"):
        hearing.do(issue, helen, replace(REFUND, exhibits=(2,)), at(100))
    assert hearing.do(issue, helen, form, at(72.5)).exhibits == [1]


def test_a_message_that_a_ruling_cites_stays_as_it_is(hearing: Hearing) -> None:
    with hearing.work() as session:
        cited = messages.post_message(session, hearing.seller, hearing.purchase, "I admit it.", at(24.5))
        gone = messages.post_message(session, hearing.seller, hearing.purchase, "I deny it.", at(24.6))
        messages.delete_message(session, hearing.seller, hearing.purchase, gone.message.position, at(24.7))
        positions = cited.message.position, gone.message.position
    helen = hearing.taken(25)
    with pytest.raises(InvalidError):
        hearing.do(issue, helen, replace(REFUND, messages=positions), at(26))
    hearing.do(issue, helen, replace(REFUND, messages=positions[:1]), at(26))
    with hearing.work() as session, pytest.raises(ConflictError, match="A ruling rests on this message"):
        messages.edit_message(session, hearing.seller, hearing.purchase, positions[0], "I said nothing.", at(27))


def test_no_ruling_while_what_was_asked_for_may_still_come(hearing: Hearing) -> None:
    helen = hearing.taken(25)
    hearing.do(requests.ask, helen, "buyer", "video", at(73), "Of the payment, please.", at(25))
    with hearing.work() as session:
        messages.post_message(session, hearing.buyer, hearing.purchase, "I will look for it.", at(26))
    hearing.exhibit("buyer", "screenshot", 27)
    hearing.exhibit("seller", "video", 27)
    with pytest.raises(ConflictError, match="may still be filed") as refusal:
        hearing.do(issue, helen, REFUND, at(30))
    assert refusal.value.values["at"] == at(73)
    hearing.exhibit("buyer", "video", 31)
    assert hearing.due("exhibit_request") == []
    hearing.do(issue, helen, REFUND, at(32))


@pytest.mark.parametrize(("side", "event"), [("buyer", "evidence_closed"), ("seller", "request_ran_out")])
def test_a_request_that_runs_out(hearing: Hearing, side: str, event: str) -> None:
    helen = hearing.taken(25)
    hearing.do(requests.ask, helen, side, "any", at(30), "", at(25))
    for due in (at(25), at(25 + 30 * 24 + 1)):
        with pytest.raises(InvalidError):
            hearing.do(requests.ask, helen, side, "log", due, "", at(25))
    hearing.run_out("exhibit_request")
    (said,) = hearing.said(event)
    assert (said.author_role, said.posted_at) == ("system", at(30))
    assert hearing.dispute().evidence_closed_at == (at(30) if side == "buyer" else None)
    hearing.do(issue, helen, REFUND, at(31))


def test_a_silent_seller_whose_mail_came_back_stops_the_ruling(hearing: Hearing) -> None:
    with hearing.work() as session:
        query = select(Intent).where(Intent.person_id == hearing.seller.person_id, Intent.kind == "event")
        session.scalars(query).first().state = "failed"
    helen = hearing.taken(25)
    with pytest.raises(ConflictError, match="came back"):
        hearing.do(issue, helen, REFUND, at(80))
    hearing.do(issue, helen, replace(REFUND, reached_otherwise=True), at(80))


def test_when_nobody_appeals_the_remedy_is_owed(hearing: Hearing) -> None:
    hearing.ruled(26)
    hearing.run_out("appeal")
    assert hearing.dispute().stage == "enforcement"
    with hearing.work() as session:
        (remedy,) = session.scalars(select(Remedy)).all()
        assert (remedy.kind, remedy.amount, remedy.source, remedy.owed_at) == ("refund", PRICE, "ruling", at(26 + 168))


def test_a_dismissal_closes_the_dispute_when_nobody_appeals(work: Work, shop: Shop) -> None:
    hearing = Hearing.opened(work, shop, "changed_mind").called()
    hearing.ruled(26, RulingForm("dismissal", reasons=REASONS))
    hearing.run_out("appeal")
    dispute = hearing.dispute()
    assert (dispute.stage, dispute.outcome, dispute.next_due_at) == ("closed", "dismissed", None)


def test_two_rulings_at_once_are_one_ruling(hearing: Hearing) -> None:
    helen, together = hearing.taken(25), Barrier(2)

    def rule(remedy: str) -> str:
        together.wait(30)
        try:
            hearing.do(rulings.issue, helen, RulingForm(remedy, reasons=REASONS), at(26))
        except ConflictError:
            return "conflict"
        return remedy

    with ThreadPoolExecutor(2) as tabs:
        done = list(tabs.map(rule, ("refund", "replacement")))
    assert done.count("conflict") == 1
    with hearing.work() as session:
        assert {ruling.remedy for ruling in session.scalars(select(Ruling))} == set(done) - {"conflict"}
