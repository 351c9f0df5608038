"""Every sentence is whole, in English and in any other voice."""

import string
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given

from arbitration.rules import codes, words
from arbitration.rules.answer import answer
from arbitration.rules.durations import Duration, parse_duration
from arbitration.rules.engine import decide
from arbitration.rules.instants import show_instant
from arbitration.rules.policy_file import builtin_policy
from arbitration.rules.reading import read_case
from arbitration.rules.sentences import SENTENCES
from arbitration.rules.telling import ENGLISH, duration_text, say_violation
from tests.rules.cases import case_with, cases


class Shouting:
    """Another voice, which shows that nothing goes past the teller."""

    def gettext(self, message: str) -> str:
        return f"<{message}>"

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return f"<{singular if n == 1 else plural}>"

    def instant(self, moment: datetime) -> str:
        return "{" + show_instant(moment) + "}"

    def duration(self, duration: Duration) -> str:
        return duration_text(duration, self.ngettext)

    def quote(self, text: str) -> str:
        return f"[{text}]"


def _sentences(found: dict[str, Any]) -> list[str]:
    told = [finding["because"] for finding in found["findings"]]
    told += [finding["note"] for finding in found["findings"] if finding["note"] is not None]
    return told + [change["change"] for change in found["counterfactuals"]]


@given(cases())
def test_every_sentence_is_whole(case: dict[str, Any]) -> None:
    policy = builtin_policy()
    verdict = decide(read_case(case, policy), policy)
    told = _sentences(answer(verdict)) + [say_violation(violation) for violation in verdict.violations]
    for sentence in told:
        assert sentence[0] in string.ascii_uppercase
        assert sentence.endswith(".")
        assert "%" not in sentence
        assert "None" not in sentence
        assert "()" not in sentence
    for sentence in _sentences(answer(verdict, Shouting())):
        assert sentence.startswith("<")


def test_a_finding_has_its_facts_in_its_sentence() -> None:
    policy = builtin_policy()
    case = case_with(
        listing__terms={"warranty": {"kind": "period", "duration": "P1M2D"}}, claim__defect=' 100% "dead" '
    )
    because = [finding["because"] for finding in answer(decide(read_case(case, policy), policy))["findings"]]
    assert '“100% "dead"”' in because[0]
    assert "1 month, 2 days" in because[1]
    assert "2026-03-03T10:02:00Z" in because[1]
    assert "2026-02-03T10:00:00Z" in because[1]


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        ("PT1H", "1 hour"),
        ("PT48H", "48 hours"),
        ("P1Y2M3W4DT5H6M7S", "1 year, 2 months, 3 weeks, 4 days, 5 hours, 6 minutes, 7 seconds"),
        ("P0Y01D", "1 day"),
    ],
)
def test_durations_are_said_in_their_own_units(duration: str, text: str) -> None:
    assert ENGLISH.duration(parse_duration(duration)) == text


@pytest.mark.parametrize("text", ["P1M2DT3H", "PT24H", "P2W", "P1Y", "P30DT1S"])
def test_a_duration_is_written_as_it_was_read(text: str) -> None:
    assert str(parse_duration(text)) == text


def test_every_kind_of_trouble_has_a_name_that_people_understand() -> None:
    assert set(words.REASONS) == set(codes.REASONS)


def test_every_conduct_of_every_side_can_be_said() -> None:
    assert {f"conduct.{kind}.{side}" for kind in codes.CONDUCT_KINDS for side in codes.SIDES} <= set(SENTENCES)
