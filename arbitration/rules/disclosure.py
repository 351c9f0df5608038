"""Rule ``disclosure.read``: what the listing itself disclosed cannot be complained of (C5)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from arbitration.rules import codes
from arbitration.rules.case import Case
from arbitration.rules.judging import Finding, make, plain_finding


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

    def judge(self, case: Case, reported_at: datetime) -> Finding:  # noqa: ARG002
        defect = case.claim.defect
        if defect is None:
            return plain_finding(self.name, self.clauses, True, "defect_not_named")
        disclosed = case.terms.disclosed
        told = disclosed and folded(defect) in map(folded, disclosed)
        holds, code = (False, "defect_disclosed") if told else (True, "defect_not_disclosed")
        values = {"defect": defect.strip()}
        return make(Finding, (self.name, self.clauses, holds, code, values, (), None, None, None))
