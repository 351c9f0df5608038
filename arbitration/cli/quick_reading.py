"""Reads a line with a case in which nothing is wrong, several times as fast as ``rules.reading``; it tells no faults.

The classes below are the shape of a case, and msgspec holds a line to them. Where it does not fit, or at any other
doubt, there is no case, and the careful reader says what there is to say. What msgspec does not look at is looked at
here: instants and durations, which are texts to it, and the order of the instants.

Of a key that stands there twice it keeps the last. Such a key leaves more quotation marks in the line than there are
around the keys and texts that were read (``pairs``), as does a field that has no place beside the others. Nothing can
make up for them: a mark too many is a doubt.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import UNSET, Meta, MsgspecError, Struct, UnsetType
from msgspec.json import Decoder

from arbitration.rules import codes
from arbitration.rules.case import Case, Claim, Conduct, Exhibit, Purchase, Report, Terms, Video, Warranty, make
from arbitration.rules.durations import parse_duration
from arbitration.rules.instants import parse_instant
from arbitration.rules.policy import Policy

if TYPE_CHECKING:  # where a code is a text among others
    Reason = str
    Remedy = str
    WarrantyKind = str
    WarrantyStart = str
    Way = str
    ExhibitKind = str
    Side = str
    ConductKind = str
else:
    Reason, Remedy, WarrantyKind = Literal[codes.REASONS], Literal[codes.REMEDIES], Literal[codes.WARRANTY_KINDS]
    WarrantyStart = Literal[codes.WARRANTY_STARTS]
    Way, ExhibitKind = Literal[codes.REPORT_WAYS], Literal[codes.EVIDENCE_KINDS]
    Side, ConductKind = Literal[codes.SIDES], Literal[codes.CONDUCT_KINDS]

Instant = Annotated[str, Meta(min_length=20)]
MaybeInstant = Instant | None | UnsetType
MaybeText = str | None | UnsetType
MaybeTrue = bool | None | UnsetType
MaybeCount = Annotated[int, Meta(ge=0)] | None | UnsetType


class Shape(Struct, forbid_unknown_fields=True, gc=False):
    """An object of JSON, in which nothing else may stand; UNSET is what does not stand there."""


class WarrantyShape(Shape):
    kind: WarrantyKind
    duration: str | UnsetType = UNSET
    starts: WarrantyStart | UnsetType | None = UNSET


class TermsShape(Shape):
    warranty: WarrantyShape | UnsetType | None = UNSET
    video_required: MaybeTrue = UNSET
    disclosed: list[str] | UnsetType | None = UNSET


class ListingShape(Shape):
    terms: TermsShape | UnsetType | None = UNSET


class PurchaseShape(Shape):
    payment_started_at: Instant
    paid_at: Instant
    delivered_at: MaybeInstant = UNSET
    checked_at: MaybeInstant = UNSET
    replacements_made: MaybeCount = UNSET


class ClaimShape(Shape):
    reason: Reason
    opened_at: Instant
    requested: Remedy
    defect: MaybeText = UNSET
    admitted_by_seller: MaybeTrue = UNSET
    evidence_closed: MaybeTrue = UNSET


class ReportShape(Shape):
    at: Instant
    via: Way


class ExhibitShape(Shape):
    """``at``, or for a video the other three."""

    kind: ExhibitKind
    at: Instant = ""
    starts_at: Instant = ""
    ends_at: Instant = ""
    continuous: MaybeTrue = UNSET


class SellerShape(Shape):
    can_replace: MaybeTrue = UNSET


class ConductShape(Shape):
    by: Side
    kind: ConductKind
    at: Instant


class CaseShape(Shape):
    as_of: Instant
    purchase: PurchaseShape
    claim: ClaimShape
    listing: ListingShape | UnsetType | None = UNSET
    reports: list[ReportShape] | UnsetType | None = UNSET
    evidence: list[ExhibitShape] | UnsetType | None = UNSET
    seller: SellerShape | UnsetType | None = UNSET
    conduct: list[ConductShape] | UnsetType | None = UNSET


_decode = Decoder(CaseShape).decode
_NO_TERMS = Terms()
_NOT_STATED = Warranty()


class DoubtError(ValueError):
    """Something is wrong, or at least unusual."""


def quick_case(line: bytes, policy: Policy) -> Case | None:
    """The case in a JSON text if nothing is wrong with it, else None."""
    try:
        case, pairs = _case(_decode(line))
    except (MsgspecError, ValueError):
        return None
    if line.count(b'"') != 2 * pairs:
        return None
    undelivered = case.purchase.delivered_at is None and case.claim.reason in policy.reasons_needing_delivery
    return None if undelivered else case


# Each of these gives what it read, and how many keys and texts it found: never more than there are, or a key that
# stands twice could go unseen.


def _case(shape: CaseShape) -> tuple[Case, int]:
    as_of = parse_instant(shape.as_of)
    purchase, pairs = _purchase(shape.purchase)
    claim, more = _claim(shape.claim)
    if as_of < claim.opened_at:
        raise DoubtError
    pairs += more + 4
    terms, can_replace = _NO_TERMS, None
    reports: tuple[Report, ...] = ()
    evidence: tuple[Video | Exhibit, ...] = ()
    conduct: tuple[Conduct, ...] = ()
    if (listing := shape.listing) is not UNSET:
        terms, more = _listing(listing)
        pairs += more + 1
    if (reported := shape.reports) is not UNSET:
        reports = _reports(reported or (), purchase.payment_started_at)
        pairs += 4 * len(reports) + 1
    if (exhibits := shape.evidence) is not UNSET:
        evidence, more = _evidence(exhibits or ())
        pairs += more + 1
    if (seller := shape.seller) is not UNSET:
        can_replace, more = _can_replace(seller)
        pairs += more + 1
    if (done := shape.conduct) is not UNSET:
        conduct = tuple([make(Conduct, (it.by, it.kind, parse_instant(it.at))) for it in done or ()])
        pairs += 6 * len(conduct) + 1
    return make(Case, (as_of, terms, purchase, claim, reports, evidence, can_replace, conduct)), pairs


def _purchase(shape: PurchaseShape) -> tuple[Purchase, int]:
    started, paid = parse_instant(shape.payment_started_at), parse_instant(shape.paid_at)
    delivered, checked, made = None, None, 0
    pairs = 4
    if (text := shape.delivered_at) is not UNSET:
        delivered, more = _maybe_instant(text)
        pairs += more
    if (text := shape.checked_at) is not UNSET:
        checked, more = _maybe_instant(text)
        pairs += more
    if (count := shape.replacements_made) is not UNSET:
        made = count or 0
        pairs += 1
    if paid < started or (delivered and delivered < paid) or (checked and checked < started):
        raise DoubtError
    return make(Purchase, (started, paid, delivered, checked, made)), pairs


def _maybe_instant(text: str | None) -> tuple[datetime | None, int]:
    return (None, 1) if text is None else (parse_instant(text), 2)


def _claim(shape: ClaimShape) -> tuple[Claim, int]:
    defect, admitted, closed = shape.defect, shape.admitted_by_seller, shape.evidence_closed
    pairs = 6 + (admitted is not UNSET) + (closed is not UNSET)
    if defect is not UNSET:
        pairs += 1 if defect is None else 2
    read = (
        shape.reason,
        parse_instant(shape.opened_at),
        shape.requested,
        None if defect is UNSET else defect,
        None if admitted is UNSET else admitted,
        None if closed is UNSET else closed,
    )
    return make(Claim, read), pairs


def _listing(shape: ListingShape | None) -> tuple[Terms, int]:
    if not shape or (terms := shape.terms) is UNSET:
        return _NO_TERMS, 0
    return (_NO_TERMS, 1) if terms is None else _terms(terms)


def _terms(shape: TermsShape) -> tuple[Terms, int]:
    warranty, required = _NOT_STATED, shape.video_required
    disclosed: tuple[str, ...] = ()
    pairs = 1 + (required is not UNSET)
    if (stated := shape.warranty) is not UNSET:
        pairs += 1
        if stated is not None:
            warranty, more = _warranty(stated.kind, stated.duration, stated.starts)
            pairs += more
    if (texts := shape.disclosed) is not UNSET:
        disclosed = tuple(texts or ())
        pairs += len(disclosed) + 1
    return make(Terms, (warranty, None if required is UNSET else required, disclosed)), pairs


@lru_cache(maxsize=1024)
def _warranty(kind: str, duration: str | UnsetType, starts: str | UnsetType | None) -> tuple[Warranty, int]:
    """Listings state few different warranties, so each is kept."""
    if kind != codes.PERIOD:
        return Warranty(kind), 2
    if duration is UNSET:
        raise DoubtError
    pairs = 4 if starts is UNSET else 5 if starts is None else 6
    return Warranty(kind, parse_duration(str(duration)), starts or codes.DELIVERY), pairs


def _reports(shapes: Iterable[ReportShape], started: datetime) -> tuple[Report, ...]:
    found = []
    for shape in shapes:
        at, via = parse_instant(shape.at), shape.via
        if at < started and via != codes.ELSEWHERE:
            raise DoubtError
        found.append(make(Report, (at, via)))
    return tuple(found)


def _evidence(shapes: Iterable[ExhibitShape]) -> tuple[tuple[Video | Exhibit, ...], int]:
    found: list[Video | Exhibit] = []
    pairs = 0
    for shape in shapes:
        if shape.kind == codes.VIDEO:
            starts_at, ends_at = parse_instant(shape.starts_at), parse_instant(shape.ends_at)
            continuous = shape.continuous
            if ends_at < starts_at:
                raise DoubtError
            pairs += 6 if continuous is UNSET else 7
            found.append(make(Video, (starts_at, ends_at, None if continuous is UNSET else continuous)))
        else:
            pairs += 4
            found.append(make(Exhibit, (shape.kind, parse_instant(shape.at))))
    return tuple(found), pairs


def _can_replace(shape: SellerShape | None) -> tuple[bool | None, int]:
    if not shape or shape.can_replace is UNSET:
        return None, 0
    return shape.can_replace, 1
