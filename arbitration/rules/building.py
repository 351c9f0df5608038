"""Builds a case from values that are known already, such as rows of a database."""

from collections.abc import Iterable
from datetime import UTC, datetime

from arbitration.rules import codes
from arbitration.rules.case import Case, Claim, Conduct, Exhibit, Purchase, Report, Terms, Video
from arbitration.rules.faults import BadInputError, Fault
from arbitration.rules.order import order_faults
from arbitration.rules.policy import Policy


def build_case(
    policy: Policy,
    *,
    as_of: datetime,
    payment_started_at: datetime,
    paid_at: datetime,
    reason: str,
    opened_at: datetime,
    requested: str = codes.REFUND,
    terms: Terms | None = None,
    delivered_at: datetime | None = None,
    checked_at: datetime | None = None,
    replacements_made: int = 0,
    defect: str | None = None,
    admitted_by_seller: bool | None = None,
    evidence_closed: bool | None = None,
    reports: Iterable[Report] = (),
    evidence: Iterable[Video | Exhibit] = (),
    can_replace: bool | None = None,
    conduct: Iterable[Conduct] = (),
) -> Case:
    """A whole case, its instants in UTC whatever zone they came in.

    Raises BadInputError with every fault of codes and order, and ValueError for an instant without a zone.
    """
    case = Case(
        in_utc(as_of),
        terms or Terms(),
        Purchase(in_utc(payment_started_at), in_utc(paid_at), _utc(delivered_at), _utc(checked_at), replacements_made),
        Claim(reason, in_utc(opened_at), requested, defect, admitted_by_seller, evidence_closed),
        tuple(Report(in_utc(at), via) for at, via in reports),
        tuple(_exhibit(item) for item in evidence),
        can_replace,
        tuple(Conduct(by, kind, in_utc(at)) for by, kind, at in conduct),
    )
    faults = [*_code_faults(case, policy), *order_faults(case)]
    if faults:
        raise BadInputError(faults)
    return case


def in_utc(moment: datetime) -> datetime:
    """The instant in UTC. Raises ValueError for one without a zone."""
    if moment.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return moment.astimezone(UTC)


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else in_utc(moment)


def _exhibit(item: Video | Exhibit) -> Video | Exhibit:
    if isinstance(item, Video):
        return Video(in_utc(item.starts_at), in_utc(item.ends_at), item.continuous)
    return Exhibit(item.kind, in_utc(item.at))


def _code_faults(case: Case, policy: Policy) -> list[Fault]:
    claim = case.claim
    faults = []
    if claim.reason not in codes.REASONS:
        faults.append(Fault("claim.reason", "is no reason"))
    elif case.purchase.delivered_at is None and policy.needs_delivery(claim.reason):
        faults.append(Fault("purchase.delivered_at", f"must be known for a claim of the reason {claim.reason}"))
    if claim.requested not in codes.REMEDIES:
        faults.append(Fault("claim.requested", "is no remedy"))
    if any(report.via not in codes.REPORT_WAYS for report in case.reports):
        faults.append(Fault("reports", "were made in a way that is not known"))
    return faults
