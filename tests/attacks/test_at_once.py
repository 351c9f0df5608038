"""Two acts at the same moment: one of them happens, and money is never paid twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from arbitration.domain.opening import Claim
from arbitration.domain.refusals import ConflictError, InvalidError, RefusalError
from arbitration.models import LedgerLine, Offer, Remedy, Ruling
from arbitration.services.disputes import arbiters, reopening, rulings, talks
from arbitration.services.disputes.offers import answer_offer, make_offer
from arbitration.services.disputes.opening import open_dispute
from arbitration.services.refunds import books
from tests.disputes.hearing import OPENED, REFUND, at
from tests.remedies.conftest import Settled

Opened = Callable[..., Settled]
FIFTY = 50
ONE_OF_TWO = ["ConflictError", "done"]


def together(*acts: Callable[[], object]) -> list[str]:
    """What came of acts that were done at once."""
    start = Barrier(len(acts))

    def do(act: Callable[[], object]) -> str:
        start.wait(30)
        try:
            act()
        except RefusalError as refusal:
            return type(refusal).__name__
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(done.result() for done in [pool.submit(do, act) for act in acts])


def sound(dispute: Settled, hours: float) -> None:
    """Books that add up, a record that holds, and never more paid back than was paid."""
    with dispute.work() as session:
        sums = session.scalars(select(func.sum(LedgerLine.amount)).group_by(LedgerLine.entry_id)).all()
        purchase = dispute.purchase_row(session)
        assert set(sums) <= {0}
        assert books.paid_back(session, purchase.id) <= purchase.amount
    assert dispute.differences(hours) == []
    assert dispute.proved() == []


def accept(dispute: Settled, number: int, hours: float) -> object:
    return dispute.do(answer_offer, dispute.buyer, number, "accept", at(hours))


def hours_until(dispute: Settled, kind: str) -> float:
    return (dispute.due(kind)[0] - OPENED).total_seconds() / 3600


def test_of_two_acts_at_once_on_money_one_happens(opened: Opened) -> None:
    d = opened()
    d.do(make_offer, d.seller, "refund", None, "", at(1))
    assert together(lambda: accept(d, 1, 2), lambda: accept(d, 1, 2)) == ONE_OF_TWO
    olga, oscar = d.operator, d.another_operator()
    assert together(lambda: d.confirm(olga, 3), lambda: d.confirm(oscar, 3)) == ONE_OF_TWO

    def reopen() -> object:
        return d.do(reopening.reopen, d.buyer, "It did not come.", at(4))

    assert together(reopen, reopen) == ONE_OF_TWO
    with pytest.raises(InvalidError):  # all of it was paid back already
        d.do(make_offer, d.seller, "part_refund", 500, "", at(5))
    d.do(talks.escalate, d.seller, "", at(30))
    helen, oskar = d.arbiter(), d.arbiter("oskar")
    takings = [lambda who=who: d.do(arbiters.take, who, at(31)) for who in (helen, oskar)]
    assert together(*takings) == ONE_OF_TWO
    sound(d, 32)


def test_of_fifty_rulings_at_once_one_holds_and_orders_one_refund(opened: Opened) -> None:
    d = opened()
    d.called()
    helen = d.taken()
    ruled = together(*[lambda: d.do(rulings.issue, helen, REFUND, at(30))] * FIFTY)
    assert ruled == ["ConflictError"] * (FIFTY - 1) + ["done"]
    window_over = hours_until(d, "appeal")
    d.sweep(window_over)
    olga = d.operator
    confirmed = together(*[lambda: d.confirm(olga, window_over + 1)] * FIFTY)
    assert confirmed == ["ConflictError"] * (FIFTY - 1) + ["done"]
    with d.work() as session:
        assert session.scalar(select(func.count()).select_from(Ruling)) == 1
        assert session.scalar(select(func.count()).select_from(Remedy)) == 1
        assert books.paid_back(session, d.purchase_row(session).id) == d.purchase_row(session).amount
    sound(d, window_over + 2)


def test_accepting_and_withdrawing_or_expiring_at_once(opened: Opened) -> None:
    d = opened()
    d.do(make_offer, d.seller, "refund", None, "", at(1))
    assert together(lambda: accept(d, 1, 2), lambda: d.do(talks.withdraw, d.buyer, "", at(2))) == ONE_OF_TWO
    sound(d, 3)
    d = opened()
    d.do(make_offer, d.seller, "refund", None, "", at(1))
    due = hours_until(d, "offer")
    accepted, _ = together(lambda: accept(d, 1, due), lambda: d.sweep(due))
    with d.work() as session:
        state = session.scalars(select(Offer.state).where(Offer.dispute_id == d.dispute_id)).one()
    assert (state, d.outcome()[0]) == (
        ("accepted", "enforcement") if accepted == "done" else ("expired", "negotiation")
    )
    sound(d, due)


def test_delivering_as_the_time_for_it_runs_out(opened: Opened) -> None:
    d = opened()
    d.agreed("replacement")
    due = hours_until(d, "remedy")
    delivered, _ = together(lambda: d.deliver(due), lambda: d.sweep(due))
    kinds = (d.remedy().kind, d.outcome())
    assert kinds == (
        ("replacement", ("closed", "settled")) if delivered == "done" else ("refund", ("enforcement", None))
    )
    sound(d, due)


def test_what_was_paid_back_in_part_is_never_paid_again(opened: Opened) -> None:
    d = opened(price={"amount": "1250", "currency": "JPY"})
    d.agreed("part_refund", 1000)
    d.confirm(d.operator, 2)
    claim = Claim("invalid", "refund", "Once more.")
    with d.work() as session:
        d.dispute_id = open_dispute(session, d.buyer, d.purchase, claim, at(3)).dispute.id
    with pytest.raises(InvalidError):  # of 1250, only 250 are left
        d.agreed("part_refund", 1000, hours=4)
    d.agreed("part_refund", 250, hours=4)
    assert d.remedy().amount == 250
    d.confirm(d.operator, 6)
    sound(d, 7)
    with pytest.raises(ConflictError), d.work() as session:
        open_dispute(session, d.buyer, d.purchase, claim, at(8))
