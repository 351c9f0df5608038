"""The machine's clock was a month ahead for a while, and somebody died meanwhile: nobody waits a month for that."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from arbitration import clock
from arbitration.scheduler.deadlines import run_due
from arbitration.services import deadline_claims, messages, outbox
from tests.clocks.conftest import Opened
from tests.moments import NOW
from tests.support.shop import Shop

Work = Callable[[], AbstractContextManager[Session]]
MONTH, MINUTE = timedelta(days=30), timedelta(minutes=1)


def test_what_falls_due_happens(work: Work, app: Flask, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(NOW)
    due = NOW + timedelta(days=20)
    with work() as session:
        assert deadline_claims.claim(session, due, due + MONTH, 20)
    monkeypatch.setattr(clock, "now", lambda: due + MINUTE)
    assert run_due(app, due + MINUTE)["ran out"] == 1


def test_mails_go_out(work: Work, shop: Shop) -> None:
    purchase, buyer = shop.purchase(), shop.buyer
    with work() as session:
        messages.post_message(session, buyer, purchase, "Hello", NOW)
    with work() as session:
        held = outbox.take(session, NOW + MONTH)
        assert outbox.take(session, NOW + MONTH) is None
        taken = outbox.take(session, NOW + 2 * MINUTE)
        assert (taken.id, taken.fence) == (held.id, held.fence + 1)
        assert outbox.take(session, NOW + 2 * MINUTE) is None


def test_a_sweep_for_a_later_day_that_dies_holds_no_mail_until_that_day(work: Work, shop: Shop) -> None:
    purchase, buyer = shop.purchase(), shop.buyer
    with work() as session:
        messages.post_message(session, buyer, purchase, "Hello", NOW)
    with work() as session:
        assert outbox.take(session, NOW + MONTH, NOW + 2 * MINUTE)
        assert outbox.take(session, NOW + 2 * MINUTE) is None
        assert outbox.take(session, NOW + 2 * MINUTE + outbox.LEASE)
