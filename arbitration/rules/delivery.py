"""Rule ``delivery.logged``: goods that never came, against what the platform logged (C1)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from arbitration.rules import codes
from arbitration.rules.case import Case, make
from arbitration.rules.judging import Explanation, Missing, plain_explanation

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

    def holds(self, case: Case, reported_at: datetime) -> bool | None:  # noqa: ARG002
        claim = case.claim
        if case.purchase.delivered_at is None or claim.admitted_by_seller or case.evidence:
            return True
        return False if claim.evidence_closed else None

    def explain(self, case: Case, reported_at: datetime, holds: bool | None) -> Explanation:  # noqa: ARG002
        delivered_at = case.purchase.delivered_at
        if delivered_at is None:
            return plain_explanation(self.name, self.clauses, holds, "delivery_not_logged")
        values = {"delivered_at": delivered_at}
        missing = None
        if holds:
            code = "delivery_admitted" if case.claim.admitted_by_seller else "delivery_evidence"
        elif holds is False:
            code = "delivery_unproven"
        else:
            code, missing = "delivery_unanswered", _ANY
        return make(Explanation, (self.name, self.clauses, holds, code, values, (), missing, None, None))
