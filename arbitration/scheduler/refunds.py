"""Paying the refunds that are owed, where a gateway pays by itself.

A refund is claimed in one short transaction, the gateway is called outside of any, and what it says is settled in
another that counts only while the claim is held. A worker that dies in between leaves a lease that runs out.
"""

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from flask import Flask

from arbitration import clock
from arbitration.db import reading, unit_of_work
from arbitration.services.refunds import paying
from arbitration.services.refunds.gateways import GATEWAYS, Answer, Gateway
from arbitration.services.refunds.paying import Claim

log = logging.getLogger(__name__)
UNHURRIED = 30_000  # milliseconds to wait for a busy database: no person waits for this
PAID, FAILED = "refunded", "could not be refunded"


def pay_due(
    app: Flask,
    now: datetime,
    told_to_stop: Callable[[], bool] = lambda: False,
    gateway: Gateway | None = None,
) -> Counter[str]:
    """Pay what is owed by ``now``; counts what was refunded. Any number of processes may do this at once."""
    done: Counter[str] = Counter()
    gateway = gateway or GATEWAYS.get(app.config["REFUND_TERMS"].gateway)
    if gateway is None:
        return done
    with app.app_context():
        with reading() as session:
            if not paying.any_due(session, now, clock.now()):
                return done
        while not told_to_stop():
            with unit_of_work(patience=UNHURRIED) as session:
                claim = paying.claim(session, now, clock.now())
            if claim is None:
                break
            done[_paid(gateway, claim, now)] += 1
    done.pop("", None)
    return done


def _paid(gateway: Gateway, claim: Claim, now: datetime) -> str:
    """What was done. A fault is logged and the others go on; the lease runs out, and the refund is tried again."""
    try:
        answer = gateway.state_of(claim.order) if claim.again else Answer.UNKNOWN
        if answer is Answer.UNKNOWN:
            answer = gateway.pay(claim.order)
        with unit_of_work(patience=UNHURRIED) as session:
            if answer is not Answer.PAID:
                paying.put_off(session, claim, clock.now())
                return ""
            return PAID if paying.settle_paid(session, claim, now) else ""
    except Exception:
        log.exception("the refund %s could not be paid", claim.order.key)
        return FAILED
