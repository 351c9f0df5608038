"""Holding the refunds against what the payment provider says of each: where the two differ, and what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from arbitration.domain import remedies as rules
from arbitration.i18n.currencies import amount_text
from arbitration.models import Purchase, Remedy
from arbitration.services.reconciling import STUCK_AFTER, Difference
from arbitration.services.refunds.gateways import Answer, Gateway, PaymentOrder, Said
from arbitration.services.refunds.terms import terms_of

PENDING_TOO_LONG = timedelta(hours=24)
GIVEN_UP_AFTER = 3
"""After so many silences one after the other the rest is not asked for."""


@dataclass(frozen=True, slots=True)
class Ours:
    """A refund as it stands here. ``provider_state`` is what the provider said of it when it was asked last."""

    order: PaymentOrder
    state: str
    provider_state: str | None
    sent_at: datetime | None

    @property
    def where(self) -> str:
        """The purchase, as differences name it."""
        return f"purchase {self.order.external_id}"

    @property
    def what(self) -> str:
        """The refund, in words."""
        return f"the refund of {money(self.order.amount, self.order.currency)} ({self.order.key})"


def refunds(session: Session) -> list[Ours]:
    """All refunds but those that another provider was asked for.

    Those that were never sent are among them: a backup may be older than what the provider knows.
    """
    ours = or_(Remedy.provider_state.is_(None), Remedy.provider == terms_of(session).provider)
    query = select(Remedy, Purchase.external_id).join(Purchase, Purchase.id == Remedy.purchase_id)
    query = query.where(Remedy.gateway_key.is_not(None), Remedy.kind.in_(rules.REFUNDS), ours).order_by(Remedy.id)
    return [
        Ours(
            PaymentOrder(remedy.gateway_key or "", external_id, remedy.amount or 0, remedy.currency),
            remedy.state,
            remedy.provider_state,
            remedy.sent_at,
        )
        for remedy, external_id in session.execute(query)
    ]


def compare(ours: list[Ours], provider: Gateway, now: datetime) -> Iterator[Difference]:
    """Ask the provider for every refund, and give what differs. Call it outside of any transaction.

    ``now`` is the real moment. What could not be asked for is a difference too.
    """
    silences, reason = 0, ""
    for number, each in enumerate(ours):
        said = provider.state_of(each.order)
        if said.answer is not Answer.SILENT:
            silences = 0
            yield from differences(each, said, now)
            continue
        silences, reason = silences + 1, said.reason
        if silences == GIVEN_UP_AFTER:
            left = len(ours) - number - 1
            rest = f"; {left} more were not asked for" if left else ""
            yield Difference("the payment provider", f"it does not answer ({reason}){rest}", ASK_AGAIN)
            return
        yield Difference(each.where, f"the provider does not say what became of {each.what} ({reason})", ASK_AGAIN)


def differences(ours: Ours, said: Said, now: datetime) -> Iterator[Difference]:
    """How one refund differs from what the provider says of it."""
    look = {rules.DONE: _done, rules.DROPPED: _dropped}.get(ours.state, _owed)
    another = said.answer is Answer.PAID and said.amount is not None and said.amount != ours.order.amount
    found = None if another and ours.state != rules.DROPPED else look(ours, said, now)
    if found is not None:
        yield Difference(ours.where, *found)
    if another:
        what = f"the provider paid {money_said(said, ours.order.currency)} for {ours.what}"
        yield Difference(ours.where, what, SETTLE_AMOUNT if ours.state in rules.OPEN else OTHER_AMOUNT)


def _done(ours: Ours, said: Said, _now: datetime) -> tuple[str, str] | None:
    by_provider = ours.provider_state == rules.PAID
    if by_provider and said.answer is not Answer.PAID:
        return f"{ours.what} was settled as paid, but now the provider says: {_told(said)}", PROVE
    if not by_provider and said.answer is Answer.PAID:
        return f"{ours.what} was confirmed by hand, and the provider paid it as well: it was paid twice", GET_BACK
    if not by_provider and said.answer is Answer.PENDING:
        return f"{ours.what} was confirmed by hand, and the provider has it still: it may be paid twice", CANCEL
    return None


def _dropped(ours: Ours, said: Said, _now: datetime) -> tuple[str, str] | None:
    if said.answer not in (Answer.PAID, Answer.PENDING):
        return None
    return f"{ours.what} is not owed any more, but the provider says: {_told(said)}", CANCEL


def _owed(ours: Ours, said: Said, now: datetime) -> tuple[str, str] | None:
    refused = ours.provider_state == rules.REFUSED
    if said.answer is Answer.PAID:
        return f"{ours.what} was paid there, and is still owed here", TRY_AGAIN if refused else SWEEP
    if refused:
        told = f"{ours.what} was refused, and waits for an operator; now the provider says: {_told(said)}"
        return told, TRY_AGAIN if said.answer is Answer.PENDING else BY_HAND
    if said.answer is Answer.REFUSED:
        return f"{ours.what} is refused there, which is not known here yet", SWEEP
    since = f"{ours.sent_at:%Y-%m-%d %H:%M} UTC" if ours.sent_at else ""
    if said.answer is Answer.PENDING and ours.sent_at and now - ours.sent_at > PENDING_TOO_LONG:
        return f"{ours.what} is pending there since {since}", ASK_WHY
    if said.answer is Answer.UNKNOWN and ours.sent_at and now - ours.sent_at > STUCK_AFTER:
        return f"{ours.what} was sent first at {since}, but the provider knows nothing of it", SWEEP
    return None


def _told(said: Said) -> str:
    return f"{said.answer.value} ({said.reason})" if said.reason else said.answer.value


def money(amount: int, currency: str) -> str:
    """An amount and its currency, for people who run an installation."""
    return f"{amount_text(amount, currency)} {currency}"


def money_said(said: Said, currency: str) -> str:
    """The amount that a provider told, in its own words where that is none in the currency of the order."""
    if said.amount is not None and said.amount >= 0:
        return money(said.amount, currency)
    return "another currency or no amount" + (f" (it tells {said.told})" if said.told else "")


ASK_AGAIN = "run `arbitration gateway` to see what is wrong, then run this again"
SWEEP = (
    "see that `arbitration scheduler` runs: it asks the provider again by itself, within a quarter of an hour; not "
    "while everything is held back (`arbitration hold`)"
)
BY_HAND = "pay it by hand and confirm it, or have the provider asked again, as an operator"
TRY_AGAIN = "don't pay it by hand; have the provider asked again, as an operator: it is settled as the provider says"
ASK_WHY = "ask the provider why; don't pay it by hand meanwhile"
PROVE = "don't pay it again before the provider has said in writing what it did; if it was not paid, pay it by hand"
GET_BACK = "have the provider take back its payment, or get back one of the two"
CANCEL = "have the provider cancel it"
OTHER_AMOUNT = "find out what was really paid; pay what is missing by hand, or get back what was too much"
SETTLE_AMOUNT = f"{OTHER_AMOUNT}; then confirm it, as an operator, once the provider's answer is known here"
