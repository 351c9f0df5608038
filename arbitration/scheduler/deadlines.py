"""Carrying out what falls due in disputes: reminders, and what follows from silence.

Rows are claimed in batches with a lease, and done in transactions that must still hold their claims: several in one,
whose durable commit costs more than they do. They share their statements too; where that fails, each is done in a
savepoint of its own. Any number of processes may do this at once, and any of them may die.
"""

import logging
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from time import monotonic, sleep
from uuid import UUID

from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from arbitration import clock
from arbitration.db import UNHURRIED, db, reading, unit_of_work
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
from arbitration.services.deadline_groups import apart, hold
from arbitration.services.disputes.consequences import HANDLERS
from arbitration.services.held_back import held_back

log = logging.getLogger(__name__)
BATCH = 250  # done within a fraction of a lease
TOGETHER = 0.05  # seconds that a transaction may take: acts of people wait for it
PAUSE = 0.01  # seconds between them on SQLite, in which whoever waits for its lock gets it
LEAST, MOST = 10, 50  # claims that are done together: fewer would hardly take less time
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
        claims = deadline_claims.claim(session, now, clock.now(), BATCH)
        pause = PAUSE if session.get_bind().dialect.name == "sqlite" else 0
    batch = _Batch(claims, now, handlers)
    while batch.waiting and not told_to_stop():
        done += batch.some()
        if batch.waiting:
            sleep(pause)
    return done


class _Batch:
    """Claims that wait to be carried out. Whether to stop is asked between transactions alone: whoever is asked may
    write (a sign of life), and would wait for this one."""

    def __init__(self, claims: Iterable[Claim], now: datetime, handlers: Mapping[str, Handler]) -> None:
        self.waiting = deque(claims)
        self.now, self.handlers = now, handlers
        self._singly: set[UUID] = set()
        self._fit = LEAST

    def some(self) -> Counter[str]:
        """Carry out the first of what waits, as many as fit into one transaction, and take them off."""
        group = [] if self.waiting[0].id in self._singly else apart(self.waiting, self._fit)
        return self._together(group) if group else self._one_by_one()

    def _together(self, group: Sequence[Claim]) -> Counter[str]:
        """Carry out claims with statements that they share. Where anything fails, nothing of it stays, and each is done
        singly; so are those at which something is out of the ordinary. Where the commit fails, leases run out."""
        started, begun = monotonic(), [claim.id for claim in group]
        done: list[tuple[UUID, str]] = []
        written = False
        try:
            with unit_of_work(patience=UNHURRIED) as session:
                with held_back(session) as held:
                    ready = hold(session, held, group, self.now)
                    begun = [each.claim.id for each in ready]
                    ends = monotonic() + TOGETHER
                    for claim, case, row in ready:
                        if done and monotonic() > ends:
                            break
                        done.append((claim.id, deadline_claims.do(session, case, row, self.now, self.handlers)))
                written = True
        except Exception as error:
            if written:
                log.exception("what was due at %d deadlines could not be done", len(done))
                done = [(id_, FAILED) for id_, _ in done]
            else:
                log.info("what was due at %d deadlines is done singly: %s", len(group), type(error).__name__)
                done, begun = [], []
        finally:
            db.session.expunge_all()
        self._singly |= {claim.id for claim in group if claim.id not in begun}
        over = {id_ for id_, _ in done}
        self.waiting = deque(claim for claim in self.waiting if claim.id not in over)
        fit = int(len(group) * TOGETHER / (monotonic() - started))
        self._fit = max(LEAST, min(2 * self._fit, MOST, fit))
        return Counter(outcome for _, outcome in done)

    def _one_by_one(self) -> Counter[str]:
        """Carry out claims each in a savepoint of its own.

        A suspect gets a transaction of its own. It waits for no purchase while it holds others: where one is busy, the
        transaction ends before it. Where all of it fails, the rows stay as they were, and their leases run out.
        """
        waiting = self.waiting
        done: Counter[str] = Counter()
        try:
            with unit_of_work(patience=UNHURRIED) as session:
                ends = monotonic() + TOGETHER
                while waiting and (not done or (monotonic() < ends and self._goes_on())):
                    outcome = _carried_out(session, waiting[0], self.now, self.handlers, wait=not done)
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

    def _goes_on(self) -> bool:
        """Whether the next one is done singly too, and in the same transaction."""
        first = self.waiting[0]
        return not first.is_suspect and first.id in self._singly


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
