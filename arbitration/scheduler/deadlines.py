"""Carrying out what falls due in disputes: reminders, and what follows from silence.

Rows are claimed in batches with a lease, and done in transactions that must still hold their claims: several in one,
whose durable commit costs more than they do, and each in a savepoint of its own. Any number of processes may do this
at once, and any of them may die.
"""

import logging
from collections import Counter, deque
from collections.abc import Callable, Mapping
from datetime import datetime
from time import monotonic, sleep

from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from arbitration import clock
from arbitration.db import reading, unit_of_work
from arbitration.services import deadline_claims
from arbitration.services.deadline_claims import (
    BEHIND,
    BUSY,
    CHANGED,
    LOST,
    RAN_OUT,
    REMINDED,
    WAITING,
    Claim,
    Handler,
)
from arbitration.services.disputes.consequences import HANDLERS

log = logging.getLogger(__name__)
BATCH = 250  # done within a fraction of a lease
UNHURRIED = 30_000  # milliseconds to wait for a busy database: no person waits for this
TOGETHER = 0.05  # seconds that a transaction may take: acts of people wait for it
PAUSE = 0.01  # seconds between them, in which whoever waits for SQLite's lock gets it
FAILED, PUT_OFF = "could not be done", "could not be done, and put off"
OUT_OF_THE_WAY = REMINDED, RAN_OUT, PUT_OFF, BEHIND


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
            if not any(batch[outcome] for outcome in OUT_OF_THE_WAY):
                break
    for nothing in (LOST, CHANGED, WAITING, BEHIND):
        del done[nothing]
    done[FAILED] += done.pop(PUT_OFF, 0)
    return +done


def _any_due(now: datetime) -> bool:
    with reading() as session:
        return deadline_claims.any_due(session, now, clock.now())


def _batch(now: datetime, handlers: Mapping[str, Handler], told_to_stop: Callable[[], bool]) -> Counter[str]:
    done: Counter[str] = Counter()
    with unit_of_work(patience=UNHURRIED) as session:
        waiting = deque(deadline_claims.claim(session, now, clock.now(), BATCH))
    while waiting and not told_to_stop():
        done += _together(waiting, now, handlers)
        if waiting:
            sleep(PAUSE)
    return done


def _together(waiting: deque[Claim], now: datetime, handlers: Mapping[str, Handler]) -> Counter[str]:
    """Carry out the first of the claims that wait, as many as fit into one transaction, and take them off.

    A suspect gets one of its own. It waits for no purchase while it holds others: where one is busy, the transaction
    ends before it. Where all of it fails, the rows stay as they were, and their leases run out. Whether to stop is
    asked between transactions alone: whoever is asked may write (a sign of life), and would wait for this one.
    """
    done: Counter[str] = Counter()
    try:
        with unit_of_work(patience=UNHURRIED) as session:
            ends = monotonic() + TOGETHER
            while waiting and (not done or (monotonic() < ends and not waiting[0].is_suspect)):
                outcome = _carried_out(session, waiting[0], now, handlers, wait=not done)
                if outcome == BUSY:
                    break
                waiting.popleft()
                done[outcome] += 1
    except Exception:
        log.exception("what was due at %d deadlines could not be done", done.total() or 1)
        if not done:
            waiting.popleft()
        return Counter({FAILED: done.total() or 1})
    return done


def _carried_out(session: Session, claim: Claim, now: datetime, handlers: Mapping[str, Handler], wait: bool) -> str:
    """What was done. A fault undoes this one alone, is logged and noted; the row is tried again after a while.

    A fault of the database's own (a full disk, a lost connection) says nothing of the row: its lease runs out.
    """
    try:
        with session.begin_nested():
            return deadline_claims.carry_out(session, claim, now, handlers, wait=wait)
    except OperationalError:
        log.exception("what was due at deadline %s could not be done", claim.id)
        return FAILED
    except Exception as error:
        log.exception("what was due at deadline %s could not be done", claim.id)
        deadline_claims.put_off(session, claim, clock.now(), error)
        return PUT_OFF
    finally:
        session.expunge_all()  # the next one reads anew what it needs
