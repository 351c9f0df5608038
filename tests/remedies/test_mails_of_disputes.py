"""The mails by which buyer and seller learn what happened say what comes of it as well: who acts next, until when."""

from datetime import timedelta

import pytest

from arbitration.assets import asset_dir
from arbitration.mail.compose import House, compose
from arbitration.models import Intent
from arbitration.scheduler.letters import letter_for
from arbitration.services.disputes.arbiters import object_to
from arbitration.services.facts import state_fact
from arbitration.services.messages import post_message
from tests.disputes.hearing import at

HOUSE = House("Harbour Market", "disputes@example.com", asset_dir("templates"))


@pytest.fixture
def mailed(dispute, settings):
    """``mailed(side)`` are the lines of the newest mail about the dispute that a side gets, as plain text."""

    def newest(side: str, kind: str = "event") -> list[str]:
        with dispute.work() as session:
            query = session.query(Intent).filter_by(kind=kind, person_id=getattr(dispute, side).person_id)
            intent = query.order_by(Intent.id.desc()).first()
            moment = intent.created_at + timedelta(minutes=1)
            mail = compose(HOUSE, letter_for(session, settings, intent, moment), "<1@arbitration>", moment)
            return mail.get_body(("plain",)).get_content().splitlines()

    return newest


def test_a_ruling_says_until_when_either_side_may_appeal(dispute, mailed) -> None:
    dispute.called().ruled(26)
    for side in ("buyer", "seller"):
        told = "The arbiter has ruled. Either side may appeal until 29 November 2026, 14:00"
        assert any(line.startswith(told) for line in mailed(side))


def test_that_the_seller_stayed_silent_says_that_nobody_need_act_before_an_arbiter_does(dispute, mailed) -> None:
    dispute.sweep(73)
    assert "The case waits for an arbiter." in mailed("buyer")


def test_who_owes_something_reads_what_and_until_when_once(mailed) -> None:
    assert "Please answer the buyer" in mailed("seller")
    assert not [line for line in mailed("seller") if line.startswith("You have until")]


def test_a_question_to_the_buyer_says_until_when_and_what_silence_costs(dispute, mailed, work) -> None:
    with work() as session:
        post_message(session, dispute.seller, dispute.purchase, "Which words does it show?", at(2), asks=True)
    told = mailed("buyer", "new_message")
    assert "Please answer the seller" in told
    assert any(line.startswith("By 28 November 2026, 14:00") for line in told)
    assert "If you have not answered by then, the dispute is closed, and you get nothing from it." in told


def test_a_message_without_a_question_owes_nothing(dispute, mailed, work) -> None:
    with work() as session:
        post_message(session, dispute.seller, dispute.purchase, "I am looking into it.", at(2))
    assert not [line for line in mailed("buyer", "new_message") if line.startswith(("Until", "By"))]


def test_a_paid_refund_says_how_much_it_was_and_that_the_dispute_is_over(dispute, mailed, paying) -> None:
    paying("ledger")
    dispute.agreed("part_refund", 500)
    assert "Part refund: US$5.00" in mailed("seller")
    dispute.sweep(2)
    for side in ("buyer", "seller"):
        assert mailed(side)[0] == "The refund was paid"
        assert any(line.startswith("Part refund:") and line.endswith("$5.00") for line in mailed(side))
        assert "Closed: buyer and seller agreed, and it was carried out." in mailed(side)


def test_what_comes_after_the_end_does_not_tell_the_end_again(dispute, mailed, paying) -> None:
    paying("ledger")
    dispute.agreed("refund")
    dispute.sweep(2)
    dispute.exhibit("buyer", "screenshot", 3)
    assert mailed("seller")[0].endswith("filed evidence")
    assert not [line for line in mailed("seller") if line.startswith("Closed")]


def test_what_the_seller_put_on_record_stands_in_the_mail(dispute, mailed, work) -> None:
    with work() as session:
        state_fact(session, dispute.seller, dispute.purchase, "can_replace", False, at(2))
    assert "The seller can't deliver a replacement." in mailed("buyer")


def test_when_the_buyer_finished_checking_stands_in_the_mail_with_its_moment(dispute, mailed, work) -> None:
    with work() as session:
        state_fact(session, dispute.buyer, dispute.purchase, "checked_at", at(-1), at(2))
    told = [line for line in mailed("seller") if line.startswith("The buyer finished checking the goods")]
    assert len(told) == 1
    assert "2026" in told[0]


def test_nobody_is_asked_for_a_ruling_while_an_objection_to_the_arbiter_is_decided(dispute, mailed) -> None:
    dispute.called().taken()
    dispute.do(object_to, dispute.seller, "partiality", "She knows him.", at(26))
    assert "An objection to the arbiter is being decided. Until then there is no ruling." in mailed("buyer")
    assert not [line for line in mailed("buyer") if "rules by" in line]
