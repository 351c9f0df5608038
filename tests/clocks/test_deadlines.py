"""Ladders of reminders, more time, and the sentences that say how a moment was computed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from arbitration.domain import deadline_words, deadlines
from arbitration.domain.deadline_forms import counting_kept, restored, steps_kept
from arbitration.domain.deadlines import Deadline, steps_due
from arbitration.domain.refusals import ConflictError, InvalidError
from arbitration.i18n import Reader
from arbitration.rules.policy_file import builtin_policy

POLICY = builtin_policy()
SATURDAY = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
NO_HOURS = None
MONDAY_ONLY = [{"days": ["mon"], "from": "09:00", "to": "21:00"}]


def answer(rows: list[dict[str, object]] | None = NO_HOURS) -> Deadline:
    return deadlines.seller_answer(POLICY, SATURDAY, deadlines.working_hours(POLICY, "Europe/Kyiv", rows))


def names(deadline: Deadline) -> list[str]:
    return [step.name for step in deadline.steps]


def test_a_step_that_would_come_after_the_next_is_never_sent() -> None:
    assert names(answer()) == ["PT2H after", "PT24H after", "PT48H after"]
    assert names(answer(MONDAY_ONLY)) == ["PT24H after", "PT48H after"]


def test_after_downtime_only_the_latest_reminder_is_sent_and_none_when_it_is_all_over() -> None:
    first, second, third = answer().steps
    assert steps_due(answer(), (), first.at - HOUR) == (None, ())
    assert steps_due(answer(), (), first.at) == (first, ())
    assert steps_due(answer(), (), third.at + HOUR) == (third, (first, second))
    assert steps_due(answer(), (first.name,), third.at) == (third, (second,))
    assert steps_due(answer(), (first.name, second.name, third.name), third.at + HOUR) == (None, ())
    assert steps_due(answer(), (first.name,), answer().due_at) == (None, (second, third))


def test_a_request_of_two_days_is_not_reminded_of_and_a_longer_one_a_day_before_it_ends() -> None:
    short = deadlines.exhibit_request(POLICY, SATURDAY, SATURDAY + 48 * HOUR, "buyer")
    longer = deadlines.exhibit_request(POLICY, SATURDAY, SATURDAY + 49 * HOUR, "seller")
    assert (short.steps, short.consequence) == ((), "evidence_closed")
    assert [(it.name, it.at) for it in longer.steps] == [("P1D before", SATURDAY + 25 * HOUR)]
    assert longer.consequence == "request_ran_out"


def test_more_time_moves_the_end_and_what_is_counted_from_it() -> None:
    request = deadlines.exhibit_request(POLICY, SATURDAY, SATURDAY + 72 * HOUR, "buyer")
    longer = deadlines.extend(request, request.due_at + 10 * HOUR, POLICY, timedelta(0), SATURDAY + HOUR)
    assert longer.due_at == SATURDAY + 82 * HOUR
    assert longer.steps[0].at == SATURDAY + 58 * HOUR
    assert longer.extended_by == 10 * HOUR
    assert longer.first_due_at == request.due_at
    assert deadlines.extend(answer(), answer().due_at + HOUR, POLICY, timedelta(0), SATURDAY).steps == answer().steps


def test_all_extensions_together_stay_within_what_the_agreement_allows() -> None:
    once = deadlines.extend(answer(), answer().due_at + 40 * HOUR, POLICY, timedelta(0), SATURDAY)
    with pytest.raises(InvalidError) as refused:
        deadlines.extend(once, once.due_at + 9 * HOUR, POLICY, once.extended_by, SATURDAY)
    assert refused.value.faults[0].values == {"latest": SATURDAY + 120 * HOUR}
    twice = deadlines.extend(once, once.due_at + 8 * HOUR, POLICY, once.extended_by, SATURDAY)
    assert twice.due_at == SATURDAY + 120 * HOUR
    with pytest.raises(ConflictError):
        deadlines.extend(twice, twice.due_at + HOUR, POLICY, twice.extended_by, SATURDAY)


def test_who_took_all_the_minutes_there_were_is_not_offered_the_seconds_that_are_left() -> None:
    """Forms ask for minutes, and disputes are opened at any second."""
    opened = deadlines.extend(answer(), answer().due_at + 48 * HOUR - SECOND * 59, POLICY, timedelta(0), SATURDAY)
    assert deadlines.latest_extension(opened, POLICY, opened.extended_by) == opened.due_at
    with pytest.raises(ConflictError, match="all the extra time"):
        deadlines.extend(opened, opened.due_at + SECOND, POLICY, opened.extended_by, SATURDAY)
    minute = deadlines.extend(answer(), answer().due_at + 48 * HOUR - SECOND * 60, POLICY, timedelta(0), SATURDAY)
    assert deadlines.latest_extension(minute, POLICY, minute.extended_by) == minute.due_at + SECOND * 60


def test_nobody_gets_more_time_once_it_is_over_or_less_than_he_has_or_for_what_nobody_owes() -> None:
    due = answer().due_at
    with pytest.raises(ConflictError):
        deadlines.extend(answer(), due + HOUR, POLICY, timedelta(0), due + timedelta(seconds=1))
    with pytest.raises(InvalidError):
        deadlines.extend(answer(), due, POLICY, timedelta(0), due)
    with pytest.raises(ConflictError):
        deadlines.extend(deadlines.appeal(POLICY, SATURDAY), due + 99 * HOUR, POLICY, timedelta(0), SATURDAY)


def test_a_replacement_is_the_sellers_and_money_is_the_operators_who_is_not_reminded() -> None:
    replacement = deadlines.remedy(POLICY, SATURDAY, "replacement")
    money = deadlines.remedy(POLICY, SATURDAY, "part_refund")
    assert (replacement.owed_by, names(replacement)) == ("seller", ["PT24H after"])
    assert (money.owed_by, money.steps, money.consequence) == ("operator", (), "refund_overdue")
    assert replacement.due_at == money.due_at == SATURDAY + 72 * HOUR


@pytest.mark.parametrize("rows", [None, MONDAY_ONLY, [*MONDAY_ONLY, {"days": ["tue"], "from": "00:00", "to": "24:00"}]])
def test_what_is_kept_comes_back_the_same(rows: list[dict[str, object]] | None) -> None:
    at = SATURDAY + timedelta(days=1, microseconds=7)
    for deadline in (
        answer(rows),
        replace(answer(rows), due_at=answer(rows).due_at + HOUR, extended_by=HOUR),
        deadlines.exhibit_request(POLICY, at, at + 80 * HOUR, "buyer"),
    ):
        again = restored(
            str(deadline.kind),
            deadline.owed_by,
            deadline.base_event,
            deadline.base_at,
            deadline.first_due_at,
            deadline.due_at,
            deadline.consequence,
            steps_kept(deadline),
            counting_kept(deadline),
        )
        assert again == deadline


def test_a_deadline_says_how_its_moment_was_computed() -> None:
    reader = Reader("en", "Europe/Kyiv")
    extended = deadlines.extend(answer(), answer().due_at + 22 * HOUR, POLICY, timedelta(0), SATURDAY)
    assert [reader.say(it.msgid, **it.values) for it in deadline_words.explain(extended)] == [
        "Due 24 November 2026, 14:00: 72 hours after the dispute was opened, 21 November 2026, 14:00.",
        "Extended by 22 hours at the seller's request: now due 25 November 2026, 12:00.",
    ]
    first, second, _ = [reader.say(it.msgid, **it.values) for it in deadline_words.explain_steps(extended)]
    assert first == (
        "Reminder 21 November 2026, 16:00: after 2 hours of the seller's working day (09:00 to 21:00, Kyiv time)."
    )
    assert second == "Reminder 22 November 2026, 14:00: after 24 hours."


def test_every_deadline_can_be_said_in_every_language() -> None:
    every = [
        answer(),
        deadlines.buyer_answer(POLICY, SATURDAY),
        deadlines.offer(POLICY, SATURDAY, "buyer"),
        deadlines.exhibit_request(POLICY, SATURDAY, SATURDAY + 72 * HOUR, "seller"),
        deadlines.ruling(POLICY, SATURDAY),
        deadlines.appeal(POLICY, SATURDAY),
        deadlines.remedy(POLICY, SATURDAY, "replacement"),
        deadlines.refund(POLICY, SATURDAY),
    ]
    assert {it.kind for it in every} == set(deadlines.Kind)
    for language in ("en", "fr", "uk", "ru", "pl", "fa"):
        reader = Reader(language, "Asia/Tehran")
        for deadline in every:
            for viewer in ("", deadline.owed_by):
                assert reader.say(deadline_words.owed(deadline, viewer))
                assert reader.say(deadline_words.consequence(deadline, viewer))
            for said in (*deadline_words.explain(deadline), *deadline_words.explain_steps(deadline)):
                assert "%(" not in reader.say(said.msgid, **said.values)
