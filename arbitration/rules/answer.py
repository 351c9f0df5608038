"""A verdict as the JSON-ready answer of docs/assess.md, with its sentences and counterfactuals."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from arbitration.rules import codes
from arbitration.rules.case import Exhibit, Report, Video
from arbitration.rules.counterfactuals import Counterfactual, counterfactuals
from arbitration.rules.instants import show_instant
from arbitration.rules.judging import Explanation, Missing
from arbitration.rules.telling import ENGLISH, Teller, say, say_notes
from arbitration.rules.verdict import Verdict, Violation

Show = Callable[[datetime], str]


def answer(verdict: Verdict, teller: Teller = ENGLISH, show: Show = show_instant) -> dict[str, Any]:
    """The whole answer; instants as ``show`` writes them (as text in UTC), sentences as the teller says them."""
    explained = verdict.explain()
    return {
        "policy": {"id": verdict.policy.id, "version": verdict.policy.version},
        "verdict": verdict.verdict,
        "decided_by": verdict.decided_by,
        "remedies": list(verdict.remedies),
        "warranty": {"basis": explained.warranty.basis, "expires_at": _shown(explained.warranty.expires_at, show)},
        "reported_at": show(verdict.reported_at),
        "not_before": _shown(explained.not_before, show),
        "missing": [_missing(missing, show) for missing in explained.missing],
        "violations": [_violation(violation, show) for violation in verdict.violations],
        "findings": [_finding(explanation, teller) for explanation in explained.findings],
        "counterfactuals": [_change(change, teller, show) for change in counterfactuals(verdict, explained)],
    }


def _shown(moment: datetime | None, show: Show) -> str | None:
    return None if moment is None else show(moment)


def _missing(missing: Missing, show: Show) -> dict[str, Any]:
    return {
        "what": missing.what,
        "by": missing.by,
        "from": _shown(missing.since, show),
        "until": _shown(missing.until, show),
    }


def _violation(violation: Violation, show: Show) -> dict[str, Any]:
    return {
        "by": violation.by,
        "rule": violation.rule,
        "clause": violation.clause,
        "at": show(violation.at),
    }


def _finding(explanation: Explanation, teller: Teller) -> dict[str, Any]:
    return {
        "rule": explanation.rule,
        "clauses": list(explanation.clauses),
        "holds": explanation.holds,
        "because": say(explanation.because, teller),
        "note": say_notes(explanation, teller),
    }


def _change(change: Counterfactual, teller: Teller, show: Show) -> dict[str, Any]:
    return {
        "change": say(change.change, teller),
        "path": change.path,
        "value": _value(change.value, show),
        "verdict": codes.COVERED,
    }


def _value(value: Report | Video | Exhibit | datetime | bool, show: Show) -> Any:
    match value:
        case bool():
            return value
        case datetime():
            return show(value)
        case Report(at, via):
            return {"at": show(at), "via": via}
        case Video(starts_at, ends_at, continuous):
            span = {"starts_at": show(starts_at), "ends_at": show(ends_at)}
            return {"kind": codes.VIDEO, **span, "continuous": continuous}
        case Exhibit(kind, at):
            return {"kind": kind, "at": show(at)}
