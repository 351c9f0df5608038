"""Rule ``delivery.logged``: goods that never came, against what the platform logged (C1)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from arbitration.rules import codes
from arbitration.rules.case import Case
from arbitration.rules.judging import Finding, Missing, plain_finding

_ANY = Missing("any")


@dataclass(frozen=True, slots=True)
class DeliveryLogged:
    """Covered without a logged delivery; against one, any exhibit or the seller's admission is needed."""

    name: ClassVar[str] = codes.DELIVERY_RULE
    settles: ClassVar[bool] = True
    while_open: ClassVar[str] = codes.NEEDS_EVIDENCE

    reasons: tuple[str, ...]
    clauses: tuple[str, ...]
    remedies: tuple[str, ...] = codes.REMEDIES

    def judge(self, case: Case, reported_at: datetime) -> Finding:  # noqa: ARG002
        delivered_at = case.purchase.delivered_at
        if delivered_at is None:
            return plain_finding(self.name, self.clauses, True, "delivery_not_logged")
        values = {"delivered_at": delivered_at}
        if case.claim.admitted_by_seller:
            return Finding(self.name, self.clauses, True, "delivery_admitted", values)
        if case.evidence:
            return Finding(self.name, self.clauses, True, "delivery_evidence", values)
        if case.claim.evidence_closed:
            return Finding(self.name, self.clauses, False, "delivery_unproven", values)
        return Finding(self.name, self.clauses, None, "delivery_unanswered", values, missing=_ANY)
