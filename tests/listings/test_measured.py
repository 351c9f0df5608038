"""The reader of listings against its targets, on the listings that it is tuned by.

The set kept aside is measured by the command alone (`python tools/measure_listings.py --aside`), which also tells the
time: the reader does not reach every target there yet.
"""

from functools import cache

import pytest

from tools.measure_listings import TARGETS, measure


@cache
def report() -> dict:
    return measure("tuning")


@pytest.mark.parametrize("score", ["warranty", "video", "quotes", "near"])
def test_what_a_listing_states_is_read_rightly(score: str) -> None:
    assert report()["all"][score] >= TARGETS[score]


def test_no_language_is_read_much_worse_than_the_others() -> None:
    assert report()["weakest"] >= TARGETS["weakest"]


def test_buyers_hardly_ever_pay_for_a_misreading() -> None:
    assert report()["all"]["cost"] <= TARGETS["cost"]
