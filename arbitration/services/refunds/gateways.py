"""Who moves the money of a refund, as the worker that pays sees it.

A gateway is asked to pay under a key that stays the same for one refund for ever, so that asking twice pays once. What
it was asked before is looked up first. It is called outside of any transaction; only ``PAID`` settles a refund.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from arbitration.domain.remedies import LEDGER

LONGEST_WAIT = timedelta(hours=1)
"""The longest pause that a gateway gets by asking for it: a slip of the other side should hold nothing up for days."""


class Answer(StrEnum):
    """What a gateway says of a refund. ``UNKNOWN``: it never heard of it. ``SILENT``: it did not say."""

    PAID = "paid"
    PENDING = "pending"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, why (a refusal's or a silence's reason, in the other side's words), and what was paid if it tells.

    ``amount`` is in minor units, and -1 where what it tells is no amount in the currency of the order; ``told`` is that
    in its own JSON. ``wait`` is how long the other side wants to be left alone, where it says so: never longer than
    ``LONGEST_WAIT``, whatever it asked for.
    """

    answer: Answer
    reason: str = ""
    amount: int | None = None
    told: str = ""
    wait: timedelta | None = None

    def __post_init__(self) -> None:
        if self.wait is not None and self.wait > LONGEST_WAIT:
            object.__setattr__(self, "wait", LONGEST_WAIT)


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """A refund to be paid: ``amount`` in minor units, ``external_id`` that of the purchase."""

    key: str
    external_id: str
    amount: int
    currency: str


class Gateway(Protocol):
    """Somebody who pays by himself, asked by the worker."""

    def state_of(self, order: PaymentOrder) -> Said:
        """What became of a refund that was asked for before."""
        ...

    def pay(self, order: PaymentOrder) -> Said:
        """Pay, unless this key was paid already."""
        ...


class Books:
    """The built-in ledger: the booking is the payment, and it is made in the transaction that settles the refund."""

    def state_of(self, order: PaymentOrder) -> Said:  # noqa: ARG002
        """Nothing was ever sent anywhere: what is not booked is not paid."""
        return Said(Answer.UNKNOWN)

    def pay(self, order: PaymentOrder) -> Said:  # noqa: ARG002
        """The seller's takings are held already, so they can always be paid from."""
        return Said(Answer.PAID)


GATEWAYS: Mapping[str, Gateway] = {LEDGER: Books()}
"""Those that need nothing to be asked, by ``RefundTerms.gateway``; with ``manual:`` an operator pays."""
