"""Playing the story through the services that the pages use, each event at its own time.

How far it has come is kept in the transaction of each event, so a demo that was cut off goes on where it was.
"""

from collections.abc import Iterator
from datetime import timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.db import reading, unit_of_work
from arbitration.demo.story import Arrival, Event, Saying, events
from arbitration.domain.actors import Actor, Role
from arbitration.models import Purchase
from arbitration.scheduler.deliver import deliver_due
from arbitration.scheduler.readings import read_waiting
from arbitration.services import imports, installation, messages, policies
from arbitration.services.outbox import QUIET

MARKETPLACE = Actor(None, Role.OPERATOR)
READING = timedelta(minutes=1)
PLAYED = "demo_played"


def play(app: Flask) -> Iterator[int]:
    """Play what was not played yet, an event at a time; gives first how many there are, then how many are done."""
    story = events()
    yield len(story)
    with app.app_context(), unit_of_work() as session:
        installation.mark_demo(session)
        policies.install_builtin(session, story[0].at)
    for number in range(_played(app), len(story)):
        event, before = story[number], story[max(number - 1, 0)]
        deliver_due(app, min(event.at, before.at + QUIET))
        with app.app_context(), unit_of_work() as session:
            _happen(session, event)
            installation.keep(session, PLAYED, str(number + 1))
        yield number + 1
    deliver_due(app, story[-1].at + QUIET)
    for _ in read_waiting(app, story[-1].at + QUIET):
        pass
    yield len(story)


def is_played(app: Flask) -> bool:
    """Whether the whole story has been played."""
    return _played(app) == len(events())


def _played(app: Flask) -> int:
    with app.app_context(), reading() as session:
        return int(installation.value(session, PLAYED) or 0)


def _happen(session: Session, event: Event) -> None:
    if isinstance(event, Arrival):
        results = imports.take_in(session, MARKETPLACE, event.rows, event.at)
        if refused := [result for result in results if result.result == "refused"]:
            raise RuntimeError(f"the demo's own purchases were refused: {refused}")
    else:
        _say(session, event)


def _say(session: Session, saying: Saying) -> None:
    """Somebody reads what is new, and a little later posts."""
    purchase = session.scalars(select(Purchase).where(Purchase.external_id == saying.purchase)).one()
    person_id = purchase.buyer_id if saying.by == "buyer" else purchase.seller.person_id
    if purchase.last_message_at is not None:
        read_at = max(saying.at - READING, purchase.last_message_at)
        messages.mark_read(session, person_id, purchase.id, purchase.last_position, read_at)
    messages.post_message(
        session,
        Actor(person_id),
        saying.purchase,
        saying.text,
        saying.at,
        reports_problem=saying.reports_problem,
    )
