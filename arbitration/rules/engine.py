"""The warranty engine: a case and a policy in, a verdict out (docs/engine.md), the same for all who ask."""

from collections.abc import Collection
from datetime import datetime

from arbitration.rules import codes
from arbitration.rules.case import Case, make
from arbitration.rules.judging import SILENT, Rule
from arbitration.rules.policy import Policy
from arbitration.rules.verdict import NO_NOTES, Verdict


def decide(case: Case, policy: Policy) -> Verdict:
    """The verdict on a case: the first rule that settles it does, but every rule leaves its finding.

    The case must be whole: see ``building.build_case`` and ``reading.read_case``, which see to it.
    """
    reported_at = counted_report(case)
    plan = policy.plans[case.claim.reason]
    found = plan.outcomes
    for holds in plan.tests:
        found = found[holds(case, reported_at)]
    return make(Verdict, (case, policy, reported_at, found, NO_NOTES))


def stand(rules: Collection[Rule], case: Case, reported_at: datetime) -> bool:
    """Whether these rules leave the claim of a case standing, were it reported then."""
    for rule in rules:
        holds = rule.holds(case, reported_at)
        if holds is not True and holds is not SILENT:
            return False
    return True


def counted_report(case: Case) -> datetime:
    """When the claim counts as reported: the first report in the correspondence (C6), and never after the opening."""
    moment = case.claim.opened_at
    for report in case.reports:
        if report.at < moment and report.via == codes.CORRESPONDENCE:
            moment = report.at
    return moment
