"""The books: what a seller took is held while a dispute runs, every entry sums to zero, and none is ever changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from arbitration.domain import ledger
from arbitration.models import LedgerAccount, LedgerEntry, LedgerLine
from arbitration.services.disputes.reopening import reopen
from arbitration.services.disputes.talks import withdraw
from arbitration.services.refunds import books
from tests.disputes.hearing import at


def balances(dispute):
    """What stands in the accounts, by kind: debits above zero."""
    with dispute.work() as session:
        query = select(LedgerAccount.kind, func.sum(LedgerLine.amount))
        query = query.join(LedgerLine, LedgerLine.account == LedgerAccount.code).group_by(LedgerAccount.kind)
        return {kind: int(total) for kind, total in session.execute(query)}


def test_the_price_is_held_from_the_opening_to_the_end(dispute):
    assert balances(dispute) == {"cash": 1250, "takings": 0, "held": -1250}
    dispute.do(withdraw, dispute.buyer, "", at(2))
    assert balances(dispute) == {"cash": 1250, "takings": -1250, "held": 0}


def test_a_refund_comes_out_of_what_is_held_and_the_rest_goes_back(dispute):
    dispute.agreed("part_refund", 800)
    dispute.confirm(dispute.operator, 2)
    assert balances(dispute) == {"cash": 450, "takings": -450, "held": 0}
    dispute.do(reopen, dispute.buyer, "That was not enough.", at(3))
    assert balances(dispute) == {"cash": 450, "takings": 0, "held": -450}
    dispute.do(withdraw, dispute.buyer, "", at(4))
    assert balances(dispute) == {"cash": 450, "takings": -450, "held": 0}
    assert (dispute.differences(5), dispute.proved()) == ([], [])


def test_a_purchase_for_nothing_has_nothing_to_hold(opened):
    dispute = opened(price={"amount": "0.00", "currency": "USD"})
    dispute.agreed("replacement")
    dispute.deliver(2)
    assert balances(dispute) == {}
    assert (dispute.differences(5), dispute.proved()) == ([], [])


def test_no_booking_happens_twice(dispute):
    dispute.agreed("refund", 1250)
    dispute.confirm(dispute.operator, 2)
    remedy = dispute.remedy()
    with pytest.raises(IntegrityError), dispute.work() as session:
        books.pay_back(session, remedy, at(3))
    with dispute.work() as session:
        entries = session.scalars(select(LedgerEntry.kind).order_by(LedgerEntry.id)).all()
        assert entries == ["sale", "hold", "refund"]


@given(st.sampled_from(ledger.KINDS), st.integers(0, 10**15))
def test_whatever_moves_sums_to_zero(kind, amount):
    lines = ledger.lines_of(kind, amount)
    assert sum(change for _, change in lines) == 0
    assert all(change for _, change in lines)


@given(st.integers(1, 10**12), st.lists(st.integers(1, 10**12), max_size=5))
def test_what_was_sold_is_in_hand_held_or_free_however_often_it_is_disputed(price, refunds):
    accounts = {"cash": 0, "takings": 0, "held": 0}
    left = price

    def move(kind, amount):
        for account, change in ledger.lines_of(kind, amount):
            accounts[account] += change

    move(ledger.SALE, price)
    for asked in refunds:
        move(ledger.HOLD, left)
        paid = min(asked, left)
        move(ledger.REFUND, paid)
        left -= paid
        move(ledger.RELEASE, left)
        assert accounts == {"cash": left, "takings": -left, "held": 0}
        assert sum(accounts.values()) == 0


CHANGES = [
    "UPDATE ledger_lines SET amount = amount + 1",
    "UPDATE ledger_entries SET kind = 'sale'",
    "DELETE FROM ledger_lines",
    "DELETE FROM ledger_entries",
    "INSERT INTO ledger_lines SELECT * FROM ledger_lines",
]
ON_SQLITE = [
    "INSERT OR REPLACE INTO ledger_lines SELECT entry_id, number, account, amount + 1 FROM ledger_lines",
    "REPLACE INTO ledger_entries SELECT * FROM ledger_entries",
]
ON_POSTGRESQL = ["TRUNCATE ledger_lines", "TRUNCATE ledger_entries CASCADE"]


def test_the_database_refuses_to_change_the_books(dispute, backend):
    before = balances(dispute)
    for statement in CHANGES + (ON_SQLITE if backend == "sqlite" else ON_POSTGRESQL):
        with pytest.raises(DBAPIError), dispute.work() as session:
            session.execute(text(statement))
    assert balances(dispute) == before
