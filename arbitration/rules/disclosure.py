"""Rule ``disclosure.read``: what the listing itself disclosed cannot be complained of (C5)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from arbitration.rules import codes
from arbitration.rules.case import Case
from arbitration.rules.judging import Finding


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

    _not_named: Finding = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_not_named", Finding(self.name, self.clauses, True, "defect_not_named"))

    def judge(self, case: Case, reported_at: datetime) -> Finding:  # noqa: ARG002
        defect = case.claim.defect
        if defect is None:
            return self._not_named
        values = {"defect": defect.strip()}
        disclosed = case.terms.disclosed
        if disclosed and folded(defect) in map(folded, disclosed):
            return Finding(self.name, self.clauses, False, "defect_disclosed", values)
        return Finding(self.name, self.clauses, True, "defect_not_disclosed", values)
