"""The engine says what a second, plainer reading of the agreement says, whatever the case.

The cases are made up by chance, the same on every run, with instants on both sides of all that a rule compares.
"""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from arbitration.rules import codes
from arbitration.rules.instants import show_instant
from tests.rules.cases import ask
from tests.rules.second_reading import DAY, LENGTHS, after, second_reading

STARTS = datetime(2026, 1, 31, 12, tzinfo=UTC), datetime(2026, 1, 15, 12, tzinfo=UTC), datetime(2028, 2, 29, tzinfo=UTC)
OF_GOODS = ("not_as_described", "invalid", "stopped_working", "reclaimed")
INSTANTS = {"reported_at", "not_before", "expires_at", "from", "until", "at"}
A_LITTLE = timedelta(microseconds=1)
MAYBE = (None, True, False)


def _case(chance: random.Random, reason: str) -> dict[str, Any]:
    """A case about a reason; each thing that may be left open is open, so or so, as chance has it."""
    pick = chance.choice
    started = pick(STARTS)
    paid = started + pick([timedelta(), A_LITTLE, timedelta(minutes=1)])
    delivered = paid + pick([timedelta(), timedelta(minutes=2)])
    kept, length, starts = pick(codes.WARRANTY_KINDS), pick(list(LENGTHS)), pick(codes.WARRANTY_STARTS)
    end = after(delivered if starts == codes.DELIVERY else paid, length)
    turns = [paid + DAY, delivered, delivered + DAY, end, end]
    near = [turn + pick([-A_LITTLE, timedelta(), A_LITTLE]) for turn in turns]
    near = [at for at in near if at >= delivered]
    opened, checked = pick(near), pick([None, delivered, delivered + timedelta(hours=1)])
    reports = [{"at": show_instant(pick(near)), "via": pick(codes.REPORT_WAYS)} for _ in range(pick([0, 1, 2]))]
    told = [datetime.fromisoformat(each["at"]) for each in reports if each["via"] == "correspondence"]
    check = checked or min([opened, *told])
    period = {"duration": length, "starts": starts} if kept == codes.PERIOD else {}
    missing = reason not in OF_GOODS and pick([True, False])
    return {
        "as_of": show_instant(max(opened, pick(near))),
        "listing": {
            "terms": {
                "warranty": pick([None, {"kind": kept, **period}]),
                "video_required": pick([None, False, True, True]),
                "disclosed": pick([[], ["Region locked"], ["Ohne Straße", "Region locked"]]),
            }
        },
        "purchase": {
            "payment_started_at": show_instant(started),
            "paid_at": show_instant(paid),
            "delivered_at": None if missing else show_instant(delivered),
            "checked_at": checked and show_instant(checked),
            "replacements_made": pick([0, 1, 2, 3]),
        },
        "claim": {
            "reason": reason,
            "opened_at": show_instant(opened),
            "requested": pick(codes.REMEDIES),
            "defect": pick([None, "Dead key", " region LOCKED", "OHNE STRASSE"]),
            "admitted_by_seller": pick([None, None, False, True]),
            "evidence_closed": pick(MAYBE),
        },
        "reports": reports,
        "evidence": [_exhibit(pick, started, check) for _ in range(pick([0, 1, 1, 2]))],
        "seller": {"can_replace": pick(MAYBE)},
        "conduct": [
            {"by": pick(codes.SIDES), "kind": pick(codes.CONDUCT_KINDS), "at": show_instant(pick(near))}
            for _ in range(pick([0, 0, 1, 3]))
        ],
    }


def _exhibit(pick: Any, started: datetime, check: datetime) -> dict[str, Any]:
    if pick([True, False, False, False]):
        return {"kind": "screenshot", "at": show_instant(check)}
    first, last = started + pick([-A_LITTLE, timedelta(), A_LITTLE]), check + pick([-A_LITTLE, timedelta(), A_LITTLE])
    shown = {"starts_at": show_instant(first), "ends_at": show_instant(max(first, last))}
    return {"kind": "video", **shown, "continuous": pick(MAYBE)}


def _compared(answer: Any) -> Any:
    """An answer without its sentences and the changes that would help, with its instants as such."""
    if isinstance(answer, list):
        return [_compared(each) for each in answer]
    if not isinstance(answer, dict):
        return answer
    if "holds" in answer:
        return answer["rule"], answer["holds"]
    return {
        name: datetime.fromisoformat(value) if name in INSTANTS and value else _compared(value)
        for name, value in answer.items()
        if name != "counterfactuals"
    }


@pytest.mark.parametrize("reason", codes.REASONS)
def test_two_readings_of_the_agreement_come_to_the_same_answer(reason: str) -> None:
    chance = random.Random(reason)
    for _ in range(1_000 if reason in OF_GOODS else 200):
        case = _case(chance, reason)
        assert _compared(ask(case)) == second_reading(case), case
