"""Through whole stories, a page that is asked for again is shown as it was only while nothing has happened.

Before and after each step, at the same moment, both sides look at the page of their purchase, and once more when the
other has looked. A page that was kept through something that it should tell is a fault of the request
(``tests/support/watching.py``).
"""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from arbitration import clock
from arbitration.db import reading, unit_of_work
from arbitration.demo import playing
from arbitration.demo.story import Arrival, Step, events
from arbitration.models import DeadlineRow, Person, Purchase
from arbitration.scheduler.deadlines import run_due
from arbitration.scheduler.readings import read_waiting
from arbitration.web.kept_pages import Shelf
from tests.stories.conftest import begin

SignedIn = Callable[[str], FlaskClient]
TOLD = {"c23": "a message is hidden", "c30": "an appeal", "c55": "an offer, and an objection to the arbiter"}


class Sides:
    """Buyer and seller of a purchase, who look at its page."""

    def __init__(self, app: Flask, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app, self.signed_in, self.monkeypatch, self.pages = app, signed_in, monkeypatch, 0

    def come(self, purchase_id: str, at: datetime) -> None:
        """Sign in and look, at a moment for which nothing is kept yet."""
        self.app.extensions["arbitration_kept_pages"] = Shelf()
        self.monkeypatch.setattr(clock, "now", lambda: at)
        with self.app.app_context(), reading() as session:
            purchase = session.scalars(select(Purchase).where(Purchase.external_id == purchase_id)).one()
            people = [session.get_one(Person, id_).email for id_ in (purchase.buyer_id, purchase.seller.person_id)]
        self.address, self.browsers = f"/purchases/{purchase_id}", [self.signed_in(email) for email in people]
        self.look()

    def look(self) -> None:
        """Each looks, and again once the other has looked."""
        for browser in self.browsers * 2:
            assert browser.get(self.address).status_code == 200
            self.pages += 1


def next_due(app: Flask) -> tuple[datetime, str] | None:
    """What falls due next: when, and about which purchase."""
    query = select(DeadlineRow.next_at, Purchase.external_id).join(Purchase, Purchase.id == DeadlineRow.purchase_id)
    query = query.where(DeadlineRow.state == "open").order_by(DeadlineRow.next_at).limit(1)
    with app.app_context(), reading() as session:
        found = session.execute(query).one_or_none()
    return (found[0], found[1]) if found else None


@pytest.mark.in_turn
@pytest.mark.parametrize("story", TOLD)
def test_it_is_shown_again_only_while_nothing_has_happened(
    story: str, app: Flask, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, sides = events(), Sides(app, signed_in, monkeypatch)
    bought = {event.purchase for event in told if isinstance(event, Step) and event.story == story}
    samples = begin(app, told[0].at)
    for event in told:
        if isinstance(event, Arrival):
            arrived = Arrival(event.at, [row for row in event.rows if row["external_id"] in bought])
            with app.app_context(), unit_of_work() as session:
                playing.happen(session, arrived, samples)
            for _ in read_waiting(app, event.at):
                pass
        elif event.story == story:
            while (due := next_due(app)) is not None and due[0] < event.at:
                sides.come(due[1], due[0])
                assert run_due(app, due[0]).total()
                sides.look()
            sides.come(event.purchase, event.at)
            with app.app_context(), unit_of_work() as session:
                playing.happen(session, event, samples)
            sides.look()
    assert sides.pages > 50
