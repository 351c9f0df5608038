"""A floor under what listings state: the listing can give more than the agreement grants, but not less."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arbitration.cli.quick_writing import write_answer
from arbitration.rules import codes
from arbitration.rules.answer import answer
from arbitration.rules.engine import decide
from arbitration.rules.instants import parse_instant, show_instant
from arbitration.rules.policy import Policy
from arbitration.rules.policy_file import builtin_policy, read_policy
from arbitration.rules.reading import read_case
from tests.policies.planting import floored, planted, shipped
from tests.rules.cases import case_with, put

DELIVERED = parse_instant("2026-02-01T10:02:00Z")
PAID = parse_instant("2026-02-01T10:01:00Z")
TROUBLE = ("not_as_described", "invalid", "stopped_working", "reclaimed")
BETTER = {codes.NOT_COVERED: 0, codes.TOO_EARLY: 1, codes.NEEDS_EVIDENCE: 1, codes.COVERED: 2}


def case_at(opened_at: str, warranty: dict[str, Any] | None, reason: str = "stopped_working") -> dict[str, Any]:
    terms = {"warranty": warranty} if warranty else {}
    return case_with(as_of=opened_at, claim__opened_at=opened_at, claim__reason=reason, listing__terms=terms)


def ask(case: dict[str, Any], policy: Policy) -> dict[str, Any]:
    return answer(decide(read_case(case, policy), policy))


def warranty_finding(found: dict[str, Any]) -> dict[str, Any]:
    return next(finding for finding in found["findings"] if finding["rule"] == "warranty.period")


def test_a_shorter_period_gives_way_to_the_floor_and_the_finding_says_so() -> None:
    case = case_at("2026-02-20T10:00:00Z", {"kind": "period", "duration": "P7D"})
    assert ask(case, builtin_policy())["verdict"] == "not_covered"
    found = ask(case, floored("P1M"))
    assert found["verdict"] == "covered"
    assert found["warranty"] == {"basis": "floor", "expires_at": "2026-03-01T10:02:00Z"}
    finding = warranty_finding(found)
    assert finding["clauses"] == ["C2"]
    assert (
        "at least 1 month from delivery, until 2026-03-01T10:02:00Z, whatever the listing states" in finding["because"]
    )
    assert "would have ended at 2026-02-08T10:02:00Z" in finding["note"]


def test_an_exclusion_does_not_count_below_the_floor() -> None:
    for reason in TROUBLE:
        found = ask(case_at("2026-02-20T10:00:00Z", {"kind": "excluded"}, reason), floored())
        assert (found["verdict"], found["warranty"]["basis"]) == ("covered", "floor")
        assert "excludes a warranty" in warranty_finding(found)["note"]


@pytest.mark.parametrize(
    ("warranty", "basis", "expires_at"),
    [
        ({"kind": "period", "duration": "P2M"}, "stated", "2026-04-01T10:02:00Z"),
        ({"kind": "period", "duration": "P1M"}, "stated", "2026-03-01T10:02:00Z"),
        ({"kind": "unlimited"}, "unlimited_stated", None),
        ({"kind": "not_stated"}, "unspecified_means_unlimited", None),
        ({"kind": "period", "duration": "P9000Y"}, "stated", None),
    ],
)
def test_what_is_no_less_than_the_floor_stays_as_it_is(
    warranty: dict[str, Any], basis: str, expires_at: str | None
) -> None:
    case = case_at("2026-02-20T10:00:00Z", warranty)
    found = ask(case, floored("P1M"))
    assert found["warranty"] == {"basis": basis, "expires_at": expires_at}
    assert warranty_finding(found) == warranty_finding(ask(case, builtin_policy()))


@pytest.mark.parametrize(("starts", "begun"), [("delivery", DELIVERED), ("payment", PAID)])
def test_the_last_instant_of_the_floor_is_still_in_time(starts: str, begun: Any) -> None:
    policy = floored("P3D", starts)
    end = begun + timedelta(days=3)
    for late, verdict in ((0, "covered"), (1, "not_covered")):
        at = show_instant(end + timedelta(microseconds=late))
        found = ask(case_at(at, {"kind": "period", "duration": "PT1H"}), policy)
        assert (found["verdict"], found["warranty"]["expires_at"]) == (verdict, show_instant(end))
        assert f"from {starts}" in warranty_finding(found)["because"]


def test_after_the_floor_a_report_by_its_end_would_have_been_covered() -> None:
    case = case_at("2026-03-20T10:00:00Z", {"kind": "excluded"})
    policy = floored()
    found = ask(case, policy)
    assert found["verdict"] == "not_covered"
    (change,) = found["counterfactuals"]
    assert change["value"]["at"] == "2026-03-01T10:02:00Z"
    assert ask(put(case, change["path"], change["value"]), policy)["verdict"] == "covered"


def test_a_report_made_elsewhere_is_told_beside_the_floor() -> None:
    case = case_at("2026-03-20T10:00:00Z", {"kind": "excluded"})
    case["reports"] = [{"at": "2026-02-10T00:00:00Z", "via": "elsewhere"}]
    note = warranty_finding(ask(case, floored()))["note"]
    assert "excludes" in note
    assert "outside the purchase's correspondence" in note


def test_a_floor_that_outlasts_the_calendar_has_no_end() -> None:
    found = ask(case_at("2026-03-20T10:00:00Z", {"kind": "excluded"}), floored("P9000Y"))
    assert found["warranty"] == {"basis": "floor", "expires_at": None}
    assert "9999" in warranty_finding(found)["because"]


def test_a_floor_holds_for_its_own_reasons_alone() -> None:
    text = planted(added='[floor]\nperiod = "P1M"\nreasons = ["reclaimed"]\nclauses = ["C1"]\n')
    policy = read_policy(text)
    case = case_at("2026-02-20T10:00:00Z", {"kind": "excluded"})
    assert ask(case, policy)["verdict"] == "not_covered"
    case["claim"]["reason"] = "reclaimed"
    assert ask(case, policy)["verdict"] == "covered"


def test_where_nothing_is_stated_an_agreement_can_give_its_own_period() -> None:
    policy = shipped("short-window")
    in_time, late = (case_at(at, None) for at in ("2026-02-04T10:02:00Z", "2026-02-04T10:02:01Z"))
    found = ask(in_time, policy)
    assert found["warranty"] == {"basis": "unspecified_means_period", "expires_at": "2026-02-04T10:02:00Z"}
    assert found["verdict"] == "covered"
    assert warranty_finding(found)["clauses"] == ["S2"]
    found = ask(late, policy)
    assert found["verdict"] == "not_covered"
    assert found["counterfactuals"][0]["value"]["at"] == "2026-02-04T10:02:00Z"


def test_under_consumer_law_two_years_count_whatever_the_listing_says() -> None:
    policy = shipped("consumer-floor")
    for warranty in (None, {"kind": "excluded"}, {"kind": "period", "duration": "P1D"}):
        case = case_at("2028-02-01T10:02:00Z", warranty)
        case["listing"]["terms"]["video_required"] = True
        assert ask(case, policy)["verdict"] == "covered"
        late = case_at("2028-02-01T10:02:01Z", warranty)
        assert ask(late, policy)["verdict"] == "not_covered"


WARRANTIES = st.one_of(
    st.none(),
    st.just({"kind": "excluded"}),
    st.just({"kind": "unlimited"}),
    st.just({"kind": "not_stated"}),
    st.builds(
        lambda number, unit, starts: {"kind": "period", "duration": f"P{number}{unit}", "starts": starts},
        st.integers(1, 40),
        st.sampled_from("DWM"),
        st.sampled_from(codes.WARRANTY_STARTS),
    ),
)
FLOORED = {period: floored(period) for period in ("PT1H", "P3D", "P1M", "P2Y")}


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    opened = DELIVERED + timedelta(minutes=draw(st.integers(0, 60 * 24 * 900)))
    case = case_at(show_instant(opened), draw(WARRANTIES), draw(st.sampled_from(TROUBLE)))
    case["listing"]["terms"]["video_required"] = draw(st.booleans())
    case["claim"]["evidence_closed"] = draw(st.booleans())
    return case


@given(case=cases(), period=st.sampled_from(sorted(FLOORED)))
def test_a_floor_never_makes_it_worse_for_the_buyer(case: dict[str, Any], period: str) -> None:
    without, with_floor = ask(case, builtin_policy()), ask(case, FLOORED[period])
    assert BETTER[with_floor["verdict"]] >= BETTER[without["verdict"]]


@given(case=cases(), period=st.sampled_from(sorted(FLOORED)))
def test_what_is_said_to_change_it_does(case: dict[str, Any], period: str) -> None:
    policy = FLOORED[period]
    found = ask(case, policy)
    for change in found["counterfactuals"]:
        assert ask(put(case, change["path"], change["value"]), policy)["verdict"] == "covered"


@given(case=cases())
def test_the_quick_writer_says_the_same_of_a_floor(case: dict[str, Any]) -> None:
    verdict = decide(read_case(case, FLOORED["P1M"]), FLOORED["P1M"])
    assert json.loads(write_answer(verdict)) == answer(verdict)
