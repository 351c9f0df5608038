"""Rule ``reason.changed_mind``: a change of mind is not covered (C5)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from arbitration.rules import codes
from arbitration.rules.case import Case
from arbitration.rules.judging import Explanation, plain_explanation


@dataclass(frozen=True, slots=True)
class ChangedMind:
    """Defeats every claim it applies to."""

    name: ClassVar[str] = codes.CHANGED_MIND_RULE
    settles: ClassVar[bool] = True
    while_open: ClassVar[str] = codes.NEEDS_EVIDENCE

    reasons: tuple[str, ...]
    clauses: tuple[str, ...]
    remedies: tuple[str, ...] = codes.REMEDIES

    def holds(self, case: Case, reported_at: datetime) -> bool:  # noqa: ARG002
        return False

    def explain(self, case: Case, reported_at: datetime, holds: bool | None) -> Explanation:  # noqa: ARG002
        return plain_explanation(self.name, self.clauses, holds, "changed_mind")
