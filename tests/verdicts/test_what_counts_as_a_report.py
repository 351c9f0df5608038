"""Which messages count as reports, and what was known when."""

from datetime import datetime, timedelta

import pytest

from arbitration.domain.cases import ReasonAnswer, Times, Told, answers, case_at, reports_of, terms_of
from arbitration.rules.case import Terms
from arbitration.rules.policy_file import builtin_policy
from tests.moments import NOW

PAID = NOW
TIMES = Times(PAID - timedelta(minutes=5), PAID, PAID + timedelta(minutes=1))
HOUR = timedelta(hours=1)
MONTH = {"warranty": {"kind": "period", "duration": "P30D", "starts": "delivery"}}


def reported(*told: Told, at: datetime = NOW + timedelta(days=365)) -> list[datetime]:
    return [report.at for report in reports_of(told, TIMES, at)]


def answer(reason: str, *told: Told, at: datetime, stated: dict[str, object] | None = None) -> ReasonAnswer:
    case = case_at(builtin_policy(), TIMES, terms_of(stated), told, at)
    assert case is not None
    return next(given for given in answers(case, builtin_policy()) if given.reason == reason)


def test_marked_messages_are_the_reports() -> None:
    told = [Told(PAID + HOUR, False), Told(PAID + 2 * HOUR, True), Told(PAID + 3 * HOUR, True)]
    assert reported(*told) == [PAID + 2 * HOUR, PAID + 3 * HOUR]


def test_without_a_mark_the_first_message_after_the_payment_is_the_report() -> None:
    told = [Told(PAID - timedelta(minutes=1), False), Told(PAID + 2 * HOUR, False), Told(PAID + HOUR, False)]
    assert reported(*told) == [PAID + HOUR]


def test_what_was_said_while_paying_is_no_report_unless_it_is_marked() -> None:
    while_paying = PAID - timedelta(minutes=1)
    assert reported(Told(while_paying, False)) == []
    assert reported(Told(while_paying, True)) == [while_paying]


def test_a_mark_of_the_moment_in_which_the_payment_began_counts() -> None:
    begun = TIMES.payment_started_at
    assert reported(Told(begun, True)) == [begun]
    assert reported(Told(begun - timedelta(microseconds=1), True)) == []


def test_a_delivery_counts_from_the_moment_in_which_it_was_logged() -> None:
    assert TIMES.delivered_at is not None
    moments = (TIMES.delivered_at - timedelta(microseconds=1), TIMES.delivered_at)
    cases = [case_at(builtin_policy(), TIMES, Terms(), (), at) for at in moments]
    assert [case and case.purchase.delivered_at for case in cases] == [None, TIMES.delivered_at]


def test_a_mark_from_before_the_payment_began_counts_for_nothing() -> None:
    assert reported(Told(PAID - HOUR, True), Told(PAID + HOUR, False)) == [PAID + HOUR]


def test_only_what_was_written_by_then_counts() -> None:
    told = [Told(PAID + HOUR, False), Told(PAID + 3 * HOUR, True)]
    assert reported(*told, at=PAID + 2 * HOUR) == [PAID + HOUR]
    assert reported(*told, at=PAID + 3 * HOUR) == [PAID + 3 * HOUR]


def test_a_deleted_message_counts_until_it_was_deleted() -> None:
    told = Told(PAID + HOUR, True, deleted_at=PAID + 5 * HOUR)
    assert reported(told, at=PAID + 5 * HOUR - timedelta(microseconds=1)) == [PAID + HOUR]
    assert reported(told, at=PAID + 5 * HOUR) == []


def test_a_report_in_time_holds_for_ever() -> None:
    told = Told(PAID + HOUR, True)
    assert answer("stopped_working", told, at=PAID + timedelta(days=300), stated=MONTH).verdict.verdict == "covered"
    assert answer("stopped_working", at=PAID + timedelta(days=300), stated=MONTH).verdict.verdict == "not_covered"


def test_before_the_payment_there_is_nothing_to_demand() -> None:
    assert case_at(builtin_policy(), TIMES, Terms(), [], PAID - timedelta(microseconds=1)) is None
    assert case_at(builtin_policy(), TIMES, Terms(), [], PAID) is not None


def test_before_the_delivery_the_other_kinds_of_trouble_wait_for_it() -> None:
    at = PAID + timedelta(seconds=30)
    waiting = answer("invalid", at=at)
    assert waiting.awaits_delivery
    assert (waiting.verdict.case.claim.reason, waiting.verdict.verdict) == ("not_delivered", "covered")
    assert not answer("invalid", at=PAID + HOUR).awaits_delivery
    assert not answer("payment_not_credited", at=at).awaits_delivery


def test_both_remedies_are_told_the_refund_first() -> None:
    assert answer("invalid", at=PAID + HOUR).verdict.remedies == ("refund", "replacement")


@pytest.mark.parametrize(
    "stated", [None, {}, {"warranty": None}, {"disclosed": []}, {"warranty": {"kind": "never heard"}}]
)
def test_terms_that_leave_things_out_state_nothing(stated: dict[str, object] | None) -> None:
    assert terms_of(stated).warranty.kind == "not_stated"


def test_times_that_contradict_each_other_give_no_answer_and_no_error() -> None:
    odd = Times(PAID + HOUR, PAID, PAID - HOUR)
    assert case_at(builtin_policy(), odd, Terms(), [], PAID + HOUR) is None
