"""The last instant that is in time, and the first that is not."""

from typing import Any

import pytest

from tests.rules.cases import ask, case_with


def _reported(at: str, **changes: Any) -> dict[str, Any]:
    return case_with(
        as_of="2027-06-01T00:00:00Z",
        claim__opened_at="2027-05-01T00:00:00Z",
        reports=[{"at": at, "via": "correspondence"}],
        **changes,
    )


@pytest.mark.parametrize(
    ("at", "verdict"),
    [
        ("2026-02-15T10:02:00Z", "covered"),
        ("2026-02-15T10:02:00.000001Z", "not_covered"),
        ("2026-02-15T12:02:00+02:00", "covered"),
    ],
)
def test_the_last_instant_of_a_warranty_is_in_time(at: str, verdict: str) -> None:
    answer = ask(_reported(at, listing__terms={"warranty": {"kind": "period", "duration": "P14D"}}))
    assert (answer["verdict"], answer["warranty"]["expires_at"]) == (verdict, "2026-02-15T10:02:00Z")


@pytest.mark.parametrize(
    ("start", "duration", "expires_at"),
    [
        ("2026-01-31T10:00:00Z", "P1M", "2026-02-28T10:00:00Z"),
        ("2028-01-31T10:00:00Z", "P1M", "2028-02-29T10:00:00Z"),
        ("2028-02-29T10:00:00Z", "P1Y", "2029-02-28T10:00:00Z"),
        ("2026-01-31T10:00:00Z", "P1Y1M", "2027-02-28T10:00:00Z"),
        ("2026-01-31T10:00:00Z", "P1M1D", "2026-03-01T10:00:00Z"),
        ("2026-12-31T23:30:00Z", "P2M", "2027-02-28T23:30:00Z"),
        ("2026-02-01T00:30:00+02:00", "P1M", "2026-02-28T22:30:00Z"),
        ("2026-01-31T10:00:00.25Z", "P1M1W2DT3H4M5S", "2026-03-09T13:04:05.25Z"),
        ("2026-01-31T10:00:00Z", "P0Y1M", "2026-02-28T10:00:00Z"),
        ("2026-01-31T10:00:00Z", "P7973Y", "9999-01-31T10:00:00Z"),
        ("2026-01-31T10:00:00Z", "P7974Y", None),
        ("2026-01-31T10:00:00Z", "PT99999999999999999999S", None),
        ("2026-01-31T10:00:00Z", "P" + "9" * 5000 + "M", None),
    ],
)
def test_calendar_units_are_calendar_arithmetic_in_utc(start: str, duration: str, expires_at: str | None) -> None:
    case = case_with(
        as_of="2030-06-01T00:00:00Z",
        purchase={"payment_started_at": start, "paid_at": start, "delivered_at": start},
        claim__opened_at=start,
        listing__terms={"warranty": {"kind": "period", "duration": duration}},
    )
    answer = ask(case)
    assert answer["warranty"] == {"basis": "stated", "expires_at": expires_at}
    assert answer["verdict"] == "covered"


def test_a_warranty_from_payment_runs_from_the_moment_it_went_through() -> None:
    terms = {"warranty": {"kind": "period", "duration": "P1D", "starts": "payment"}}
    assert ask(case_with(listing__terms=terms))["warranty"]["expires_at"] == "2026-02-02T10:01:00Z"


@pytest.mark.parametrize(
    ("at", "verdict"), [("2026-02-02T10:02:00Z", "covered"), ("2026-02-02T10:02:01Z", "not_covered")]
)
def test_without_a_warranty_bad_goods_can_be_reported_for_a_day(at: str, verdict: str) -> None:
    answer = ask(_reported(at, listing__terms={"warranty": {"kind": "excluded"}}))
    assert answer["verdict"] == verdict
    assert answer["warranty"] == {"basis": "excluded_means_handover", "expires_at": "2026-02-02T10:02:00Z"}


@pytest.mark.parametrize(
    ("as_of", "verdict", "not_before"),
    [("2026-02-02T10:00:59.999999Z", "too_early", "2026-02-02T10:01:00Z"), ("2026-02-02T10:01:00Z", "covered", None)],
)
def test_a_payment_has_a_day_to_be_credited(as_of: str, verdict: str, not_before: str | None) -> None:
    case = case_with(as_of=as_of, claim__reason="payment_not_credited", claim__opened_at="2026-02-01T12:00:00Z")
    answer = ask(case)
    assert (answer["verdict"], answer["not_before"]) == (verdict, not_before)


def test_a_grace_that_outlasts_all_time_never_ends() -> None:
    last = "9999-12-31T12:00:00Z"
    case = case_with(as_of=last, purchase={"payment_started_at": last, "paid_at": last})
    case["claim"] |= {"reason": "payment_not_credited", "opened_at": last}
    answer = ask(case)
    assert (answer["verdict"], answer["not_before"], answer["counterfactuals"]) == ("too_early", None, [])


@pytest.mark.parametrize(
    ("video", "verdict"),
    [
        (("2026-02-01T10:00:00Z", "2026-02-01T11:00:00Z", True), "covered"),
        (("2026-02-01T10:00:00.000001Z", "2026-02-01T11:00:00Z", True), "needs_evidence"),
        (("2026-02-01T10:00:00Z", "2026-02-01T10:59:59.999999Z", True), "needs_evidence"),
        (("2026-02-01T09:00:00Z", "2026-02-01T12:00:00Z", False), "needs_evidence"),
        (("2026-02-01T09:00:00Z", "2026-02-01T12:00:00Z", None), "covered"),
    ],
)
def test_a_video_must_show_the_whole_span(video: tuple[str, str, bool | None], verdict: str) -> None:
    starts_at, ends_at, continuous = video
    case = case_with(
        listing__terms={"video_required": True},
        purchase__checked_at="2026-02-01T11:00:00Z",
        evidence=[{"kind": "video", "starts_at": starts_at, "ends_at": ends_at, "continuous": continuous}],
    )
    assert ask(case)["verdict"] == verdict


@pytest.mark.parametrize(("made", "remedies"), [(1, ["replacement", "refund"]), (2, ["refund"]), (10**30, ["refund"])])
def test_after_two_replacements_there_is_no_third(made: int, remedies: list[str]) -> None:
    case = case_with(purchase__replacements_made=made, claim__requested="replacement")
    assert ask(case)["remedies"] == remedies


def test_the_latest_report_that_would_do_is_told_to_the_microsecond() -> None:
    terms = {"video_required": True, "warranty": {"kind": "period", "duration": "P1D"}}
    video = {"kind": "video", "starts_at": "2026-02-01T09:00:00Z", "ends_at": "2026-02-01T10:30:00.5Z"}
    change = ask(case_with(listing__terms=terms, evidence=[video]))["counterfactuals"]
    assert change == [
        {
            "change": change[0]["change"],
            "path": "reports[]",
            "value": {"at": "2026-02-01T10:30:00.5Z", "via": "correspondence"},
            "verdict": "covered",
        }
    ]


def test_no_report_before_the_payment_is_proposed() -> None:
    terms = {"video_required": True}
    video = {"kind": "video", "starts_at": "2026-02-01T08:00:00Z", "ends_at": "2026-02-01T09:00:00Z"}
    paths = [change["path"] for change in ask(case_with(listing__terms=terms, evidence=[video]))["counterfactuals"]]
    assert paths == ["evidence[]", "claim.admitted_by_seller"]


def test_a_dispute_opened_before_the_payment_still_gets_a_video_that_can_be_made() -> None:
    case = case_with(claim__opened_at="2026-01-31T00:00:00Z", listing__terms={"video_required": True})
    answer = ask(case)
    assert answer["missing"][0]["until"] == "2026-01-31T00:00:00Z"
    video = answer["counterfactuals"][0]["value"]
    assert (video["starts_at"], video["ends_at"]) == ("2026-02-01T10:00:00Z", "2026-02-01T10:00:00Z")
