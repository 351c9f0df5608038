"""The warranty engine: a case and a policy in, a verdict out (contract ``assess``), the same for all who ask."""

from datetime import datetime

from arbitration.rules import codes
from arbitration.rules.case import Case
from arbitration.rules.judging import Cover, Finding, Missing
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
        judgement = rule.judge(case, reported_at)
        if judgement is None:
            continue
        finding = judgement.finding
        findings.append(finding)
        cover = judgement.cover or cover
        if not verdict and (finding.holds is not True or rule.settles):
            decided_by, remedies = rule.name, rule.remedies
            verdict = _settled(finding.holds, rule.while_open)
            if finding.holds is None:
                not_before = judgement.not_before
                missing = (judgement.missing,) if judgement.missing else ()
    verdict = verdict or codes.COVERED
    return Verdict(
        case,
        policy,
        verdict,
        decided_by,
        _offered(case, policy, remedies) if verdict == codes.COVERED else (),
        cover,
        reported_at,
        not_before,
        missing,
        _violations(case, policy) if case.conduct else (),
        tuple(findings),
    )


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
