"""Who may arbitrate: conflicts of interest, how a case is handed over, objected to, and what an arbiter may ask for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files

from arbitration.domain.refusals import ConflictError, FieldFault, ForbiddenError, InvalidError
from arbitration.domain.sides import SIDES
from arbitration.rules.marking import N_

CONFLICT_OF_INTEREST, ABSENCE, LANGUAGE, OTHER = "conflict_of_interest", "absence", "language", "other"
PARTIALITY, TIE = "partiality", "tie"
HAND_OVER_GROUNDS = (CONFLICT_OF_INTEREST, ABSENCE, LANGUAGE, OTHER)
OBJECTION_GROUNDS = (PARTIALITY, TIE, LANGUAGE, OTHER)
ANY = "any"
REQUESTABLE = ("video", "screenshot", "document", "log", ANY)
LONGEST_REQUEST = timedelta(days=30)
WANTED_HAS = timedelta(hours=24)
"""So long a case that was handed over to somebody waits for them alone."""


@dataclass(frozen=True, slots=True)
class Ties:
    """What an arbiter and a case have to do with each other.

    ``address`` is the arbiter's, ``addresses`` those of buyer and seller; ``is_party`` says that the arbiter bought or
    sold it, ``declared`` that a tie to one of them is on record, ``ruled`` and ``had_it`` that the arbiter ruled on
    this dispute or had it before.
    """

    address: str
    addresses: tuple[str, ...]
    is_party: bool = False
    declared: bool = False
    ruled: bool = False
    had_it: bool = False


def conflict_of(ties: Ties) -> ConflictError | ForbiddenError | None:
    """Why the arbiter must not decide this dispute, as the refusal that trying to would meet; None if they may."""
    if ties.is_party:
        return ForbiddenError(N_("You bought or sold this yourself, so another arbiter has to decide it."))
    if shared_domain(ties.address, ties.addresses):
        return ConflictError(N_("Your address is in the same mail domain as a party's, so another arbiter decides it."))
    if ties.declared:
        return ConflictError(N_("You declared a tie to one of the parties, so another arbiter has to decide it."))
    if ties.ruled:
        return ConflictError(N_("You have ruled in this dispute before, so another arbiter has to decide it now."))
    if ties.had_it:
        return ConflictError(N_("You have had this dispute before, so another arbiter has to decide it."))
    return None


def require_no_conflict(ties: Ties) -> None:
    """Raises ForbiddenError or ConflictError, with the reason, where the arbiter must not decide this dispute."""
    refusal = conflict_of(ties)
    if refusal is not None:
        raise refusal


def shared_domain(address: str, others: Iterable[str]) -> str | None:
    """The mail domain that an address shares with one of the others; None where there is none, or anybody gets one."""
    domain = domain_of(address)
    if domain in public_providers():
        return None
    return domain if any(domain_of(other) == domain for other in others) else None


def domain_of(address: str) -> str:
    """What stands behind the @, without regard to capitals."""
    return address.rpartition("@")[2].strip().casefold()


@cache
def public_providers() -> frozenset[str]:
    """The mail domains in which anybody can have an address (``public_mail_providers.txt``)."""
    text = files("arbitration.domain").joinpath("public_mail_providers.txt").read_text(encoding="utf-8")
    lines = (line.partition("#")[0].strip().casefold() for line in text.splitlines())
    return frozenset(filter(None, lines))


def waits_until(handed_over_at: datetime) -> datetime:
    """Until when a case that was handed over to somebody is theirs alone to take."""
    return handed_over_at + WANTED_HAS


def require_ground(ground: str, grounds: Iterable[str]) -> None:
    """Raises InvalidError where it is none of the grounds."""
    if ground not in grounds:
        raise InvalidError(faults=[FieldFault("ground", N_("Choose one of the grounds."))])


def require_request(asked_of: str, what: str, due_at: datetime, now: datetime) -> None:
    """Raises InvalidError where a request for an exhibit names no party or kind, or no moment within thirty days."""
    faults = []
    if asked_of not in SIDES:
        faults.append(FieldFault("from", N_("Say whom you ask: the buyer or the seller.")))
    if what not in REQUESTABLE:
        faults.append(FieldFault("what", N_("Say what you ask for.")))
    if not now < due_at <= now + LONGEST_REQUEST:
        faults.append(FieldFault("due", N_("Choose a moment within the next thirty days.")))
    if faults:
        raise InvalidError(faults=faults)


def meets(what: str, kind: str) -> bool:
    """Whether an exhibit of a kind is what was asked for."""
    return what in (ANY, kind)
