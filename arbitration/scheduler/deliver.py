"""Sending what waits in the outbox.

An intent is taken in one short transaction, looked at and composed in a second, sent outside of any, and reported in a
third that counts only while the lease is held. A worker that dies in between leaves a lease that runs out; the next one
sends the same mail under the same Message-ID.
"""

import logging
import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from math import inf
from time import monotonic

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from arbitration import clock
from arbitration.assets import asset_dir
from arbitration.clock import going_on_from
from arbitration.config import Settings
from arbitration.db import UNHURRIED, reading, unit_of_work
from arbitration.mail.compose import House, NoSuchAddressError, compose
from arbitration.mail.transport import TIMEOUT, NotSentError, Post, RefusedError, UnreachableError, post_office
from arbitration.scheduler.letter_parts import NotNeededError
from arbitration.scheduler.letters import letter_for
from arbitration.services import outbox
from arbitration.services.outbox import Lease

log = logging.getLogger(__name__)
BATCH = 200


class Hold:
    """A lease that is prolonged for as long as its mail is under way: a mail server may take its time."""

    def __init__(self, lease: Lease, told_to_stop: Callable[[], bool]) -> None:
        self.lease = lease
        self._told_to_stop = told_to_stop
        self._ends: float | None = None

    def goes_on(self) -> bool:
        """Whether the mail is to be sent still: nobody else may send it, and nobody wants this process to end.

        Who is told to stop waits a little for the server, since what it has taken would be sent again.
        """
        now = clock.now()
        if now >= self.lease.until:  # this process was stopped for so long that another one may have sent it
            return False
        try:
            if self._ends is None and self._told_to_stop():
                self._ends = monotonic() + TIMEOUT
            return (self._ends is None or monotonic() < self._ends) and self._is_held(now)
        except SQLAlchemyError:
            return True  # until the lease is over

    def _is_held(self, now: datetime) -> bool:
        if self.lease.until - now > outbox.LEASE / 2:
            return True
        with unit_of_work() as session:
            longer = outbox.prolong(session, self.lease, now)
        self.lease = longer or self.lease
        return longer is not None


def deliver_due(
    app: Flask,
    now: datetime,
    limit: int = BATCH,
    told_to_stop: Callable[[], bool] = lambda: False,
    ends: float = inf,
) -> Counter[str]:
    """Send up to ``limit`` mails that are due ``now``; gives how many were sent, skipped, put off, failed.

    Any number of processes may do this at once. Stops early where the mail server does not answer, so that its silence
    costs one mail a try and not all of them, or between two mails where ``told_to_stop`` or once the clock that only
    goes forward (``monotonic``) shows ``ends``.
    """
    done: Counter[str] = Counter()
    time = going_on_from(now)
    with app.app_context():
        with reading() as session:
            if not outbox.any_due(session, now, clock.now()):
                return done
        with post_office(app.config["SETTINGS"]) as post:
            for _ in range(limit):
                with unit_of_work(patience=UNHURRIED) as session:
                    lease = outbox.take(session, time(), clock.now())
                if lease is None:
                    break
                outcome, go_on = _deliver(app.config["SETTINGS"], post, Hold(lease, told_to_stop), time)
                done[outcome] += 1
                if told_to_stop() or not go_on or monotonic() >= ends:
                    break
    return done


def _deliver(settings: Settings, post: Post, hold: Hold, time: Callable[[], datetime]) -> tuple[str, bool]:
    """What became of a mail, and whether it is any use to try the next."""
    lease = hold.lease
    try:
        sent = _send(settings, post, hold, time())
    except NotNeededError as reason:
        return _settle(lease, "skipped", time(), str(reason)), True
    except (RefusedError, NoSuchAddressError) as error:
        return _settle(lease, "failed", time(), str(error)), True
    except NotSentError as error:
        return _put_off(lease, time(), str(error)), not isinstance(error, UnreachableError)
    except Exception as error:
        # One mail that can't be made must not keep the others waiting; what went wrong is for the log, without texts.
        log.exception("mail %s could not be made", lease.id)
        return _put_off(lease, time(), f"could not be made ({type(error).__name__})"), True
    return _settle(lease, "sent", time()) if sent else "lost", True


def _send(settings: Settings, post: Post, hold: Hold, now: datetime) -> bool:
    with unit_of_work(patience=UNHURRIED) as session:
        intent = outbox.held(session, hold.lease)
        if intent is None:
            return False
        letter = letter_for(session, settings, intent, now)
        message_id, name = intent.message_id, f"{intent.created_at:%Y%m%dT%H%M%SZ}-{intent.id.hex}"
    house = House(settings.site_name, settings.sender, asset_dir("templates"))
    mail = compose(house, letter, message_id, now)
    if clock.now() >= hold.lease.until:  # this process was stopped for so long that another one may have sent it
        return False
    post.send(mail, name, hold.goes_on)
    return True


def _settle(lease: Lease, state: str, now: datetime, why: str | None = None) -> str:
    with unit_of_work(patience=UNHURRIED) as session:
        counted = outbox.settle(session, lease, state, now, why)
    level = logging.WARNING if state == "failed" else logging.INFO
    log.log(level, "mail %s: %s%s", lease.id, state if counted else "lost", f" ({why})" if why else "")
    return state if counted else "lost"


def _put_off(lease: Lease, now: datetime, why: str) -> str:
    with unit_of_work(patience=UNHURRIED) as session:
        state = outbox.put_off(session, lease, now, why, random.random())
    log.warning("mail %s: %s (%s)", lease.id, state, why)
    return "put off" if state == "waiting" else state
