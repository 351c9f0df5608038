"""The reader of listings against the targets it was built for, on both sets of labelled listings.

These tests are the measure itself: they are red until the reader reaches every target, on the set that it was tuned
by and on the one kept aside. Figures by language and by trap: `python tools/measure_listings.py`.
"""

from functools import cache

import pytest

from tools.measure_listings import SETS, TARGETS, labelled, measure, seconds_per_thousand


@cache
def report(name: str) -> dict:
    return measure(name)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("score", ["warranty", "video", "quotes", "near"])
def test_what_a_listing_states_is_read_rightly(name: str, score: str) -> None:
    assert report(name)["all"][score] >= TARGETS[score]


@pytest.mark.parametrize("name", SETS)
def test_no_language_is_read_much_worse_than_the_others(name: str) -> None:
    assert report(name)["weakest"] >= TARGETS["weakest"]


@pytest.mark.parametrize("name", SETS)
def test_buyers_hardly_ever_pay_for_a_misreading(name: str) -> None:
    assert report(name)["all"]["cost"] <= TARGETS["cost"]


@pytest.mark.parametrize("name", SETS)
def test_a_thousand_listings_are_read_in_two_seconds(name: str) -> None:
    assert min(seconds_per_thousand(labelled(name)) for _ in range(3)) <= TARGETS["seconds"]
