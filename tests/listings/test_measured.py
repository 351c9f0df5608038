"""The reader of listings against its targets: on those that it is tuned by, and on those that nobody tuned it by.

The time is told by the command alone (`python tools/measure_listings.py --aside`). Whoever looks at the misses of the
set kept aside has spent it: it moves to the tuning set, and another one is written blind.
"""

from functools import cache

import pytest

from tools.measure_listings import TARGETS, measure

SETS = ("tuning", "aside")


@cache
def report(name: str) -> dict:
    return measure(name)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("score", ["warranty", "video", "quotes", "near"])
def test_what_a_listing_states_is_read_rightly(score: str, name: str) -> None:
    assert report(name)["all"][score] >= TARGETS[score]


@pytest.mark.parametrize("name", SETS)
def test_no_language_is_read_much_worse_than_the_others(name: str) -> None:
    assert report(name)["weakest"] >= TARGETS["weakest"]


@pytest.mark.parametrize("name", SETS)
def test_buyers_hardly_ever_pay_for_a_misreading(name: str) -> None:
    assert report(name)["all"]["cost"] <= TARGETS["cost"]
