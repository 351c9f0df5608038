"""What the templates show of the engine's answers: codes for labels, sentences in the reader's language, clauses."""

from typing import Any

from flask import url_for

from arbitration.domain.cases import ReasonAnswer
from arbitration.i18n import Reader
from arbitration.rules import codes
from arbitration.rules.case import Terms
from arbitration.rules.counterfactuals import counterfactuals
from arbitration.rules.judging import Explanation
from arbitration.rules.marking import N_
from arbitration.rules.policy import Policy
from arbitration.rules.telling import say, say_notes, say_violation
from arbitration.rules.verdict import Explained, Verdict
from arbitration.services.disputes import claims
from arbitration.services.verdicts import Assessment
from arbitration.web.moments import write_moment

BUILTIN = "agreement"
POLICY_TITLE = N_("%(name)s, version %(version)d")
POLICY_NAME = N_("the marketplace's agreement")


def demand_view(
    assessment: Assessment,
    reader: Reader,
    *,
    asked: bool,
    typed: str | None = None,
    error: str | None = None,
) -> dict[str, Any]:
    """The answers as ``templates/purchases/_demand.html`` shows them; ``typed`` could not be read as a moment."""
    policy, terms = assessment.policy, assessment.terms.terms
    return {
        "on": assessment.at,
        "on_value": write_moment(assessment.at, reader) if typed is None else typed,
        "on_example": write_moment(assessment.at, reader),
        "typed_in_words": reader.calendar == "persian" or typed is not None,
        "asked": asked,
        "error": error,
        "paid": assessment.at >= assessment.purchase.paid_at,
        "paid_at": assessment.purchase.paid_at,
        "policy_title": title_of(policy, reader),
        "answers": [answer_view(answer, policy, terms, reader) for answer in assessment.answers],
        "violations": _violations(assessment, reader),
    }


def title_of(policy: Policy, reader: Reader) -> str:
    """The agreement's name and version."""
    name = reader.gettext(POLICY_NAME) if policy.id == BUILTIN else policy.id
    return reader.say(POLICY_TITLE, name=name, version=policy.version)


def _violations(assessment: Assessment, reader: Reader) -> list[str]:
    first = next(iter(assessment.answers), None)
    return [say_violation(violation, reader) for violation in first.verdict.violations] if first else []


def answer_view(answer: ReasonAnswer, policy: Policy, terms: Terms, reader: Reader) -> dict[str, Any]:
    """One answer of the engine, as the macros of ``templates/macros/verdict.html`` show it."""
    verdict = answer.verdict
    explained = verdict.explain()
    return {
        "reason": answer.reason,
        "awaits_delivery": answer.awaits_delivery,
        "verdict": verdict.verdict,
        "remedies": list(verdict.remedies),
        "basis": explained.warranty.basis,
        "expires_at": explained.warranty.expires_at,
        "not_before": explained.not_before,
        "findings": [_finding(explanation, policy, reader) for explanation in explained.findings],
        "missing": [{"what": m.what, "starts_at": m.since, "ends_at": m.until} for m in explained.missing],
        "changes": [say(change.change, reader) for change in counterfactuals(verdict, explained)],
        "quotes": _quotes(verdict, terms),
        "rests_on": _clauses(_grounds(verdict, explained, policy), policy, reader),
    }


def _finding(explanation: Explanation, policy: Policy, reader: Reader) -> dict[str, Any]:
    return {
        "rule": explanation.rule,
        "holds": explanation.holds,
        "because": say(explanation.because, reader),
        "note": say_notes(explanation, reader),
        "clauses": _clauses(explanation.clauses, policy, reader),
    }


def _grounds(verdict: Verdict, explained: Explained, policy: Policy) -> tuple[str, ...]:
    """The clauses of a covered claim that no finding cites: who answers for the goods, and who chooses the remedy."""
    if verdict.verdict != codes.COVERED:
        return ()
    cited = {clause for explanation in explained.findings for clause in explanation.clauses}
    wanted = policy.default_clauses if verdict.decided_by == codes.DEFAULT_RULE else ()
    choice = (policy.remedies_clause,) if len(verdict.remedies) > 1 else ()
    return tuple(clause for clause in (*wanted, *choice) if clause not in cited)


def _clauses(clauses: tuple[str, ...], policy: Policy, reader: Reader) -> list[dict[str, str]]:
    return [{"id": clause, "text": policy.clause_text(clause, reader.language)} for clause in clauses]


def _quotes(verdict: Verdict, terms: Terms) -> list[str]:
    """The listing's own words: the defects that it disclosed, where the answer turns on them."""
    asked = any(finding.rule == codes.DISCLOSURE_RULE for finding in verdict.findings)
    return list(terms.disclosed) if asked else []


def judged_view(judged: claims.Judged, reader: Reader, *, may_file: bool = False) -> dict[str, Any] | None:
    """The engine's answer for a claim; ``may_file``: what is missing comes with the way to file it."""
    if judged.answer is None:
        return None
    external_id = judged.purchase.external_id
    view = answer_view(judged.answer, judged.policy, judged.terms.terms, reader)
    for item in view["missing"]:
        kind = "video" if item["what"] == "video" else "screenshot"
        url = url_for("purchases.show", external_id=external_id, file=kind, _anchor="file-exhibit")
        item["url"] = url if may_file else None
        item["kind"] = kind
    reported_at = judged.answer.verdict.reported_at
    expires_at = view["expires_at"]
    return view | {
        "policy_title": title_of(judged.policy, reader),
        "over": expires_at is not None and expires_at < judged.at,
        "reported_at": reported_at,
        "in_time": expires_at is None or reported_at <= expires_at,
    }
