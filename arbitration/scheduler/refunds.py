"""Paying the refunds that are owed, where a gateway pays by itself.

A refund is claimed in one short transaction, the gateway is called outside of any, and what it says is settled in
another that counts only while the claim is held. A worker that dies in between leaves a lease that runs out.
"""

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from flask import Flask

from arbitration import clock
from arbitration.config import Settings
from arbitration.db import UNHURRIED, reading, unit_of_work
from arbitration.domain.remedies import PENDING, UNKNOWN
from arbitration.outside.provider import Provider
from arbitration.services.refunds import paying
from arbitration.services.refunds.comparing import money, money_said
from arbitration.services.refunds.gateways import GATEWAYS, Answer, Gateway, PaymentOrder, Said
from arbitration.services.refunds.paying import Claim

log = logging.getLogger(__name__)
PAID, REFUSED, FAILED = "refunded", "refused by the provider", "could not be refunded"
REST = timedelta(seconds=30)
"""How long a process leaves a provider alone that did not answer, so that mails and deadlines need not wait for it;
longer where it asks for that (``Retry-After``)."""
RESTS = "arbitration_provider_rests_until"


def pay_due(
    app: Flask,
    now: datetime,
    told_to_stop: Callable[[], bool] = lambda: False,
    gateway: Gateway | None = None,
) -> Counter[str]:
    """Pay what is owed by ``now``; counts what was refunded. Any number of processes may do this at once.

    Each is asked for once. Stops where the provider does not answer, so that its silence costs one refund a try and not
    all of them.
    """
    done: Counter[str] = Counter()
    if gateway is None and _rests(app):
        return done
    asked = gateway or gateway_of(app)
    if asked is None:
        return done
    with app.app_context():
        with reading() as session:
            if not paying.any_due(session, now, clock.now()):
                return done
        put_off: set[UUID] = set()
        while not told_to_stop():
            with unit_of_work(patience=UNHURRIED) as session:
                claim = paying.claim(session, now, clock.now(), put_off)
            if claim is None:
                break
            outcome, rest = _paid(asked, claim, now)
            done[outcome] += 1
            put_off |= set() if outcome else {claim.id}
            if rest is not None:
                app.extensions[RESTS] = (clock.now(), clock.now() + rest)
                break
    done.pop("", None)
    return done


def gateway_of(app: Flask) -> Gateway | None:
    """Who pays by himself in this installation; None where an operator does."""
    terms = app.config["REFUND_TERMS"]
    return provider_of(app.config["SETTINGS"]) if terms.asks_provider else GATEWAYS.get(terms.gateway)


def provider_of(settings: Settings) -> Provider:
    """The payment provider that the settings name."""
    return Provider(
        settings.gateway_url,
        settings.signing_secret,
        clock.now,
        settings.reachable_networks,
        float(settings.gateway_timeout),
    )


def _rests(app: Flask) -> bool:
    """Whether the provider is left alone by now. A clock that was set back meanwhile leaves nobody alone."""
    begun, until = app.extensions.get(RESTS, (None, None))
    return begun is not None and begun <= clock.now() < until


def _paid(gateway: Gateway, claim: Claim, now: datetime) -> tuple[str, timedelta | None]:
    """What was done, and how long to leave the gateway alone if it did not answer.

    A fault is logged and the others go on; the lease runs out.
    """
    try:
        said, sent = _ask(gateway, claim)
        said = _unless_another_amount(said, claim.order)
        if said.answer is Answer.SILENT:
            log.warning("the refund %s: the provider did not say what became of it: %s", claim.order.key, said.reason)
        with unit_of_work(patience=UNHURRIED) as session:
            if said.answer is Answer.PAID:
                at = None if gateway in GATEWAYS.values() else clock.now()
                return (PAID if paying.settle_paid(session, claim, now, at) else ""), None
            if said.answer is Answer.REFUSED:
                log.warning("the refund %s was refused by the provider; operators are told why", claim.order.key)
                settled = paying.settle_refused(session, claim, said.reason, now, clock.now())
                return (REFUSED if settled else ""), None
            state = PENDING if said.answer is Answer.PENDING else UNKNOWN if sent else None
            paying.put_off(session, claim, clock.now(), state, said.reason or None, said.wait)
            return "", max(REST, said.wait or REST) if said.answer is Answer.SILENT else None
    except Exception:
        log.exception("the refund %s could not be paid", claim.order.key)
        return FAILED, None


def _ask(gateway: Gateway, claim: Claim) -> tuple[Said, bool]:
    """What the gateway says of a refund, and whether it was asked to pay just now.

    What may have been sent before is looked up first, and sent again only if the gateway never heard of it (or refused
    it, and an operator insists). Before a refusal counts it is looked up as well: it may be one of a second asking.
    """
    if claim.again:
        before = gateway.state_of(claim.order)
        if before.answer is not Answer.UNKNOWN and not (before.answer is Answer.REFUSED and claim.insisted):
            return before, False
    if clock.now() >= claim.until - paying.LEASE / 2:  # whoever was held up for so long may not be the only one by now
        return Said(Answer.SILENT, "it took too long until it could be asked"), False
    said = gateway.pay(claim.order)
    if said.answer is not Answer.REFUSED:
        return said, True
    after = gateway.state_of(claim.order)
    if after.answer in (Answer.PAID, Answer.PENDING) or (after.answer is Answer.SILENT and claim.again):
        return after, True
    return said, True


def _unless_another_amount(said: Said, order: PaymentOrder) -> Said:
    """What a gateway says, unless it is that another amount was paid: that settles nothing, an operator has to look."""
    if said.answer is not Answer.PAID or said.amount in (None, order.amount):
        return said
    ours, theirs = money(order.amount, order.currency), money_said(said, order.currency)
    return Said(Answer.REFUSED, f"it says that it paid {theirs}, not {ours}", said.amount)
