"""What an opened dispute must say, and when one can be opened."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from arbitration.domain.messages import cleaned
from arbitration.domain.refusals import ConflictError, FieldFault, InvalidError
from arbitration.domain.stages import Outcome
from arbitration.rules import codes
from arbitration.rules.marking import N_
from arbitration.rules.policy import Policy

LONGEST_DEFECT = 500
LONGEST_TRIED = 2000


@dataclass(frozen=True, slots=True)
class Claim:
    """What a buyer says when opening: a reason and a remedy (codes), the defect in a few words, when the goods were
    checked, since when something is wrong, the statement, and what was tried. The engine
    asks neither ``since`` nor ``tried``."""

    reason: str
    requested: str
    statement: str = ""
    defect: str | None = None
    checked_at: datetime | None = None
    since: datetime | None = None
    tried: str | None = None


@dataclass(frozen=True, slots=True)
class Bought:
    """The purchase as far as an opening depends on it."""

    payment_started_at: datetime
    paid_at: datetime
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Before:
    """An earlier dispute of the same purchase: what it was about, and how it ended (None: it is open)."""

    reason: str
    outcome: str | None


def require_openable(claim: Claim, bought: Bought, before: Iterable[Before], paid_back: bool, now: datetime) -> None:
    """Raises ConflictError where there can be no dispute (any more), with advice on what to do instead."""
    for earlier in before:
        if earlier.outcome is None:
            raise ConflictError(OPEN_ALREADY)
        if earlier.outcome == Outcome.DISMISSED and earlier.reason == claim.reason:
            raise ConflictError(DECIDED_ALREADY)
    if paid_back:
        raise ConflictError(PAID_BACK)
    if now < bought.paid_at:
        raise ConflictError(NOT_PAID)


def checked(claim: Claim, bought: Bought, policy: Policy, now: datetime) -> Claim:
    """The claim as it is kept, without white space around its words.

    Raises:
        InvalidError: a fault for each field that is wrong or missing.
    """
    faults = []
    if claim.reason not in codes.REASONS:
        faults.append(FieldFault("reason", N_("Choose what went wrong.")))
    elif policy.needs_delivery(claim.reason) and not (bought.delivered_at and bought.delivered_at <= now):
        faults.append(FieldFault("reason", NOT_DELIVERED))
    if claim.requested not in codes.REMEDIES:
        faults.append(FieldFault("requested", N_("Choose what you would like: your money back, or a replacement.")))
    defect = " ".join(cleaned(claim.defect or "").split()) or None
    if defect and len(defect) > LONGEST_DEFECT:
        faults.append(FieldFault("defect", N_("Name it in a few words; tell the rest below.")))
    tried = cleaned(claim.tried or "") or None
    if tried and len(tried) > LONGEST_TRIED:
        faults.append(FieldFault("tried", N_("Name what you tried in short; tell the rest above.")))
    if claim.checked_at is not None and not bought.payment_started_at <= claim.checked_at <= now:
        faults.append(FieldFault("checked_at", N_("The check lies between the beginning of the payment and now.")))
    if claim.since is not None and not bought.payment_started_at <= claim.since <= now:
        faults.append(FieldFault("since", N_("Give a moment between the beginning of the payment and now.")))
    if faults:
        raise InvalidError(faults=faults)
    return replace(claim, statement=claim.statement.strip(), defect=defect, tried=tried)


OPEN_ALREADY = N_("There is an open dispute about this purchase already. Go on there.")
DECIDED_ALREADY = N_("An arbiter has decided this very complaint. If something else went wrong, choose another reason.")
PAID_BACK = N_("The whole price of this purchase has been paid back, so there is nothing left to dispute.")
NOT_PAID = N_("This purchase has not been paid yet, so there is nothing to dispute.")
NOT_DELIVERED = N_("No delivery is logged for this purchase. Choose “not delivered”, and tell below what came.")
