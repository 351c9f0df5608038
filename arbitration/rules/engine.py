"""The warranty engine: a case and a policy in, a verdict out (contract ``assess``), the same for all who ask."""

from collections.abc import Collection
from datetime import datetime

from arbitration.rules import codes
from arbitration.rules.case import Case
from arbitration.rules.judging import Cover, Finding, Missing, make
from arbitration.rules.policy import Policy
from arbitration.rules.verdict import Verdict, Violation

_NOT_APPLICABLE = Cover(codes.NOT_APPLICABLE)


def decide(case: Case, policy: Policy) -> Verdict:
    """The verdict on a case: the first rule that settles it does, but every rule leaves its finding.

    The case must be whole: see ``building.build_case`` and ``reading.read_case``, which see to it.
    """
    reported_at = counted_report(case)
    verdict, decided_by = "", codes.DEFAULT_RULE
    remedies: tuple[str, ...] = codes.REMEDIES
    missing: tuple[Missing, ...] = ()
    not_before, cover = None, _NOT_APPLICABLE
    findings: list[Finding] = []
    for rule in policy.rules_for[case.claim.reason]:
        finding = rule.judge(case, reported_at)
        if finding is None:
            continue
        findings.append(finding)
        holds = finding.holds
        cover = finding.cover or cover
        if (holds is not True or rule.settles) and not verdict:
            decided_by, remedies = rule.name, rule.remedies
            verdict = _settled(holds, rule.while_open)
            not_before = finding.not_before
            missing = (finding.missing,) if finding.missing else ()
    if not verdict or verdict == codes.COVERED:
        verdict, remedies = codes.COVERED, _offered(case, policy, remedies)
    else:
        remedies = ()
    violations = _violations(case, policy) if case.conduct else ()
    about = (verdict, decided_by, remedies, cover, reported_at, not_before, missing, violations)
    return make(Verdict, (case, policy, *about, tuple(findings)))


def stands(case: Case, policy: Policy, names: Collection[str]) -> bool:
    """Whether the rules of these names leave the claim of a case standing."""
    reported_at = counted_report(case)
    for rule in policy.rules_for[case.claim.reason]:
        if rule.name in names:
            finding = rule.judge(case, reported_at)
            if finding is not None and finding.holds is not True:
                return False
    return True


def _settled(holds: bool | None, while_open: str) -> str:
    if holds is None:
        return while_open
    return codes.COVERED if holds else codes.NOT_COVERED


def counted_report(case: Case) -> datetime:
    """When the claim counts as reported: the first report in the correspondence (C6), and never after the opening."""
    moment = case.claim.opened_at
    for at, via in case.reports:
        if at < moment and via == codes.CORRESPONDENCE:
            moment = at
    return moment


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
    """Conduct against the agreement, by instant, then by rule, then by side."""
    found = []
    for by, kind, at in case.conduct:
        ban = policy.conduct.get((kind, by))
        if ban:
            found.append(Violation(by, kind, ban.rule, ban.clause, at))
    return tuple(sorted(found, key=lambda violation: (violation.at, violation.rule, violation.by)))
