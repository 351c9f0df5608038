"""A verdict: what the engine advises on a case, as values."""

from datetime import datetime
from typing import NamedTuple

from arbitration.rules.case import Case
from arbitration.rules.judging import Cover, Finding, Missing
from arbitration.rules.policy import Policy


class Violation(NamedTuple):
    """Conduct against the agreement: by whom, of which kind, against which rule and clause, and when."""

    by: str
    kind: str
    rule: str
    clause: str
    at: datetime


class Verdict(NamedTuple):
    """The answer to a case under a policy. Its codes are those of ``codes.VERDICTS`` and ``codes.RULES``."""

    case: Case
    policy: Policy
    verdict: str
    decided_by: str
    remedies: tuple[str, ...]
    warranty: Cover
    reported_at: datetime
    not_before: datetime | None
    missing: tuple[Missing, ...]
    violations: tuple[Violation, ...]
    findings: tuple[Finding, ...]
