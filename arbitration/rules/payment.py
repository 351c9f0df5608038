"""Rule ``payment.grace``: a payment has a while to be credited; after that it is to be refunded."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from arbitration.rules import codes
from arbitration.rules.case import Case
from arbitration.rules.durations import Duration
from arbitration.rules.judging import Explanation


@dataclass(frozen=True, slots=True)
class PaymentGrace:
    """Too early before ``paid_at + period``, covered from that instant on, by the rule's own remedies alone."""

    name: ClassVar[str] = codes.GRACE_RULE
    settles: ClassVar[bool] = True
    while_open: ClassVar[str] = codes.TOO_EARLY

    reasons: tuple[str, ...]
    clauses: tuple[str, ...]
    period: Duration
    remedies: tuple[str, ...]

    def holds(self, case: Case, reported_at: datetime) -> bool | None:  # noqa: ARG002
        until = self.period.after(case.purchase.paid_at)
        return True if until is not None and case.as_of >= until else None

    def explain(self, case: Case, reported_at: datetime, holds: bool | None) -> Explanation:  # noqa: ARG002
        paid_at = case.purchase.paid_at
        until = self.period.after(paid_at)
        if until is None:
            return Explanation(self.name, self.clauses, holds, "grace_without_end", {"paid_at": paid_at})
        if not holds:
            values = {"paid_at": paid_at, "until": until, "as_of": case.as_of}
            return Explanation(self.name, self.clauses, holds, "grace_running", values, not_before=until)
        told = {"paid_at": paid_at, "until": until, "period": self.period}
        return Explanation(self.name, self.clauses, holds, "grace_over", told)
