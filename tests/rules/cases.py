"""Cases to start from, as docs/assess.md writes them, and the strategy that makes up others."""

import copy
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from arbitration.rules import codes
from arbitration.rules.answer import answer
from arbitration.rules.engine import decide
from arbitration.rules.faults import BadInputError
from arbitration.rules.instants import show_instant
from arbitration.rules.policy_file import builtin_policy
from arbitration.rules.reading import read_case

PLAIN = {
    "as_of": "2026-02-20T10:00:00Z",
    "purchase": {
        "payment_started_at": "2026-02-01T10:00:00Z",
        "paid_at": "2026-02-01T10:01:00Z",
        "delivered_at": "2026-02-01T10:02:00Z",
    },
    "claim": {"reason": "invalid", "opened_at": "2026-02-03T10:00:00Z", "requested": "refund"},
}


def case_with(**changes: Any) -> dict[str, Any]:
    """The plain case with changes by path, two underscores for a dot: ``claim__reason="reclaimed"``."""
    case = copy.deepcopy(PLAIN)
    for path, value in changes.items():
        *parents, last = path.split("__")
        owner: dict[str, Any] = case
        for parent in parents:
            owner = owner.setdefault(parent, {})
        owner[last] = value
    return case


def ask(case: dict[str, Any]) -> dict[str, Any]:
    """The answer to a case under the built-in policy."""
    policy = builtin_policy()
    return answer(decide(read_case(case, policy), policy))


def fault_paths(case: Any) -> list[str]:
    """The paths of all faults of a case, sorted; none for a case that is in order."""
    try:
        read_case(case, builtin_policy())
    except BadInputError as error:
        return sorted(fault.path for fault in error.faults)
    return []


def put(case: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The case with a counterfactual put into it."""
    changed = copy.deepcopy(case)
    *parents, last = path.removesuffix("[]").split(".")
    owner = changed[parents[0]] if parents else changed
    owner[last] = [*(owner.get(last) or []), value] if path.endswith("[]") else value
    return changed


START = datetime(2026, 1, 31, 12, tzinfo=UTC)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
steps = st.sampled_from([0, 1, 59, 3600, 86_399, 86_400, 86_401, 172_800, 1_209_600, 2_419_200])
durations = st.sampled_from(["PT24H", "PT48H", "P1D", "P2W", "P14D", "P1M", "P1M1DT1S", "P1Y"])
maybe = st.sampled_from([None, True, False])


@st.composite
def warranties(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(codes.WARRANTY_KINDS))
    if kind != codes.PERIOD:
        return {"kind": kind}
    return {"kind": kind, "duration": draw(durations), "starts": draw(st.sampled_from(codes.WARRANTY_STARTS))}


@st.composite
def exhibits(draw: st.DrawFn, around: list[datetime]) -> dict[str, Any]:
    kind = draw(st.sampled_from(codes.EVIDENCE_KINDS))
    first, last = sorted([draw(st.sampled_from(around)), draw(st.sampled_from(around))])
    if kind != codes.VIDEO:
        return {"kind": kind, "at": show_instant(first)}
    return {
        "kind": kind,
        "starts_at": show_instant(first),
        "ends_at": show_instant(last),
        "continuous": draw(maybe),
    }


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    """Any case that is in order, its instants near enough to each other for every rule to turn."""
    started = START
    paid = started + timedelta(seconds=draw(steps))
    delivered = paid + timedelta(seconds=draw(steps))
    checked = draw(st.sampled_from([None, delivered, delivered + timedelta(hours=2)]))
    opened = delivered + timedelta(seconds=draw(steps))
    as_of = opened + timedelta(seconds=draw(steps))
    moments = [started, paid, delivered, opened, as_of, started - timedelta(minutes=1), delivered + timedelta(hours=3)]
    later = [moment for moment in moments if moment >= started]
    reason = draw(st.sampled_from(codes.REASONS))
    no_delivery = reason in ("not_delivered", "payment_not_credited", "changed_mind") and draw(st.booleans())
    reports = st.builds(
        lambda at, via: {"at": show_instant(at), "via": via}, st.sampled_from(later), st.sampled_from(codes.REPORT_WAYS)
    )
    conduct = st.builds(
        lambda by, kind, at: {"by": by, "kind": kind, "at": show_instant(at)},
        st.sampled_from(codes.SIDES),
        st.sampled_from(codes.CONDUCT_KINDS),
        st.sampled_from(moments),
    )
    return {
        "as_of": show_instant(as_of),
        "listing": {
            "terms": {
                "warranty": draw(st.none() | warranties()),
                "video_required": draw(maybe),
                "disclosed": draw(st.lists(st.sampled_from(["Region locked", "Ohne Straße"]), max_size=2)),
            }
        },
        "purchase": {
            "payment_started_at": show_instant(started),
            "paid_at": show_instant(paid),
            "delivered_at": None if no_delivery else show_instant(delivered),
            "checked_at": checked and show_instant(checked),
            "replacements_made": draw(st.integers(0, 3)),
        },
        "claim": {
            "reason": reason,
            "opened_at": show_instant(opened),
            "requested": draw(st.sampled_from(codes.REMEDIES)),
            "defect": draw(st.sampled_from([None, "region locked ", "OHNE STRASSE", "Dead key"])),
            "admitted_by_seller": draw(maybe),
            "evidence_closed": draw(maybe),
        },
        "reports": draw(st.lists(reports, max_size=3)),
        "evidence": draw(st.lists(exhibits(moments), max_size=3)),
        "seller": {"can_replace": draw(maybe)},
        "conduct": draw(st.lists(conduct, max_size=3)),
    }
