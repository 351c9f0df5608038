"""Carrying out what falls due in disputes: reminders, and what follows from silence.

Rows are claimed in batches with a lease, and each is done in a transaction of its own that must still hold its claim.
Any number of processes may do this at once, and any of them may die.
"""

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime

from flask import Flask

from arbitration import clock
from arbitration.db import reading, unit_of_work
from arbitration.services import deadline_claims
from arbitration.services.deadline_claims import CHANGED, LOST, RAN_OUT, REMINDED, WAITING, Claim, Handler
from arbitration.services.disputes.consequences import HANDLERS

log = logging.getLogger(__name__)
BATCH = 100  # done within a fraction of a lease
UNHURRIED = 30_000  # milliseconds to wait for a busy database: no person waits for this
FAILED = "could not be done"


def run_due(
    app: Flask,
    now: datetime,
    told_to_stop: Callable[[], bool] = lambda: False,
    handlers: Mapping[str, Handler] | None = None,
) -> Counter[str]:
    """Do all that is due by ``now``, in the order of its instants; counts what was reminded of and what ran out."""
    done: Counter[str] = Counter()
    with app.app_context():
        if not _any_due(now):
            return done
        while not told_to_stop():
            batch = _batch(now, handlers or HANDLERS, told_to_stop)
            done += batch
            if not batch[REMINDED] + batch[RAN_OUT]:
                break
    for nothing in (LOST, CHANGED, WAITING):
        del done[nothing]
    return done


def _any_due(now: datetime) -> bool:
    with reading() as session:
        return deadline_claims.any_due(session, now, clock.now())


def _batch(now: datetime, handlers: Mapping[str, Handler], told_to_stop: Callable[[], bool]) -> Counter[str]:
    done: Counter[str] = Counter()
    with unit_of_work(patience=UNHURRIED) as session:
        claims = deadline_claims.claim(session, now, clock.now(), BATCH)
    for claim in claims:
        if told_to_stop():
            break
        done[_carried_out(claim, now, handlers)] += 1
    return done


def _carried_out(claim: Claim, now: datetime, handlers: Mapping[str, Handler]) -> str:
    """What was done. A fault is logged and the others go on; the row stays as it was, and its lease runs out."""
    try:
        with unit_of_work(patience=UNHURRIED) as session:
            return deadline_claims.carry_out(session, claim, now, handlers)
    except Exception:
        log.exception("what was due at deadline %s could not be done", claim.id)
        return FAILED
