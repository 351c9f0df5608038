"""Rule ``disclosure.read``: what the listing itself disclosed cannot be complained of (C5)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from arbitration.rules import codes
from arbitration.rules.case import Case, make
from arbitration.rules.judging import Explanation, plain_explanation


def folded(defect: str) -> str:
    """The form in which two descriptions of a defect are compared: no outer white space, full case folding."""
    return defect.strip().casefold()


@dataclass(frozen=True, slots=True)
class DisclosureRead:
    """Defeats a claim whose defect is among the disclosed."""

    name: ClassVar[str] = codes.DISCLOSURE_RULE
    settles: ClassVar[bool] = False
    while_open: ClassVar[str] = codes.NEEDS_EVIDENCE

    reasons: tuple[str, ...]
    clauses: tuple[str, ...]
    remedies: tuple[str, ...] = codes.REMEDIES

    def holds(self, case: Case, reported_at: datetime) -> bool:  # noqa: ARG002
        defect, disclosed = case.claim.defect, case.terms.disclosed
        return defect is None or not disclosed or folded(defect) not in map(folded, disclosed)

    def explain(self, case: Case, reported_at: datetime, holds: bool | None) -> Explanation:  # noqa: ARG002
        defect = case.claim.defect
        if defect is None:
            return plain_explanation(self.name, self.clauses, holds, "defect_not_named")
        code = "defect_not_disclosed" if holds else "defect_disclosed"
        values = {"defect": defect.strip()}
        return make(Explanation, (self.name, self.clauses, holds, code, values, (), None, None, None))
