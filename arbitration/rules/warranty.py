"""Rule ``warranty.period``: the problem must be reported while the warranty runs (C1, C2, C3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from arbitration.rules import codes
from arbitration.rules.case import Case, make
from arbitration.rules.durations import Duration
from arbitration.rules.judging import Cover, Explanation, Said, plain_explanation

_WITHOUT_END = {
    codes.STATED: "period_without_end",
    codes.UNLIMITED_STATED: "warranty_unlimited",
    codes.UNSPECIFIED: "warranty_not_stated",
    codes.HANDOVER: "handover_without_end",
}
_WITH_END = {
    (codes.STATED, codes.DELIVERY, True): "period_from_delivery_in_time",
    (codes.STATED, codes.DELIVERY, False): "period_from_delivery_too_late",
    (codes.STATED, codes.PAYMENT, True): "period_from_payment_in_time",
    (codes.STATED, codes.PAYMENT, False): "period_from_payment_too_late",
    **{(codes.HANDOVER, starts, True): "handover_in_time" for starts in codes.WARRANTY_STARTS},
    **{(codes.HANDOVER, starts, False): "handover_too_late" for starts in codes.WARRANTY_STARTS},
}
_UNLIMITED = Cover(codes.UNLIMITED_STATED)
_UNSPECIFIED = Cover(codes.UNSPECIFIED)
_NONE = Cover(codes.HANDOVER, exists=False)


@dataclass(frozen=True, slots=True)
class WarrantyPeriod:
    """In time up to the last instant, that included. An excluded warranty leaves the handover, for some reasons."""

    name: ClassVar[str] = codes.WARRANTY_RULE
    settles: ClassVar[bool] = False
    while_open: ClassVar[str] = codes.NEEDS_EVIDENCE

    reasons: tuple[str, ...]
    clauses: Mapping[str, tuple[str, ...]]
    """The clauses cited, by the basis of the warranty."""
    handover_period: Duration
    handover_reasons: frozenset[str]
    remedies: tuple[str, ...] = codes.REMEDIES

    def cover(self, case: Case) -> Cover:
        """What the warranty of this case rests on, and until when it runs."""
        warranty = case.terms.warranty
        kind, duration, starts = warranty
        if kind == codes.PERIOD and duration:
            start = case.purchase.paid_at if starts == codes.PAYMENT else delivered(case)
            return make(Cover, (codes.STATED, duration.after(start), True))
        if kind == codes.UNLIMITED:
            return _UNLIMITED
        if kind == codes.EXCLUDED:
            if case.claim.reason not in self.handover_reasons:
                return _NONE
            return make(Cover, (codes.HANDOVER, self.handover_period.after(delivered(case)), True))
        return _UNSPECIFIED

    def holds(self, case: Case, reported_at: datetime) -> bool:
        warranty = case.terms.warranty
        kind, duration = warranty.kind, warranty.duration
        if kind == codes.PERIOD and duration:
            start = case.purchase.paid_at if warranty.starts == codes.PAYMENT else delivered(case)
            return duration.covers(start, reported_at)
        if kind == codes.EXCLUDED:
            return case.claim.reason in self.handover_reasons and self.handover_period.covers(
                delivered(case), reported_at
            )
        return True

    def explain(self, case: Case, reported_at: datetime, holds: bool | None) -> Explanation:
        cover = self.cover(case)
        basis, expires_at, exists = cover
        clauses = self.clauses[basis]
        if not exists:
            return plain_explanation(self.name, clauses, holds, "no_cover", cover)
        _, duration, starts = case.terms.warranty
        code = _WITHOUT_END[basis] if expires_at is None else _WITH_END[basis, starts, bool(holds)]
        if basis == codes.HANDOVER:
            duration = self.handover_period
        values = {"reported_at": reported_at, "expires_at": expires_at, "duration": duration}
        notes = () if holds or not case.reports else told_elsewhere(case, reported_at)
        return make(Explanation, (self.name, clauses, holds, code, values, notes, None, None, cover))


def delivered(case: Case) -> datetime:
    """When the goods were delivered. Raises ValueError for a case that does not say it."""
    if case.purchase.delivered_at is None:
        raise ValueError(f"a claim for {case.claim.reason} needs a delivery")
    return case.purchase.delivered_at


def told_elsewhere(case: Case, reported_at: datetime) -> tuple[Said, ...]:
    """A note on the first report made elsewhere, if it came before the one that counts."""
    earlier = [at for at, via in case.reports if via == codes.ELSEWHERE and at < reported_at]
    return (Said("reported_elsewhere", {"at": min(earlier)}),) if earlier else ()
