"""What the marketplace states wins, field by field; what it leaves out is read from the listing."""

from arbitration.rules.listings import read_terms, terms_in_force

READING = read_terms("Warranty 7 days. A video of the activation is required.")
PERIOD = {"kind": "period", "duration": "P30D", "starts": "delivery"}


def test_what_nobody_states_is_read_with_its_quote() -> None:
    merged = terms_in_force(None, READING)
    assert merged.terms["warranty"]["duration"] == "P7D"
    assert merged.terms["video_required"] is True
    assert {field: quote and quote.text for field, quote in merged.read.items()}["warranty"] == "Warranty 7 days"


def test_the_marketplace_wins_field_by_field() -> None:
    merged = terms_in_force({"warranty": PERIOD, "video_required": None, "disclosed": ["scratch"]}, READING)
    assert merged.terms == {"warranty": PERIOD, "video_required": True, "disclosed": ["scratch"]}
    assert set(merged.read) == {"video_required"}


def test_a_stated_no_to_the_video_stands() -> None:
    assert terms_in_force({"video_required": False}, READING).terms["video_required"] is False


def test_not_stated_is_the_same_as_left_out() -> None:
    assert terms_in_force({"warranty": {"kind": "not_stated"}}, READING).terms["warranty"]["duration"] == "P7D"


def test_a_listing_that_states_nothing_adds_nothing() -> None:
    merged = terms_in_force(None, read_terms("Steam key, EU region."))
    assert (merged.terms, merged.read) == ({}, {})
