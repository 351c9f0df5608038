"""What it takes to object that a listing was read wrongly, and how the party would have it read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from arbitration.domain.messages import text_of
from arbitration.domain.readings import FIELDS, MARKETPLACE, VIDEO, WAITING, WARRANTY, ListingTerms
from arbitration.domain.refusals import ConflictError, FieldFault, InvalidError, NotFoundError
from arbitration.rules import codes
from arbitration.rules.faults import BadInputError
from arbitration.rules.marking import N_
from arbitration.rules.reading import read_terms

LONGEST_REASON = 4000
LARGEST_COUNT = 9999
UNITS = {"hours": "PT%dH", "days": "P%dD", "weeks": "P%dW", "months": "P%dM", "years": "P%dY"}
ANSWERS = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether an objection may still be taken back."""

    withdrawn_at: datetime | None
    decided_at: datetime | None


def reason_of(written: str) -> str:
    """The reason as it is kept.

    Raises:
        InvalidError: it is empty or longer than ``LONGEST_REASON`` characters. The caller still has what was written.
    """
    text = text_of(written, "reason")
    if len(text) > LONGEST_REASON:
        msgid = N_("This is %(length)d characters long; an objection holds %(limit)d. Say it in fewer words.")
        raise InvalidError(faults=[FieldFault("reason", msgid, {"length": len(text), "limit": LONGEST_REASON})])
    return text


def suggestion_of(field: str, said: Mapping[str, str]) -> dict[str, Any] | None:
    """How the party would have the field read, from what a form says; None where it says nothing.

    Raises:
        InvalidError: a period without a whole number, or an answer that is none.
    """
    kind = said.get("kind", "")
    if not kind:
        return None
    if field == VIDEO and kind in ANSWERS:
        return {VIDEO: ANSWERS[kind]}
    if field == WARRANTY and kind == codes.PERIOD:
        return {WARRANTY: _period(said)}
    if field == WARRANTY and kind in codes.WARRANTY_KINDS:
        return {WARRANTY: {"kind": kind}}
    raise InvalidError(faults=[FieldFault("kind", N_("Choose one of the answers."))])


def correction_of(field: str, correction: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """How an arbiter decided that the field reads, as it is kept; None where it was read rightly.

    Raises:
        InvalidError: it is about another field, or no term of a listing.
    """
    if correction is None:
        return None
    if set(correction) != {field} or correction[field] is None:
        msgid = N_("Say how this one term is to be read, and nothing else.")
        raise InvalidError(faults=[FieldFault("correction", msgid)])
    try:
        read_terms(dict(correction), "correction")
    except BadInputError:
        msgid = N_("That is no term that a listing could have. Choose one of the answers.")
        raise InvalidError(faults=[FieldFault("correction", msgid)]) from None
    return dict(correction)


def require_undecided(objection: Standing) -> None:
    """Raises ConflictError for an objection that the party took back, or that was decided."""
    if objection.withdrawn_at is not None:
        raise ConflictError(N_("The party has taken this objection back, so there is nothing to decide."))
    if objection.decided_at is not None:
        raise ConflictError(N_("This objection has been decided already."))


def _period(said: Mapping[str, str]) -> dict[str, str]:
    count, unit = said.get("count", "").strip(), said.get("unit", "days")
    if not (count.isdecimal() and len(count) < 20 and 0 < int(count) <= LARGEST_COUNT):
        msgid = N_("Say how long the period is: a whole number from 1 to %(limit)d.")
        raise InvalidError(faults=[FieldFault("count", msgid, {"limit": LARGEST_COUNT})])
    if unit not in UNITS:
        raise InvalidError(faults=[FieldFault("unit", N_("Choose one of the answers."))])
    starts = codes.PAYMENT if said.get("starts") == codes.PAYMENT else codes.DELIVERY
    return {"kind": codes.PERIOD, "duration": UNITS[unit] % int(count), "starts": starts}


def require_readable(field: str, terms: ListingTerms) -> None:
    """Raises ConflictError where there is no reading to object to, NotFoundError for a field that is never read."""
    if field not in FIELDS:
        raise NotFoundError
    if terms.state == WAITING:
        raise ConflictError(N_("The description has not been read yet. Try again in a minute."))
    if terms.fields[field].source == MARKETPLACE:
        raise ConflictError(N_("The marketplace states this itself; it was not read in the description."))
    if not terms.may_be_objected(field):
        raise ConflictError(N_("An arbiter has decided how this is to be read."))


def require_open(objection: Standing) -> None:
    """Raises ConflictError for an objection that was taken back or decided."""
    if objection.withdrawn_at is not None:
        raise ConflictError(N_("You have taken this objection back already."))
    if objection.decided_at is not None:
        raise ConflictError(N_("This objection has been decided, so it can't be taken back any more."))


ALREADY_OPEN = N_("You have objected to this already. Take that objection back first if you want to word it anew.")
