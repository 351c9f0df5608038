"""The numbers: what they count, and that what half or nine in ten stay within is reckoned rightly."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from arbitration.domain.actors import Actor, Role
from arbitration.services import messages, policies
from arbitration.services.disputes.talks import withdraw
from arbitration.services.operations import numbers
from arbitration.services.operations.numbers import Asked, Spread, quantile
from arbitration.web.operations.numbers import rounded
from arbitration.web.operations.plots import bars, stacked
from tests.disputes.hearing import Hearing, at
from tests.support.shop import Shop

Browser = Callable[[Actor], FlaskClient]
OPERATOR = Actor(role=Role.OPERATOR)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def counted(hearing: Hearing, asked: Asked | None = None, hours: float = 30) -> numbers.Numbers:
    with hearing.work() as session:
        return numbers.numbers(session, OPERATOR, asked or Asked(), at(hours))


def test_openings_answers_and_outcomes_of_the_period_are_counted(work: Callable[..., object], shop: Shop) -> None:
    hearing = Hearing.opened(work, shop)  # type: ignore[arg-type]
    found = counted(hearing)
    assert (found.opened, found.closed, found.stages["negotiation"].number) == (1, 0, 1)
    assert (found.answer.number, found.answer.none, found.answer.median) == (0, 1, None)
    with hearing.work() as session:
        messages.post_message(session, hearing.buyer, hearing.purchase, "Are you there?", at(1))
        messages.post_message(session, hearing.seller, hearing.purchase, "I am.", at(3))
        messages.post_message(session, hearing.seller, hearing.purchase, "Still.", at(9))
    assert counted(hearing).answer.median == 3 * HOUR
    hearing.do(withdraw, hearing.buyer, "", at(20))
    found = counted(hearing)
    assert (found.closed, found.outcome.median, found.outcome.most) == (1, 20 * HOUR, 20 * HOUR)
    assert found.outcomes == {"invalid": {"withdrawn": 1}}
    assert sum(each.opened for each in found.slices) == sum(each.closed for each in found.slices) == 1
    assert not found.cut


def test_numbers_can_be_narrowed_to_a_period_an_agreement_and_a_language(hearing: Hearing) -> None:
    with hearing.work() as session:
        policy = policies.versions(session)[0].id
    assert counted(hearing, Asked(30, policy, "en")).opened == 1
    assert counted(hearing, Asked(30, policy, "fr")).opened == 0
    assert counted(hearing, Asked(30, policy, "fr")).stages["arbitration"].number == 0
    assert counted(hearing, Asked(30, hearing.dispute_id)).opened == 0
    assert (counted(hearing, Asked(7), hours=24 * 9).opened, counted(hearing, Asked(30), hours=24 * 9).opened) == (0, 1)


def test_no_more_than_a_bound_is_looked_at_and_the_page_says_so(
    hearing: Hearing, operator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Of this period only" not in operator.get("/operations/numbers").text
    monkeypatch.setattr(numbers, "MOST", 1)
    assert counted(hearing).cut
    assert "Of this period only" in operator.get("/operations/numbers").text


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=200), st.sampled_from([50, 90]))
def test_as_many_stay_within_as_is_said_and_with_any_less_fewer_would(values: list[int], percent: int) -> None:
    ordered = sorted(timedelta(seconds=each) for each in values)
    found = quantile(ordered, percent)
    assert found is not None
    assert sum(each <= found for each in ordered) * 100 >= percent * len(ordered)
    assert sum(each < found for each in ordered) * 100 < percent * len(ordered)


@given(st.lists(st.integers(0, 10_000_000), max_size=100))
def test_every_length_falls_into_one_step(values: list[int]) -> None:
    spread = Spread.of([timedelta(seconds=each) for each in values], numbers.ANSWER_STEPS)
    assert sum(spread.counts) == spread.number == len(values)
    assert len(spread.counts) == len(spread.steps) + 1


def test_lengths_are_said_as_exactly_as_they_are_worth() -> None:
    assert rounded(timedelta(minutes=80, seconds=20)) == timedelta(minutes=80)
    assert rounded(timedelta(days=2, minutes=40)) == timedelta(days=2, hours=1)
    assert rounded(timedelta(days=9, hours=6)) == timedelta(days=9)
    assert rounded(timedelta(seconds=3)) == timedelta(minutes=1)
    assert rounded(None) is None


def test_the_longest_bar_fills_the_drawing_and_none_that_counts_is_invisible() -> None:
    assert [bar.length for bar in bars([("a", 1000), ("b", 1), ("c", 0)])] == [100, 2, 0]
    assert [bar.length for bar in bars([("a", 0)])] == [0]
    parts = stacked({"refunded": 3, "lapsed": 1}, ["refunded", "settled", "lapsed"], 8)
    assert [(part.code, part.start, part.length) for part in parts] == [("refunded", 0, 375), ("lapsed", 375, 125)]


def test_each_plot_has_its_figures_as_a_table_and_no_style_of_its_own(hearing: Hearing, operator: FlaskClient) -> None:
    with hearing.work() as session:
        messages.post_message(session, hearing.seller, hearing.purchase, "I am.", at(24.5))
    page = operator.get("/operations/numbers").text
    assert "<svg" in page.partition("Open now, by stage")[2]
    assert ("style=" in page, "<script>" in page) == (False, False)
    assert page.partition("<main")[2].count("<table") >= 3
    assert "90 % no longer than" in page
