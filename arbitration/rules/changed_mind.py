"""Rule ``reason.changed_mind``: a change of mind is not covered (C5)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from arbitration.rules import codes
from arbitration.rules.case import Case
from arbitration.rules.judging import Finding, plain_finding


@dataclass(frozen=True, slots=True)
class ChangedMind:
    """Defeats every claim it applies to."""

    name: ClassVar[str] = codes.CHANGED_MIND_RULE
    settles: ClassVar[bool] = True
    while_open: ClassVar[str] = codes.NEEDS_EVIDENCE

    reasons: tuple[str, ...]
    clauses: tuple[str, ...]
    remedies: tuple[str, ...] = codes.REMEDIES

    def judge(self, case: Case, reported_at: datetime) -> Finding:  # noqa: ARG002
        return plain_finding(self.name, self.clauses, False, "changed_mind")
