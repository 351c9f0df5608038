"""Nobody says anything any more: each consequence follows from the one before, in its time, and then it is quiet."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.models import Dispute, Message
from arbitration.scheduler.deadlines import run_due
from arbitration.services.disputes import offers
from tests.clocks.conftest import Opened
from tests.moments import NOW
from tests.support.shop import Shop

Work = Callable[[], AbstractContextManager[Session]]
HOUR = timedelta(hours=1)


def events(work: Work) -> list[tuple[str, timedelta]]:
    with work() as session:
        found = session.scalars(select(Message).order_by(Message.position))
        return [(it.kind, it.posted_at - NOW) for it in found]


def test_a_month_stepped_through_by_two_hours(app: Flask, work: Work, opened: Opened) -> None:
    dispute = opened(NOW)
    for hours in range(0, 30 * 24, 2):
        run_due(app, NOW + hours * HOUR)
    assert events(work) == [("opening", timedelta(0)), ("escalation", 72 * HOUR)]
    with work() as session:
        assert session.get_one(Dispute, dispute).seller_silent


def test_an_agreed_replacement_that_never_comes_becomes_a_refund_that_is_overdue(
    app: Flask, work: Work, opened: Opened, shop: Shop
) -> None:
    dispute, seller, buyer = opened(NOW), shop.seller, shop.buyer
    with work() as session:
        offer = offers.make_offer(session, seller, dispute, "replacement", None, "Have another.", NOW + HOUR)[1]
        offers.answer_offer(session, buyer, dispute, offer.number, "accept", NOW + 2 * HOUR)
    for hours in range(0, 30 * 24, 2):
        run_due(app, NOW + hours * HOUR)
    assert events(work)[3:] == [("remedy_overdue", 74 * HOUR), ("refund_overdue", 146 * HOUR)]


def test_after_a_downtime_of_a_month_whoever_owes_something_anew_has_his_whole_time(
    app: Flask, work: Work, opened: Opened, shop: Shop
) -> None:
    dispute, seller, buyer = opened(NOW), shop.seller, shop.buyer
    with work() as session:
        offer = offers.make_offer(session, seller, dispute, "replacement", None, "Have another.", NOW + HOUR)[1]
        offers.answer_offer(session, buyer, dispute, offer.number, "accept", NOW + 2 * HOUR)
    late = NOW + timedelta(days=30)
    run_due(app, late)
    assert events(work)[3:] == [("remedy_overdue", timedelta(days=30))]
    run_due(app, late + 71 * HOUR)
    assert len(events(work)) == 4
    run_due(app, late + 72 * HOUR)
    assert events(work)[4:] == [("refund_overdue", timedelta(days=33))]
