"""Stories as a lawyer would tell them, each turning on one clause."""

from tests.rules.cases import ask, case_with

TWO_WEEKS = {"kind": "period", "duration": "P2W"}


def _rules(answer: dict) -> dict[str, bool | None]:  # type: ignore[type-arg]
    return {finding["rule"]: finding["holds"] for finding in answer["findings"]}


def test_a_key_that_never_worked_is_replaced_or_refunded_as_the_buyer_likes() -> None:
    """F1: the choice is the buyer's, and the other remedy stays open."""
    assert ask(case_with(claim__requested="replacement"))["remedies"] == ["replacement", "refund"]
    assert ask(case_with(claim__requested="refund"))["remedies"] == ["refund", "replacement"]


def test_a_seller_with_nothing_left_to_give_owes_the_money() -> None:
    case = case_with(claim__requested="replacement", seller__can_replace=False)
    assert ask(case)["remedies"] == ["refund"]


def test_an_account_taken_back_years_later_is_covered_where_no_period_was_named() -> None:
    """C3: what the seller left unsaid does not limit the buyer."""
    case = case_with(as_of="2029-01-02T00:00:00Z", claim__reason="reclaimed", claim__opened_at="2029-01-01T00:00:00Z")
    answer = ask(case)
    assert (answer["verdict"], answer["warranty"]["basis"]) == ("covered", "unspecified_means_unlimited")
    assert answer["findings"][1]["clauses"] == ["C3"]


def test_a_report_in_a_messenger_does_not_stop_the_warranty_from_running_out() -> None:
    """C6: only the correspondence counts; but the message is told, and what would have been in time."""
    case = case_with(
        as_of="2026-03-02T00:00:00Z",
        claim={"reason": "stopped_working", "opened_at": "2026-03-01T00:00:00Z", "requested": "refund"},
        listing__terms={"warranty": TWO_WEEKS},
        reports=[
            {"at": "2026-02-10T00:00:00Z", "via": "elsewhere"},
            {"at": "2026-02-20T00:00:00Z", "via": "correspondence"},
        ],
    )
    answer = ask(case)
    assert (answer["verdict"], answer["decided_by"]) == ("not_covered", "warranty.period")
    assert answer["reported_at"] == "2026-02-20T00:00:00Z"
    assert "2026-02-10T00:00:00Z" in answer["findings"][1]["note"]
    assert answer["counterfactuals"][0]["value"] == {"at": "2026-02-15T10:02:00Z", "via": "correspondence"}


def test_a_report_made_after_the_dispute_counts_from_the_dispute() -> None:
    case = case_with(reports=[{"at": "2026-02-04T00:00:00Z", "via": "correspondence"}])
    assert ask(case)["reported_at"] == "2026-02-03T10:00:00Z"


def test_sold_without_warranty_still_means_sold_as_described() -> None:
    """C1 and C2: the seller may exclude a warranty, but not the duty to hand over what was promised."""
    terms = {"warranty": {"kind": "excluded"}}
    reports = [{"at": "2026-02-02T10:00:00Z", "via": "correspondence"}]
    bad_at_handover = ask(case_with(listing__terms=terms, reports=reports))
    assert (bad_at_handover["verdict"], bad_at_handover["findings"][1]["clauses"]) == ("covered", ["C1", "C2"])
    later = ask(case_with(listing__terms=terms, reports=reports, claim__reason="stopped_working"))
    assert (later["verdict"], later["counterfactuals"]) == ("not_covered", [])


def test_what_the_listing_said_cannot_be_held_against_the_seller() -> None:
    """C5: compared without regard to case or outer white space, in whatever language."""
    case = case_with(
        listing__terms={"disclosed": ["\u00a0Nur in der STRASSE\u2003"]}, claim__defect="nur in der Straße"
    )
    answer = ask(case)
    assert (answer["verdict"], answer["decided_by"]) == ("not_covered", "disclosure.read")
    assert answer["counterfactuals"] == []


def test_every_rule_is_heard_also_after_one_has_settled_the_matter() -> None:
    case = case_with(
        listing__terms={
            "disclosed": ["Region"],
            "warranty": {"kind": "period", "duration": "PT1H"},
            "video_required": True,
        },
        claim__defect="region",
    )
    answer = ask(case)
    assert _rules(answer) == {"disclosure.read": False, "warranty.period": False, "video.proof": None}
    assert (answer["verdict"], answer["missing"]) == ("not_covered", [])


def test_two_halves_do_not_make_one_video() -> None:
    """C4: from the start of payment to the end of the check, in one piece."""
    halves = [
        {"kind": "video", "starts_at": "2026-02-01T09:59:00Z", "ends_at": "2026-02-01T10:05:00Z", "continuous": True},
        {"kind": "video", "starts_at": "2026-02-01T10:04:00Z", "ends_at": "2026-02-01T10:30:00Z", "continuous": True},
    ]
    case = case_with(
        listing__terms={"video_required": True}, purchase__checked_at="2026-02-01T10:20:00Z", evidence=halves
    )
    answer = ask(case)
    assert answer["verdict"] == "needs_evidence"
    assert answer["missing"] == [
        {"what": "video", "by": "buyer", "from": "2026-02-01T10:00:00Z", "until": "2026-02-01T10:20:00Z"}
    ]
    assert "2026-02-01T10:04:00Z" in answer["findings"][2]["note"]


def test_no_video_is_asked_of_one_whose_account_was_taken_back() -> None:
    case = case_with(listing__terms={"video_required": True}, claim__reason="reclaimed")
    assert "video.proof" not in _rules(ask(case))


def test_an_admission_makes_up_for_the_video_even_when_the_time_for_evidence_is_over() -> None:
    case = case_with(listing__terms={"video_required": True}, claim__evidence_closed=True)
    answer = ask(case)
    assert (answer["verdict"], answer["missing"]) == ("not_covered", [])
    assert [change["path"] for change in answer["counterfactuals"]] == ["evidence[]", "claim.admitted_by_seller"]
    assert ask(case_with(listing__terms={"video_required": True}, claim__admitted_by_seller=True))["verdict"] == (
        "covered"
    )


def test_word_against_log_needs_something_to_show() -> None:
    case = case_with(claim__reason="not_delivered")
    answer = ask(case)
    assert answer["missing"] == [{"what": "any", "by": "buyer", "from": None, "until": None}]
    case["claim"]["evidence_closed"] = True
    assert ask(case)["verdict"] == "not_covered"
    case["evidence"] = [{"kind": "screenshot", "at": "2026-02-01T11:00:00Z"}]
    assert ask(case)["verdict"] == "covered"


def test_goods_that_never_left_the_shop_are_owed() -> None:
    answer = ask(case_with(claim__reason="not_delivered", purchase__delivered_at=None, claim__requested="replacement"))
    assert (answer["decided_by"], answer["remedies"]) == ("delivery.logged", ["replacement", "refund"])


def test_money_that_was_not_credited_comes_back_as_money() -> None:
    case = case_with(claim__reason="payment_not_credited", claim__requested="replacement")
    answer = ask(case)
    assert (answer["decided_by"], answer["remedies"]) == ("payment.grace", ["refund"])


def test_a_change_of_mind_is_nobodys_fault() -> None:
    answer = ask(case_with(claim__reason="changed_mind", claim__admitted_by_seller=True))
    assert (answer["verdict"], _rules(answer)) == ("not_covered", {"reason.changed_mind": False})


def test_conduct_is_noted_in_order_and_changes_nothing() -> None:
    """F2 and C6; what the agreement does not forbid a side is not held against it."""
    moment = "2026-02-04T00:00:00Z"
    conduct = [
        {"by": "seller", "kind": "review_removal_demanded", "at": "2026-02-05T00:00:00Z"},
        {"by": "seller", "kind": "outside_contact_demanded", "at": moment},
        {"by": "seller", "kind": "abuse", "at": moment},
        {"by": "buyer", "kind": "abuse", "at": "2026-02-04T01:00:00+01:00"},
        {"by": "buyer", "kind": "outside_contact_demanded", "at": moment},
        {"by": "buyer", "kind": "review_removal_demanded", "at": moment},
    ]
    answer = ask(case_with(conduct=conduct))
    assert [(v["by"], v["rule"], v["clause"]) for v in answer["violations"]] == [
        ("buyer", "conduct.abuse", "C6"),
        ("seller", "conduct.abuse", "C6"),
        ("seller", "conduct.outside_contact", "C6"),
        ("seller", "conduct.review_removal", "F2"),
    ]
    assert answer | {"violations": []} == ask(case_with())
