"""A verdict: what the engine advises on a case, as values.

It holds what was found. Whatever follows from that and from the case is worked out when it is read.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from arbitration.rules import codes
from arbitration.rules.case import Case, make
from arbitration.rules.judging import Cover, Explanation, Finding, Missing, Said
from arbitration.rules.plans import Ruling
from arbitration.rules.policy import Policy

Notes = Mapping[str, tuple[Said, ...]]
"""Something to say beside what rules found, by the rule."""

NO_NOTES: Notes = {}
_NOT_APPLICABLE = Cover(codes.NOT_APPLICABLE)


class Violation(NamedTuple):
    """Conduct against the agreement: by whom, of which kind, against which rule and clause, and when."""

    by: str
    kind: str
    rule: str
    clause: str
    at: datetime


class Explained(NamedTuple):
    """Why a verdict is what it is."""

    findings: tuple[Explanation, ...]
    """Why each rule found what it did, in the order of the verdict's findings."""
    warranty: Cover
    """What the warranty rests on, where a rule asked for it."""
    missing: tuple[Missing, ...]
    """What the buyer still has to show."""
    not_before: datetime | None
    """From when on the claim is no longer too early."""


class Verdict(NamedTuple):
    """The answer to a case under a policy. Its codes are those of ``codes.VERDICTS`` and ``codes.RULES``."""

    case: Case
    policy: Policy
    reported_at: datetime
    ruling: Ruling
    notes: Notes = NO_NOTES
    """What the explanations begin their notes with."""

    @property
    def verdict(self) -> str:
        return self.ruling.verdict

    @property
    def decided_by(self) -> str:
        """The rule that settled the verdict."""
        return self.ruling.decided_by

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What each rule found, in the order of the rules."""
        return self.ruling.findings

    @property
    def remedies(self) -> tuple[str, ...]:
        """What the buyer may choose from, what was asked for first; nothing unless the claim is covered."""
        return _offered(self.case, self.policy, self.ruling.remedies)

    @property
    def violations(self) -> tuple[Violation, ...]:
        """Conduct against the agreement, by instant, then by rule, then by side."""
        return _violations(self.case, self.policy) if self.case.conduct else ()

    def explain(self) -> Explained:
        """Why it is so, from the case; asked of the rules again each time."""
        case, _, reported_at, ruling, notes = self
        told = [rule.explain(case, reported_at, holds) for rule, holds in ruling.heard]
        if notes:
            told = [_noted(explanation, notes.get(explanation.rule, ())) for explanation in told]
        warranty, missing, not_before = _NOT_APPLICABLE, None, None
        for explanation in told:
            warranty = explanation.cover or warranty
        if ruling.deciding is not None:
            _, _, _, _, _, _, missing, not_before, _ = told[ruling.deciding]
        return make(Explained, (tuple(told), warranty, (missing,) if missing else (), not_before))


def _noted(explanation: Explanation, notes: tuple[Said, ...]) -> Explanation:
    """The explanation with more notes before its own."""
    return explanation._replace(notes=(*notes, *explanation.notes))


def _offered(case: Case, policy: Policy, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """What was asked for first, then the other (F1), without a replacement that is not to be had."""
    if codes.REPLACEMENT in allowed and (
        case.can_replace is False or case.purchase.replacements_made >= policy.most_replacements
    ):
        allowed = (codes.REFUND,)
    if len(allowed) == 2 and case.claim.requested == codes.REPLACEMENT:
        return (codes.REPLACEMENT, codes.REFUND)
    return allowed


def _violations(case: Case, policy: Policy) -> tuple[Violation, ...]:
    found = []
    for by, kind, at in case.conduct:
        ban = policy.conduct.get((kind, by))
        if ban:
            found.append(Violation(by, kind, ban.rule, ban.clause, at))
    return tuple(sorted(found, key=lambda violation: (violation.at, violation.rule, violation.by)))
