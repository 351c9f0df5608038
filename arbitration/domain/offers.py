"""What an offer may hold, and who may answer it until when."""

from dataclasses import dataclass
from datetime import datetime

from arbitration.domain.refusals import ConflictError, FieldFault, ForbiddenError, InvalidError
from arbitration.domain.remedies import PART_REFUND, REFUND, REPLACEMENT
from arbitration.rules.marking import N_

REMEDIES = (REFUND, PART_REFUND, REPLACEMENT)
ACCEPT, DECLINE, COUNTER = "accept", "decline", "counter"
ANSWERS = (ACCEPT, DECLINE, COUNTER)
OPEN, ACCEPTED, DECLINED, COUNTERED, EXPIRED, SUPERSEDED = (
    "open",
    "accepted",
    "declined",
    "countered",
    "expired",
    "superseded",
)


@dataclass(frozen=True, slots=True)
class Standing:
    """An offer as far as an answer depends on it."""

    by: str
    state: str
    expires_at: datetime


def amount_of(remedy: str, amount: int | None, price: int, path: str = "amount") -> int | None:
    """What a remedy comes to in minor units: the whole price, a part of it, or None for a replacement.

    Raises:
        InvalidError: no such remedy, or no such amount; a full refund can be left without one.
    """
    if remedy not in REMEDIES:
        raise InvalidError(faults=[FieldFault("remedy", N_("Choose a refund, a part refund or a replacement."))])
    if remedy == REPLACEMENT:
        if amount is not None:
            raise InvalidError(faults=[FieldFault(path, N_("A replacement has no amount. Leave it out."))])
        return None
    if remedy == REFUND:
        if amount not in (None, price):
            raise InvalidError(faults=[FieldFault(path, N_("A full refund is the whole price. Leave the amount out."))])
        return price
    if amount is None or not 0 < amount < price:
        raise InvalidError(faults=[FieldFault(path, N_("Give an amount above nought and below the price."))])
    return amount


def require_answerable(offer: Standing, side: str, now: datetime) -> None:
    """Raises ForbiddenError for one's own offer, ConflictError for one that is not open any more."""
    if offer.by == side:
        raise ForbiddenError(N_("This is your own offer; the other side answers it."))
    if offer.state == EXPIRED or (offer.state == OPEN and now > offer.expires_at):
        raise ConflictError(N_("This offer ran out before you answered. You can make one yourself."))
    if offer.state != OPEN:
        raise ConflictError(N_("This offer is not open any more. Look at what holds now."))


def require_rounds_left(countered: int, most: int) -> None:
    """Raises ConflictError where a side has made as many counter-offers as the policy allows."""
    if countered >= most:
        raise ConflictError(
            N_("You have made %(most)d counter-offers, and that is all there are. Accept or decline."), most=most
        )
