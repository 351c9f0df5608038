"""What the buyer of a purchase may demand, asked of the database."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.domain.actors import NOBODY, Actor, Role
from arbitration.domain.cases import Times, Told, reports_of
from arbitration.domain.refusals import NotFoundError
from arbitration.models import Message
from arbitration.services import messages
from arbitration.services.purchases import get_purchase
from arbitration.services.verdicts import Assessment, assess_purchase, told_by_buyer
from tests.moments import NOW
from tests.support.shop import Shop

Work = Callable[[], AbstractContextManager[Session]]
DELIVERED = datetime(2026, 11, 10, 10, 2, tzinfo=UTC)
LATER = DELIVERED + timedelta(days=40)


def verdicts(found: Assessment) -> dict[str, str]:
    return {answer.reason: answer.verdict.verdict for answer in found.answers}


def test_seven_answers_for_buyer_seller_and_operator_alike(shop: Shop, work: Work) -> None:
    purchase = shop.purchase()
    buying, selling = shop.buyer, shop.seller
    with work() as session:
        told = [
            verdicts(assess_purchase(session, actor, purchase, NOW, NOW))
            for actor in (buying, selling, Actor(None, Role.OPERATOR))
        ]
    assert told[0] == told[1] == told[2]
    assert told[0] == {
        "not_delivered": "needs_evidence",
        "not_as_described": "covered",
        "invalid": "covered",
        "stopped_working": "covered",
        "reclaimed": "covered",
        "payment_not_credited": "covered",
        "changed_mind": "not_covered",
    }


def test_nobody_else_learns_anything(shop: Shop, work: Work) -> None:
    purchase = shop.purchase()
    shop.purchase(buyer={"email": "stranger@example.org"})
    others = (shop.person("stranger@example.org"), NOBODY, Actor(shop.buyer.person_id, Role.ARBITER))
    with work() as session:
        for actor in others:
            with pytest.raises(NotFoundError):
                assess_purchase(session, actor, purchase, NOW, NOW)


def test_the_day_asked_about_decides(shop: Shop, work: Work) -> None:
    purchase = shop.purchase()
    buying = shop.buyer
    with work() as session:
        ask = [assess_purchase(session, buying, purchase, at, NOW) for at in (LATER, DELIVERED - timedelta(seconds=1))]
    assert verdicts(ask[0])["stopped_working"] == "not_covered"
    assert verdicts(ask[1])["stopped_working"] == "covered"
    assert [answer.reason for answer in ask[1].answers if answer.awaits_delivery] == [
        "not_as_described",
        "invalid",
        "stopped_working",
        "reclaimed",
    ]


def test_before_the_payment_there_are_no_answers(shop: Shop, work: Work) -> None:
    purchase = shop.purchase()
    buying = shop.buyer
    with work() as session:
        assert assess_purchase(session, buying, purchase, DELIVERED - timedelta(days=1), NOW).answers == ()


def test_a_message_of_the_buyer_is_a_report_and_one_of_the_seller_is_none(shop: Shop, work: Work) -> None:
    purchase = shop.purchase()
    buying, selling = shop.buyer, shop.seller
    with work() as session:
        messages.post_message(session, selling, purchase, "Enjoy!", NOW)
        assert verdicts(assess_purchase(session, buying, purchase, LATER, LATER))["invalid"] == "not_covered"
        messages.post_message(session, buying, purchase, "It does not work", NOW)
        assert verdicts(assess_purchase(session, buying, purchase, LATER, LATER))["invalid"] == "covered"
        assert verdicts(assess_purchase(session, buying, purchase, LATER, NOW))["invalid"] == "covered"


def test_a_past_moment_does_not_know_of_later_messages(shop: Shop, work: Work) -> None:
    purchase = shop.purchase()
    buying = shop.buyer
    with work() as session:
        messages.post_message(session, buying, purchase, "Thanks", NOW)
        messages.post_message(session, buying, purchase, "Broken", LATER, reports_problem=True)
        before = assess_purchase(session, buying, purchase, LATER - timedelta(seconds=1), LATER)
        after = assess_purchase(session, buying, purchase, LATER, LATER)
    assert (verdicts(before)["invalid"], verdicts(after)["invalid"]) == ("covered", "not_covered")


@pytest.mark.parametrize("seed", range(12))
def test_few_messages_tell_as_much_as_all_of_them(shop: Shop, work: Work, seed: int) -> None:
    chance, name = Random(seed), shop.purchase()
    buyer, seller = shop.buyer, shop.seller
    with work() as session:
        purchase = get_purchase(session, buyer, name)
        for _ in range(14):
            at = purchase.payment_started_at + timedelta(hours=chance.randrange(-3, 60))
            author = seller if chance.random() < 0.3 else buyer
            marked = author == buyer and chance.random() < 0.15
            message = messages.post_message(session, author, name, "x", at, reports_problem=marked).message
            if chance.random() < 0.4:
                message.deleted_at = at + timedelta(hours=chance.randrange(30))
        session.flush()
        rows = session.scalars(
            select(Message).where(Message.purchase_id == purchase.id, Message.author_role == "buyer")
        )
        everything = [Told(row.posted_at, row.reports_problem, row.deleted_at) for row in rows]
        times = Times(purchase.payment_started_at, purchase.paid_at, purchase.delivered_at)
        for hours in range(-4, 95, 3):
            at = purchase.payment_started_at + timedelta(hours=hours)
            told = told_by_buyer(session, purchase, at)
            assert reports_of(told, times, at) == reports_of(everything, times, at)
            assert len(told) <= len(everything)


def test_the_listing_of_the_day_decides_not_a_later_one(shop: Shop, work: Work) -> None:
    first = shop.purchase(external_id="FIRST")
    shop.purchase(external_id="SECOND", listing={"terms": {"warranty": {"kind": "excluded"}}})
    buying = shop.buyer
    with work() as session:
        assert verdicts(assess_purchase(session, buying, first, NOW, NOW))["stopped_working"] == "covered"
        assert verdicts(assess_purchase(session, buying, "SECOND", NOW, NOW))["stopped_working"] == "not_covered"


@pytest.mark.parametrize("at", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)])
def test_no_moment_is_too_far(shop: Shop, work: Work, at: datetime) -> None:
    purchase = shop.purchase()
    buying = shop.buyer
    with work() as session:
        assert assess_purchase(session, buying, purchase, at, NOW).at == at
