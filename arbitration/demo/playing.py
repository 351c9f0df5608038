"""Playing the stories through the services that the pages use, each step at its own time.

Between two steps the sweep does what fell due, at the instant at which it did. How far the story has come is kept in
the transaction of each step, so a demo that was cut off goes on where it was.
"""

import gc
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import event as database
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from arbitration.db import db, reading, unit_of_work
from arbitration.demo import acts
from arbitration.demo.files import Samples
from arbitration.demo.story import Arrival, Event, Step, arbiters, edition, events
from arbitration.domain.actors import Actor, Role
from arbitration.models import DeadlineRow, Purchase
from arbitration.scheduler.deadlines import run_due
from arbitration.scheduler.deliver import deliver_due
from arbitration.scheduler.readings import read_waiting
from arbitration.services import deadlines, imports, installation, policies
from arbitration.services.outbox import QUIET
from arbitration.services.staff import demo_staff
from arbitration.services.thread import mark_read

MARKETPLACE = Actor(None, Role.OPERATOR)
READING = timedelta(minutes=1)
JUST = timedelta(microseconds=1)
PLAYED, TOLD_AT, POSITIONS, EDITION = "demo_played", "demo_told_at", "demo_positions", "demo_edition"
OPERATOR = ("operator@marketplace.example.com", "Robin Keller", "en")


def play(app: Flask, now: datetime) -> Iterator[int]:
    """Play what was not played yet, a step at a time; gives first how many there are, then how many are done.

    Stories that end open end a little before ``now``, or before the moment at which this demo was begun.
    """
    told_at = _told_at(app, now)
    story = events(told_at)
    yield len(story)
    with app.app_context(), unit_of_work() as session:
        installation.mark_demo(session)
        installation.keep(session, EDITION, edition())
        policies.install_builtin(session, story[0].at)
        for each in arbiters():
            demo_staff(session, each["email"], each["name"], each["language"], Role.ARBITER, story[0].at)
        demo_staff(session, *OPERATOR, Role.OPERATOR, story[0].at)
    samples = Samples(app.config["SETTINGS"].exhibits_folder)
    with _unsynced(app):
        for number in range(_played(app), len(story)):
            event, before = story[number], story[max(number - 1, 0)]
            fall_due(app, event.at)
            deliver_due(app, min(event.at, before.at + QUIET))
            with app.app_context(), unit_of_work() as session:
                happen(session, event, samples)
                installation.keep(session, PLAYED, str(number + 1))
            if isinstance(event, Arrival):
                for _ in read_waiting(app, event.at):
                    pass
            yield number + 1
        samples.done()
        fall_due(app, max(told_at, story[-1].at))
        deliver_due(app, max(told_at, story[-1].at) + QUIET)
    yield len(story)


def is_of_another_version(app: Flask) -> bool:
    """Whether a demo was begun here whose stories were others: it can't be gone on with."""
    with app.app_context(), reading() as session:
        return installation.is_demo(session) and installation.value(session, EDITION) != edition()


@contextmanager
def _unsynced(app: Flask) -> Iterator[None]:
    """Let SQLite leave it to the system when what is committed reaches the disk: a demo can be filled anew."""

    def hurry(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    with app.app_context():
        engine = db.engine
    if engine.dialect.name != "sqlite":
        yield
        return
    engine.dispose()
    database.listen(engine, "connect", hurry)
    collecting = gc.get_threshold()
    gc.set_threshold(50_000, *collecting[1:])
    try:
        yield
    finally:
        gc.set_threshold(*collecting)
        database.remove(engine, "connect", hurry)
        engine.dispose()


def is_played(app: Flask, now: datetime) -> bool:
    """Whether the whole story has been played."""
    return _played(app) == len(events(_told_at(app, now)))


def fall_due(app: Flask, until: datetime) -> None:
    """Let everything happen that falls due before a moment, each thing at its own instant."""
    while (moment := _next_due(app)) is not None and moment < until:
        if not run_due(app, moment).total():
            break


def happen(session: Session, event: Event, samples: Samples) -> None:
    """Let one thing happen. Raises what the services refuse: a story of the demo is never refused anything."""
    if isinstance(event, Arrival):
        results = imports.take_in(session, MARKETPLACE, event.rows, event.at)
        if refused := [result for result in results if result.result == "refused"]:
            raise RuntimeError(f"the demo's own purchases were refused: {refused}")
    else:
        _do(session, event, samples)


def _do(session: Session, step: Step, samples: Samples) -> None:
    """Somebody reads what is new, and a little later acts."""
    purchase = session.scalars(select(Purchase).where(Purchase.external_id == step.purchase)).one()
    actor = acts.actor_of(session, step, purchase)
    if actor.role is Role.PARTY and actor.person_id and purchase.last_message_at is not None:
        read_at = max(step.at - READING, purchase.last_message_at)
        mark_read(session, actor.person_id, purchase.id, purchase.last_position, read_at)
    kept = json.loads(installation.value(session, POSITIONS) or "{}")
    positions = {int(n): position for n, position in kept.get(step.story, {}).items()}
    scene = acts.Scene(session, step, purchase, actor, samples, positions)
    before = purchase.last_position
    acts.act(scene)
    kept.setdefault(step.story, {})[str(step.n)] = before + 1
    installation.keep(session, POSITIONS, json.dumps(kept))


def _next_due(app: Flask) -> datetime | None:
    with app.app_context(), reading() as session:
        return session.scalar(select(func.min(DeadlineRow.next_at)).where(DeadlineRow.state == deadlines.OPEN))


def _told_at(app: Flask, now: datetime) -> datetime:
    """The moment as of which this demo is told: that of its beginning, so that it can go on where it was."""
    with app.app_context(), unit_of_work() as session:
        kept = installation.value(session, TOLD_AT)
        if kept is None:
            installation.keep(session, TOLD_AT, kept := now.isoformat())
    return datetime.fromisoformat(kept)


def _played(app: Flask) -> int:
    with app.app_context(), reading() as session:
        return int(installation.value(session, PLAYED) or 0)
