"""The rules of the agreement read a second time, by themselves: docs/assess.md put down as plainly as it says them.

Nothing of the engine is used here. Cases are in order, and their durations those of ``LENGTHS``.
"""

from datetime import datetime, timedelta
from typing import Any

DAY, NO_TIME = timedelta(hours=24), timedelta()
LENGTHS = {
    "PT24H": (0, DAY),
    "PT48H": (0, 2 * DAY),
    "P1D": (0, DAY),
    "P2W": (0, 14 * DAY),
    "P14D": (0, 14 * DAY),
    "P1M": (1, NO_TIME),
    "P1M1DT1S": (1, DAY + timedelta(seconds=1)),
    "P1Y": (12, NO_TIME),
}
"""Months of the calendar, and the time on top."""
VIOLATIONS = {
    ("seller", "review_removal_demanded"): ("conduct.review_removal", "F2"),
    ("seller", "outside_contact_demanded"): ("conduct.outside_contact", "C6"),
    ("seller", "abuse"): ("conduct.abuse", "C6"),
    ("buyer", "abuse"): ("conduct.abuse", "C6"),
}
HELD = {"covered": True, "not_covered": False, "needs_evidence": None, "too_early": None}


def second_reading(case: dict[str, Any]) -> dict[str, Any]:
    """What the answer to a case has to say: all but its sentences and the changes that would help."""
    claim, purchase, asked = case["claim"], case["purchase"], _instant(case["as_of"])
    reported = _reported(case)
    answer: dict[str, Any] = {
        "warranty": {"basis": "not_applicable", "expires_at": None},
        "reported_at": reported,
        "not_before": None,
        "missing": [],
    }
    if claim["reason"] == "changed_mind":
        steps = [("reason.changed_mind", "not_covered")]
    elif claim["reason"] == "payment_not_credited":
        credited = _instant(purchase["paid_at"]) + DAY
        steps = [("payment.grace", "too_early" if asked < credited else "covered")]
        answer["not_before"] = credited if asked < credited else None
    elif claim["reason"] == "not_delivered":
        shown = purchase["delivered_at"] is None or case["evidence"] or claim["admitted_by_seller"]
        steps = [("delivery.logged", "covered" if shown else _lacking(claim))]
        answer["missing"] = [] if shown else [{"what": "any", "by": "buyer", "from": None, "until": None}]
    else:
        cover = answer["warranty"] = _cover(case)
        ended = cover["expires_at"] is not None and reported > cover["expires_at"]
        none = cover == {"basis": "excluded_means_handover", "expires_at": None}
        disclosed = _plain(claim["defect"]) in map(_plain, case["listing"]["terms"]["disclosed"])
        steps = [
            ("disclosure.read", "not_covered" if disclosed else "covered"),
            ("warranty.period", "not_covered" if ended or none else "covered"),
            *_video(case, reported),
        ]
        if steps[-1] == ("video.proof", "needs_evidence"):
            until = _check(case, reported)
            start = _instant(purchase["payment_started_at"])
            answer["missing"] = [{"what": "video", "by": "buyer", "from": start, "until": until}]
        steps.append(("default", "covered"))
    decided_by, verdict = next((step for step in steps if step[1] != "covered"), steps[-1])
    return answer | {
        "policy": {"id": "agreement", "version": 1},
        "verdict": verdict,
        "decided_by": decided_by,
        "missing": answer["missing"] if verdict == "needs_evidence" else [],
        "remedies": _remedies(case) if verdict == "covered" else [],
        "violations": _violations(case),
        "findings": [(rule, HELD[said]) for rule, said in steps if rule != "default"],
    }


def _reported(case: dict[str, Any]) -> datetime:
    told = [_instant(each["at"]) for each in case["reports"] if each["via"] == "correspondence"]
    return min([*told, _instant(case["claim"]["opened_at"])])


def _cover(case: dict[str, Any]) -> dict[str, Any]:
    warranty, purchase = case["listing"]["terms"]["warranty"] or {"kind": "not_stated"}, case["purchase"]
    delivered = _instant(purchase["delivered_at"])
    if warranty["kind"] == "not_stated":
        return {"basis": "unspecified_means_unlimited", "expires_at": None}
    if warranty["kind"] == "unlimited":
        return {"basis": "unlimited_stated", "expires_at": None}
    if warranty["kind"] == "excluded":
        at_handover = case["claim"]["reason"] in ("not_as_described", "invalid")
        return {"basis": "excluded_means_handover", "expires_at": delivered + DAY if at_handover else None}
    start = delivered if warranty["starts"] == "delivery" else _instant(purchase["paid_at"])
    return {"basis": "stated", "expires_at": after(start, warranty["duration"])}


def after(start: datetime, duration: str) -> datetime:
    """So long after an instant."""
    months, rest = LENGTHS[duration]
    years, month = divmod(start.month - 1 + months, 12)
    for day in (start.day, 30, 29, 28):
        try:
            return start.replace(start.year + years, month + 1, day) + rest
        except ValueError:  # the month is shorter
            continue
    raise AssertionError(start)


def _video(case: dict[str, Any], reported: datetime) -> list[tuple[str, str]]:
    claim, purchase = case["claim"], case["purchase"]
    if not case["listing"]["terms"]["video_required"] or claim["reason"] not in ("not_as_described", "invalid"):
        return []
    met = claim["admitted_by_seller"] or any(
        _instant(each["starts_at"]) <= _instant(purchase["payment_started_at"])
        and _instant(each["ends_at"]) >= _check(case, reported)
        and each["continuous"] is not False
        for each in case["evidence"]
        if each["kind"] == "video"
    )
    return [("video.proof", "covered" if met else _lacking(claim))]


def _check(case: dict[str, Any], reported: datetime) -> datetime:
    checked = case["purchase"]["checked_at"]
    return _instant(checked) if checked else reported


def _lacking(claim: dict[str, Any]) -> str:
    return "not_covered" if claim["evidence_closed"] else "needs_evidence"


def _remedies(case: dict[str, Any]) -> list[str]:
    wish = case["claim"]["requested"]
    both = [wish, "replacement" if wish == "refund" else "refund"]
    none_left = case["seller"]["can_replace"] is False or case["purchase"]["replacements_made"] >= 2
    return ["refund"] if none_left or case["claim"]["reason"] == "payment_not_credited" else both


def _violations(case: dict[str, Any]) -> list[dict[str, Any]]:
    found = [
        (_instant(each["at"]), *VIOLATIONS[each["by"], each["kind"]], each["by"])
        for each in case["conduct"]
        if (each["by"], each["kind"]) in VIOLATIONS
    ]
    in_order = sorted(found, key=lambda it: (it[0], it[1], it[3]))
    return [{"by": by, "rule": rule, "clause": clause, "at": at} for at, rule, clause, by in in_order]


def _plain(defect: str | None) -> str | None:
    return defect and defect.strip().casefold()


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
