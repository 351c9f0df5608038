"""What every act costs: few statements, and none that goes through more of the installation than its own purchase."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event, text

from arbitration.clock import now
from arbitration.db import db
from arbitration.domain.opening import Claim
from arbitration.services import messages
from arbitration.services.deadline_claims import RAN_OUT, carry_out, claim
from arbitration.services.disputes.consequences import HANDLERS
from arbitration.services.disputes.opening import open_dispute
from arbitration.services.refunds import books
from tests.disputes.hearing import Work
from tests.moments import NOW
from tests.support.shop import Shop

CLAIM = Claim("invalid", "refund", "It is invalid.")
Watched = Callable[[], Iterator[list[str]]]


@pytest.fixture
def statements(app: Flask) -> Watched:
    """``with statements() as said:`` notes what the database is asked."""

    @contextmanager
    def watched() -> Iterator[list[str]]:
        with app.app_context():
            engine, said = db.engine, []
        listener = lambda _c, _u, statement, *_: said.append(statement)  # noqa: E731
        event.listen(engine, "before_cursor_execute", listener)
        yield said
        event.remove(engine, "before_cursor_execute", listener)

    return watched


def test_a_message_is_posted_with_11_statements(work: Work, shop: Shop, statements: Watched) -> None:
    purchase, buyer = shop.purchase(), shop.buyer
    with work() as session, statements() as said:
        messages.post_message(session, buyer, purchase, "Is there any news?", NOW)
    assert len(said) <= 11, "\n".join(s[:90] for s in said)


def test_a_dispute_is_opened_with_22_statements(work: Work, shop: Shop, statements: Watched) -> None:
    """One of them reads the agreement, once. The sale and what is held of it are booked together, and go into the
    docket with the opening itself."""
    purchase, buyer = shop.purchase(), shop.buyer
    with work() as session, statements() as said:
        open_dispute(session, buyer, purchase, CLAIM, NOW)
    assert len(said) <= 22, "\n".join(s[:90] for s in said)


def test_silence_has_its_consequence_with_19_statements(work: Work, shop: Shop, statements: Watched) -> None:
    """Fifteen, and four for the reminders that nobody sent."""
    purchase, buyer = shop.purchase(), shop.buyer
    with work() as session:
        dispute = open_dispute(session, buyer, purchase, CLAIM, NOW).dispute
        due = dispute.next_due_at
        assert due is not None
    with work() as session:
        (mine,) = claim(session, due, now(), 10)
    with work() as session, statements() as said:
        assert carry_out(session, mine, due, HANDLERS) == RAN_OUT
    assert len(said) <= 19, "\n".join(s[:90] for s in said)


def test_what_is_held_is_looked_up_along_the_dispute_alone(work: Work, shop: Shop, backend: str) -> None:
    """Once the database has counted its rows it may choose another way: through all that was ever held or paid back."""
    purchases, buyer = [shop.purchase() for _ in range(5)], shop.buyer
    for purchase in purchases:
        with work() as session:
            open_dispute(session, buyer, purchase, CLAIM, NOW)
    if backend == "postgresql":
        return  # its choice among five rows says nothing about many
    with work() as session:
        session.execute(text("ANALYZE"))
    with work() as session:
        asked = str(books._STANDS.compile(dialect=session.get_bind().dialect))
        values = ("x",) * asked.count("?")
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", values).all()
    steps = [step.detail for step in plan if not step.detail.startswith("SCALAR SUBQUERY")]
    assert not [step for step in steps if step.startswith("SCAN") and "CONSTANT ROW" not in step]
    assert any("remedies USING INDEX ix_remedies_purchase_id" in step for step in steps)
