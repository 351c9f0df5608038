"""Who moves the money of a refund, as the worker that pays sees it.

A gateway is asked to pay under a key that stays the same for one refund for ever, so that asking twice pays once. What
it was asked before is looked up first. It is called outside of any transaction; only ``PAID`` settles a refund.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from arbitration.domain.remedies import LEDGER


class Answer(StrEnum):
    """What a gateway says of a refund. ``UNKNOWN``: it never heard of it, or did not answer."""

    PAID = "paid"
    PENDING = "pending"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """A refund to be paid: ``amount`` in minor units, ``external_id`` that of the purchase."""

    key: str
    external_id: str
    amount: int
    currency: str


class Gateway(Protocol):
    """Somebody who pays by himself, asked by the worker."""

    def state_of(self, order: PaymentOrder) -> Answer:
        """What became of a refund that he was asked for before."""
        ...

    def pay(self, order: PaymentOrder) -> Answer:
        """Pay, unless this key was paid already."""
        ...


class Books:
    """The built-in ledger: the booking is the payment, and it is made in the transaction that settles the refund."""

    def state_of(self, order: PaymentOrder) -> Answer:  # noqa: ARG002
        """Nothing was ever sent anywhere: what is not booked is not paid."""
        return Answer.UNKNOWN

    def pay(self, order: PaymentOrder) -> Answer:  # noqa: ARG002
        """The seller's takings are held already, so they can always be paid from."""
        return Answer.PAID


GATEWAYS: Mapping[str, Gateway] = {LEDGER: Books()}
"""Those that pay by themselves, by the scheme of ``ARBITRATION_GATEWAY_URL``; with ``manual:`` an operator does."""
