"""A case as the engine reads it. Every instant is an aware datetime in UTC; None means "not known" or "not stated"."""

from datetime import datetime
from typing import NamedTuple

from arbitration.rules import codes
from arbitration.rules.durations import Duration

make = tuple.__new__  # makes a named tuple in half the time that calling its class takes; used where it matters


class Warranty(NamedTuple):
    """What a listing states of the warranty; ``duration`` only for the kind ``period``."""

    kind: str = codes.NOT_STATED
    duration: Duration | None = None
    starts: str = codes.DELIVERY


class Terms(NamedTuple):
    """What a listing states of warranty, video and disclosed defects."""

    warranty: Warranty = Warranty()
    video_required: bool | None = None
    disclosed: tuple[str, ...] = ()


class Purchase(NamedTuple):
    """The times of a purchase, and how many replacements it has had."""

    payment_started_at: datetime
    paid_at: datetime
    delivered_at: datetime | None = None
    checked_at: datetime | None = None
    replacements_made: int = 0


class Claim(NamedTuple):
    """What the buyer complains of and asks for."""

    reason: str
    opened_at: datetime
    requested: str = codes.REFUND
    defect: str | None = None
    admitted_by_seller: bool | None = None
    evidence_closed: bool | None = None


class Report(NamedTuple):
    """One time that the buyer told of the problem, ``via`` the correspondence or elsewhere."""

    at: datetime
    via: str = codes.CORRESPONDENCE


class Video(NamedTuple):
    """A video and the span it shows; ``continuous`` None where that was not established."""

    starts_at: datetime
    ends_at: datetime
    continuous: bool | None = None


class Exhibit(NamedTuple):
    """An exhibit of another kind: a screenshot, a document or a log."""

    kind: str
    at: datetime


class Conduct(NamedTuple):
    """Something that a party did in the correspondence, by whom and when."""

    by: str
    kind: str
    at: datetime


class Case(NamedTuple):
    """All the facts that a verdict rests on, as they stand at ``as_of``."""

    as_of: datetime
    terms: Terms
    purchase: Purchase
    claim: Claim
    reports: tuple[Report, ...] = ()
    evidence: tuple[Video | Exhibit, ...] = ()
    can_replace: bool | None = None
    conduct: tuple[Conduct, ...] = ()

    def with_exhibit(self, exhibit: Video | Exhibit) -> "Case":
        """The same case with one more exhibit."""
        return self._like(self.claim, (*self.evidence, exhibit))

    def admitted(self) -> "Case":
        """The same case, the seller having admitted the facts."""
        reason, opened_at, requested, defect, _, closed = self.claim
        return self._like(make(Claim, (reason, opened_at, requested, defect, True, closed)), self.evidence)

    def _like(self, claim: Claim, evidence: tuple[Video | Exhibit, ...]) -> "Case":
        as_of, terms, purchase, _, reports, _, can_replace, conduct = self
        return make(Case, (as_of, terms, purchase, claim, reports, evidence, can_replace, conduct))

    def asking(self, reason: str, requested: str | None = None) -> "Case":
        """The same case with another reason, and another remedy asked for if one is given."""
        return self._replace(claim=self.claim._replace(reason=reason, requested=requested or self.claim.requested))
