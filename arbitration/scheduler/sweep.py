"""Everything that is due by a moment: deadlines, refunds, mails, descriptions to read, and once an hour tidying up."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from math import inf
from time import monotonic

from flask import Flask

from arbitration import clock
from arbitration.db import UNHURRIED, reading, unit_of_work
from arbitration.scheduler.deadlines import run_due
from arbitration.scheduler.deliver import BATCH, deliver_due
from arbitration.scheduler.readings import read_waiting
from arbitration.scheduler.refunds import pay_due
from arbitration.services import holding, installation, tidying
from arbitration.services.exhibits.orphans import remove_orphans


def sweep(
    app: Flask,
    now: datetime,
    told_to_stop: Callable[[], bool] = lambda: False,
    most_readings: int | None = None,
    believed: bool = True,
    mail_seconds: float = inf,
) -> Counter[str]:
    """Do what is due ``now``, all of it; counts reminders and deadlines that ran out, mails sent, skipped, put off and
    failed, and rows tidied away.

    Counts refunds that were paid, and ``read`` descriptions too; no more than ``most_readings`` of them, so that mails
    need not wait for the rest, and begins no mail after ``mail_seconds``, so that a slow mail server does not keep what
    falls due waiting. Where ``now`` is not ``believed``, nothing runs out and nothing is tidied away.
    """
    done = run_due(app, now, told_to_stop) if believed else Counter()
    if not _is_held(app):
        done += pay_due(app, now, told_to_stop)
    ends = monotonic() + mail_seconds
    while batch := deliver_due(app, now, told_to_stop=told_to_stop, ends=ends):
        done += batch
        if batch.total() < BATCH:
            break
    done["read"] += sum(read_waiting(app, now, most_readings))
    done["tidied"] += _tidy(app, now) if believed else 0
    return +done


def _is_held(app: Flask) -> bool:
    """Whether nothing may leave the installation; for mails the outbox itself sees to it."""
    with app.app_context(), reading() as session:
        return holding.current(session) is not None


def _tidy(app: Flask, now: datetime) -> int:
    """Tidy up, if no other process has done it this hour."""
    slot = f"{now:%Y-%m-%dT%H}"
    with app.app_context():
        with reading() as session:
            if installation.value(session, "tidied") == slot:
                return 0
        with unit_of_work(patience=UNHURRIED) as session:
            if not installation.claim(session, "tidied", slot):
                return 0
            rows = tidying.tidy(session, now)
        with reading() as session:  # by the machine's clock, as files have it, also where ``now`` is another
            return rows + remove_orphans(session, app.config["SETTINGS"].exhibits_folder, clock.now())
