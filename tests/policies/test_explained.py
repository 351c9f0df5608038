"""A policy as a text for people: whole, in each language, and without a word of the machine's."""

import re

import pytest

from arbitration.i18n.reader import Reader
from arbitration.rules import codes
from arbitration.rules.policy import LANGUAGES
from arbitration.rules.policy_file import builtin_policy, read_policy, shipped_names
from arbitration.rules.policy_text import explain
from arbitration.rules.policy_text.wording import CLOCKS, CONDUCT, DEMANDS, HEADINGS, WARRANTY, WHOLE
from tests.policies.planting import floored, planted, shipped

SENTENCES = [
    *WHOLE.values(),
    *HEADINGS.values(),
    *DEMANDS.values(),
    *WARRANTY.values(),
    *CONDUCT.values(),
    *CLOCKS.values(),
]
MACHINE = re.compile(r"[a-z]+_[a-z]+|\bP(?:T?\d+[YMWDHS])+|%\(|None|True|False")


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", shipped_names())
def test_it_is_told_in_every_language_without_codes(name: str, language: str) -> None:
    policy = shipped(name)
    text = explain(policy, Reader(language))
    for clause in policy.clauses:
        assert f"- {clause}. {policy.clause_text(clause, language)}" in lines(text)
    told = "\n".join(line for line in lines(text) if policy.id not in line)
    assert not MACHINE.findall(told)
    for code in (*codes.REASONS, *codes.BASES, *codes.RULES[:-1]):
        assert code not in text.split() or code in ("invalid", "reclaimed", "stated", "floor")


@pytest.mark.parametrize("name", shipped_names())
def test_french_clauses_are_shown_with_the_apostrophe_that_french_prints(name: str) -> None:
    """However the agreement was typed: the text that was installed, and its sum, stay as they are."""
    told = explain(shipped(name), Reader("fr"))
    assert "l’acheteur" in told
    assert "'" not in told


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_nothing_of_it_is_left_in_english(language: str) -> None:
    reader = Reader(language)
    assert [message for message in SENTENCES if reader.gettext(message) == message] == []
    english = set(lines(explain(builtin_policy(), Reader("en"))))
    assert not english & set(lines(explain(builtin_policy(), reader)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_as_long_in_every_language(language: str) -> None:
    policy = shipped("short-window")
    assert len(lines(explain(policy, Reader(language)))) == len(lines(explain(policy, Reader("en"))))


def test_each_clock_is_told_with_its_consequence() -> None:
    text = explain(builtin_policy(), Reader("en"))
    assert "Time for the seller to answer: 72 hours. After that the dispute goes to arbitration" in text
    assert "2 hours (within the seller's day), 24 hours and 48 hours" in text
    assert "Time for the buyer to answer: 7 days. After that the dispute lapses." in text
    assert "Either side may call the arbiter once this time has passed since the opening: 24 hours." in text
    assert "Time for an appeal, from the ruling: 7 days. After that the ruling stands." in text


def test_what_a_buyer_may_demand_is_told_reason_by_reason() -> None:
    text = explain(builtin_policy(), Reader("en"))
    assert "- I changed my mind. Nothing can be demanded for this. (C5)" in lines(text)
    assert "credited after this time: 24 hours. (C1)" in text
    assert "- Where the listing states nothing: without end. (C3)" in lines(text)
    assert "- Replacements at most, after which a refund alone is left: 2. (F1)" in lines(text)


def test_a_floor_is_told_and_an_exclusion_below_it_is_not() -> None:
    text = explain(floored("P1M"), Reader("en"))
    assert "Whatever the listing states, the warranty never ends before" in text
    assert "1 month" in text
    assert "excludes" not in text
    assert "since the payment" in explain(floored("P1M", "payment"), Reader("en"))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("most_replacements = 2", "most_replacements = 0", "There are no replacements"),
        ('remedies = ["refund"]', 'remedies = ["refund", "replacement"]', "The money back or the goods"),
        ('remedies = ["refund"]', 'remedies = ["replacement"]', "The goods, if the payment"),
        ('remedies = ["refund"]', "remedies = []", "Nothing, even if the payment"),
        ('reasons = ["payment_not_credited"]', "reasons = []", "as the buyer chooses, at any time"),
        ('handover_reasons = ["not_as_described", "invalid"]', "handover_reasons = []", "a warranty, there is none"),
        ('from = "09:00"\nto = "21:00"', 'from = "00:00"\nto = "24:00"', "has all 24 hours"),
        ('to = "21:00"', 'to = "24:00"', "09:00 to 00:00"),
    ],
)
def test_what_is_changed_in_the_file_is_told_otherwise(old: str, new: str, told: str) -> None:
    assert told in explain(read_policy(planted((old, new))), Reader("en"))
