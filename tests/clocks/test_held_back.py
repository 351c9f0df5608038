"""Writes that are held back for a while: whatever is asked meanwhile finds them done."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from arbitration.models import Dispute, Intent, Purchase
from arbitration.services import outbox, rows
from arbitration.services.held_back import held_back
from tests.clocks.conftest import Opened
from tests.moments import NOW

Work = Callable[[], AbstractContextManager[Session]]


def stage(session: Session) -> str | None:
    return session.scalar(select(Dispute.stage))


def test_a_read_finds_what_was_held_back(work: Work, opened: Opened) -> None:
    opened(NOW)
    with work() as session:
        dispute = session.scalars(select(Dispute)).one()
        with held_back(session):
            assert rows.change_if(session, dispute, {"stage": "negotiation"}, stage="arbitration")
            queued = outbox.queue(session, "notice", NOW, address="anybody@example.com")
            assert stage(session) == "arbitration"
            assert session.scalar(select(Intent.address).where(Intent.id == queued.id)) == "anybody@example.com"


def test_at_its_end_all_is_written(work: Work, opened: Opened) -> None:
    opened(NOW)
    with work() as session:
        purchase = session.scalars(select(Purchase)).one()
        with held_back(session):
            rows.change(session, purchase, last_position=7)
            rows.change(session, purchase, buyer_unread=3, last_position=8)
            assert purchase.last_position == 8
    with work() as session:
        assert session.execute(select(Purchase.last_position, Purchase.buyer_unread)).one() == (8, 3)


def test_what_is_undone_to_a_savepoint_stays_undone(work: Work, opened: Opened) -> None:
    opened(NOW)
    with work() as session:
        dispute = session.scalars(select(Dispute)).one()
        with held_back(session):
            rows.change(session, dispute, seller_silent=True)
            inner = session.begin_nested()
            rows.change(session, dispute, stage="closed")
            inner.rollback()
    with work() as session:
        assert session.execute(select(Dispute.stage, Dispute.seller_silent)).one() == ("negotiation", True)


def test_a_condition_that_does_not_hold_any_more_is_told_at_once_where_it_is_known(work: Work, opened: Opened) -> None:
    opened(NOW)
    with work() as session:
        dispute = session.scalars(select(Dispute)).one()
        with held_back(session):
            assert rows.change_if(session, dispute, {"stage": "negotiation"}, stage="arbitration")
            assert not rows.change_if(session, dispute, {"stage": "negotiation"}, stage="closed")
            assert rows.change_if(session, dispute, {"stage": "arbitration"}, stage="ruled")
        assert stage(session) == "ruled"


def test_and_where_another_changed_the_row_nothing_of_it_stays(work: Work, opened: Opened) -> None:
    opened(NOW)

    def changed_by_another() -> None:
        with work() as session:
            dispute = session.scalars(select(Dispute)).one()
            other = update(Dispute).values(stage="closed").execution_options(synchronize_session=False)
            session.execute(other)
            with held_back(session):
                rows.change_if(session, dispute, {"stage": "negotiation"}, stage="arbitration")

    with pytest.raises(StaleDataError):
        changed_by_another()
    with work() as session:
        assert stage(session) == "negotiation"
