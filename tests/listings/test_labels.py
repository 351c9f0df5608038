"""The labelled listings themselves: well formed, spread as they should be, and up to date with their sources."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tools.measure_listings import LANGUAGES, VIDEO_LOOK_ALIKES, is_exact, labelled, minutes, present

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", present())
def test_every_quote_of_a_label_is_the_exact_substring(name: str) -> None:
    for one in labelled(name):
        answer = one["answer"]
        quotes = [answer["warranty_quote"], answer["video_quote"], *answer["conflicts"]]
        assert all(is_exact(quote, one["text"]) for quote in quotes if quote), one["id"]


@pytest.mark.parametrize("name", present())
def test_a_label_quotes_what_it_states_and_nothing_else(name: str) -> None:
    for one in labelled(name):
        answer = one["answer"]
        assert (answer["warranty_quote"] is None) == (answer["warranty"]["kind"] == "not_stated"), one["id"]
        assert (answer["video_quote"] is None) == (not answer["video_required"]), one["id"]
        assert not (answer["video_required"] and VIDEO_LOOK_ALIKES & set(one["traps"])), one["id"]


def test_each_language_has_its_share_in_both_sets() -> None:
    for name in present():
        least = {"tuning": 50, "aside": 25}[name]
        count = Counter(one["id"][:2] for one in labelled(name))
        assert all(count[language] >= least for language in LANGUAGES)


def test_no_listing_stands_in_both_sets_or_twice() -> None:
    texts = Counter(one["text"] for name in present() for one in labelled(name))
    assert [text for text, times in texts.items() if times > 1] == []


def test_the_labels_are_those_of_the_marked_sources() -> None:
    run = subprocess.run(
        [sys.executable, "tools/label_listings.py", "--check"], cwd=ROOT, capture_output=True, check=False
    )
    assert run.returncode == 0, run.stdout.decode()


def test_durations_are_compared_by_their_length() -> None:
    assert minutes("PT48H") == minutes("P2D")
    assert minutes("P2W") < minutes("P1M") == minutes("P30D") < minutes("P1Y") == minutes("P365D")
