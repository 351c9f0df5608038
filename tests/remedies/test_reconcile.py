"""`arbitration reconcile` finds what somebody wrote past the software, and says what to do."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from arbitration.cli import common
from arbitration.cli.reconcile import command
from arbitration.domain import ledger
from arbitration.services.reconciling import reconcile
from arbitration.services.refunds import books, paying
from tests.disputes.hearing import at


@pytest.fixture
def both(opened):
    """A dispute that ended with a refund, and one that is open."""
    ended, running = opened(), opened()
    ended.agreed("part_refund", 800)
    ended.confirm(ended.operator, 2)
    return ended, running


def plant(dispute, *statements, **values):
    with dispute.work() as session:
        for statement in statements:
            assert session.execute(text(statement), values).rowcount


def told(dispute, hours=3):
    return [(each.where, each.what) for each in dispute.differences(hours)]


def test_where_all_fits_nothing_is_found(both):
    assert told(both[0], 500) == []


def test_a_refund_marked_as_paid_without_a_booking_is_found(both):
    _, running = both
    running.agreed("refund", 1250)
    plant(running, "UPDATE remedies SET state = 'done' WHERE amount = 1250")
    where = f"purchase {running.purchase}"
    assert (where, "the refund of 12.50 USD is done, but nothing is booked for it") in told(running)
    assert (where, "its outcome is to be carried out, but nothing is owed") in told(running)
    assert {found for found, _ in told(running)} == {where}
    assert any("state of a remedy" in finding for finding in running.proved())


def test_a_booking_whose_refund_is_not_done_is_found(both):
    ended, _ = both
    plant(ended, "UPDATE remedies SET state = 'owed' WHERE amount = 800")
    whats = [what for _, what in told(ended)]
    assert any("was paid, but no refund says so" in what for what in whats)
    assert "a remedy is owed in a dispute that is not being carried out" in whats


def test_another_amount_and_a_price_paid_back_twice_over_are_found(both):
    ended, _ = both
    plant(ended, "UPDATE remedies SET amount = 1300 WHERE amount = 800")
    whats = [what for _, what in told(ended)]
    assert "the refund of 13.00 USD is booked as 8.00 USD" in whats
    assert "13.00 USD was paid back of a price of 12.50 USD" in whats


def test_an_entry_that_does_not_sum_to_zero_and_a_hold_that_fits_no_dispute_are_found(both):
    _, running = both
    with running.work() as session:
        held = ledger.code_of("USD", ledger.HELD, str(running.purchase_row(session).seller_id))
    key = f"hold:{running.dispute_id}:0"
    statement = """
        INSERT INTO ledger_lines (entry_id, number, account, amount) SELECT id, 9, 'USD:cash', 50
        FROM ledger_entries WHERE key = :key
    """
    plant(running, statement, statement.replace("9, 'USD:cash', 50", f"8, '{held}', -100"), key=key)
    whats = [what for _, what in told(running)]
    assert any(what.endswith("does not sum to zero, but to -0.50 USD") for what in whats)
    assert "its dispute is open, so 12.50 USD should be held, but 13.50 USD is" in whats
    assert any("in the books" in finding for finding in running.proved())


def test_a_second_booking_is_found(both):
    ended, _ = both
    again = books._Booking(ledger.REFUND, "again", 800, ended.dispute_id, ended.remedy().id)
    with ended.work() as session:
        books._book(session, ended.purchase_row(session), at(3), again)
    assert "the refund of 8.00 USD is booked 2 times" in [what for _, what in told(ended)]


def test_a_refund_whose_worker_never_came_back_is_found(both):
    _, running = both
    running.agreed("refund", 1250)
    with running.work() as session:
        paying.claim(session, at(1), at(1))
    assert told(running, 1) == []
    with running.work() as session:
        found = list(reconcile(session, at(2), at(1) + paying.LEASE + timedelta(minutes=11)))
    assert [each.what for each in found] == ["the refund of 12.50 USD has been sent for too long"]


def test_the_command_ends_with_nothing_something_or_bad_use(both, app, monkeypatch):
    ended, _ = both
    monkeypatch.setattr(common, "application", lambda: app)
    clean = CliRunner().invoke(command, ["--now", "2026-11-21T15:00:00Z"])
    assert (clean.exit_code, clean.output) == (0, "The books, the refunds and the disputes fit each other.\n")
    plant(ended, "UPDATE remedies SET amount = 1300 WHERE amount = 800")
    found = CliRunner().invoke(command, ["--now", "2026-11-21T15:00:00Z"])
    assert found.exit_code == 1
    assert (
        f"purchase {ended.purchase}: 13.00 USD was paid back of a price of 12.50 USD\n      → find out" in found.output
    )
    as_json = CliRunner().invoke(command, ["--json"])
    assert (as_json.exit_code, json.loads(as_json.output)["clean"]) == (1, False)
    assert CliRunner().invoke(command, ["--now", "tomorrow"]).exit_code == 2
