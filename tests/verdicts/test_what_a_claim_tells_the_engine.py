"""What the engine is told of a claim at a moment: all that was on record by then, and nothing that came later."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from arbitration.domain.cases import Claimed, Filed, Reported, Times, Told, Wish, claim_at
from arbitration.domain.facts import (
    ADMITTED,
    CAN_REPLACE,
    CHECKED_AT,
    CONTINUOUS,
    CORRECTED,
    ENDS_AT,
    STARTS_AT,
    STRUCK,
    TAKEN_AT,
    Stated,
)
from arbitration.rules.case import Case, Conduct, Exhibit, Terms, Video
from arbitration.rules.instants import show_instant
from arbitration.rules.policy_file import builtin_policy
from tests.moments import NOW

HOUR, JUST_BEFORE = timedelta(hours=1), timedelta(microseconds=1)
PAID, DELIVERED, OPENED = NOW, NOW + HOUR, NOW + 2 * HOUR
LATER = OPENED + 2 * HOUR
"""When the things of these stories happen, and so from when on they count."""
TIMES = Times(PAID - HOUR, PAID, DELIVERED)
PICTURE, VIDEO = UUID(int=1), UUID(int=2)
CLAIM = Claimed("invalid", OPENED, (Wish(OPENED, "replacement"),), told=(Told(OPENED, True),))


def told(at: datetime, times: Times = TIMES, **changes: Any) -> Case:
    case = claim_at(builtin_policy(), times, Terms(), replace(CLAIM, **changes), at)
    assert case is not None
    return case


def stated(name: str, value: object, at: datetime = LATER, **more: Any) -> Stated:
    return Stated(name, show_instant(value) if isinstance(value, datetime) else value, at, **more)


def test_an_admission_counts_from_when_it_was_made_until_it_was_struck() -> None:
    made = stated(ADMITTED, True)
    assert told(LATER - JUST_BEFORE, stated=(made,)).claim.admitted_by_seller is None
    assert told(LATER, stated=(made,)).claim.admitted_by_seller is True
    struck = replace(made, decision=STRUCK, decided_at=LATER + HOUR)
    assert told(LATER + HOUR - JUST_BEFORE, stated=(struck,)).claim.admitted_by_seller is True
    assert told(LATER + HOUR, stated=(struck,)).claim.admitted_by_seller is None


def test_the_last_wish_that_was_made_by_then_is_what_the_buyer_asks_for() -> None:
    wishes = (Wish(LATER, "refund"), Wish(OPENED, "replacement"))
    assert told(LATER - JUST_BEFORE, wishes=wishes).claim.requested == "replacement"
    assert told(LATER, wishes=wishes).claim.requested == "refund"


def test_before_there_was_a_wish_the_first_one_stands_for_it() -> None:
    wishes = (Wish(OPENED, "replacement"), Wish(LATER, "refund"))
    assert told(OPENED - JUST_BEFORE, wishes=wishes).claim.requested == "replacement"


def test_a_delivery_counts_once_it_was_logged() -> None:
    times = replace(TIMES, delivered_at=LATER)
    assert claim_at(builtin_policy(), times, Terms(), CLAIM, LATER - JUST_BEFORE) is None, "not a case before it came"
    unsent = replace(CLAIM, reason="not_delivered")
    case = claim_at(builtin_policy(), times, Terms(), unsent, LATER - JUST_BEFORE)
    assert case is not None
    assert case.purchase.delivered_at is None
    assert told(LATER, times).purchase.delivered_at == LATER


def test_a_case_is_never_judged_as_of_before_it_was_opened() -> None:
    assert told(OPENED - HOUR).as_of == OPENED
    assert told(OPENED + HOUR).as_of == OPENED + HOUR


def test_a_check_counts_unless_it_is_from_before_the_payment_began() -> None:
    begun = TIMES.payment_started_at
    assert told(LATER, stated=(stated(CHECKED_AT, begun),)).purchase.checked_at == begun
    assert told(LATER, stated=(stated(CHECKED_AT, begun - JUST_BEFORE),)).purchase.checked_at is None


def test_replacements_count_once_they_were_made() -> None:
    made = (LATER, LATER + HOUR)
    counted = [told(at, replaced_at=made).purchase.replacements_made for at in (LATER - JUST_BEFORE, LATER, made[1])]
    assert counted == [0, 1, 2]


def test_whether_the_seller_can_replace_is_what_the_seller_says() -> None:
    for said in (True, False):
        assert told(LATER, stated=(stated(CAN_REPLACE, said),)).can_replace is said
    assert told(LATER).can_replace is None


def test_evidence_is_closed_from_when_an_arbiter_closed_it() -> None:
    assert told(LATER - JUST_BEFORE, evidence_closed_at=LATER).claim.evidence_closed is None
    assert told(LATER, evidence_closed_at=LATER).claim.evidence_closed is True


def test_an_exhibit_counts_once_it_was_filed_as_of_when_it_was_taken_where_that_is_said() -> None:
    picture = Filed(PICTURE, "screenshot", LATER)
    assert told(LATER - JUST_BEFORE, exhibits=(picture,)).evidence == ()
    assert told(LATER, exhibits=(picture,)).evidence == (Exhibit("screenshot", LATER),)
    taken = stated(TAKEN_AT, OPENED, exhibit_id=PICTURE)
    assert told(LATER, exhibits=(picture,), stated=(taken,)).evidence == (Exhibit("screenshot", OPENED),)


def test_a_video_proves_nothing_until_it_is_said_when_it_begins_and_ends() -> None:
    video = Filed(VIDEO, "video", LATER)
    begins, ends = stated(STARTS_AT, PAID, exhibit_id=VIDEO), stated(ENDS_AT, DELIVERED, exhibit_id=VIDEO)
    for some in ((), (begins,), (ends,)):
        assert told(LATER, exhibits=(video,), stated=some).evidence == ()
    assert told(LATER, exhibits=(video,), stated=(begins, ends)).evidence == (Video(PAID, DELIVERED, None),)
    whole = stated(CONTINUOUS, True, exhibit_id=VIDEO)
    assert told(LATER, exhibits=(video,), stated=(begins, ends, whole)).evidence == (Video(PAID, DELIVERED, True),)


def test_a_video_that_ends_before_it_begins_proves_nothing_and_one_of_a_moment_does() -> None:
    video, begins = Filed(VIDEO, "video", LATER), stated(STARTS_AT, PAID, exhibit_id=VIDEO)
    before = stated(ENDS_AT, PAID - JUST_BEFORE, exhibit_id=VIDEO)
    assert told(LATER, exhibits=(video,), stated=(begins, before)).evidence == ()
    at_once = stated(ENDS_AT, PAID, exhibit_id=VIDEO)
    assert told(LATER, exhibits=(video,), stated=(begins, at_once)).evidence == (Video(PAID, PAID, None),)


def test_conduct_counts_once_it_was_reported_until_it_was_struck() -> None:
    report = Reported("seller", "abuse", OPENED, LATER, struck_at=LATER + HOUR)
    counts = (Conduct("seller", "abuse", OPENED),)
    moments = (LATER - JUST_BEFORE, LATER, LATER + HOUR - JUST_BEFORE, LATER + HOUR)
    assert [told(at, conduct=(report,)).conduct for at in moments] == [(), counts, counts, ()]
    assert told(LATER + HOUR, conduct=(replace(report, struck_at=None),)).conduct == counts


@pytest.mark.parametrize("decided", ["corrected", "stated again"])
def test_of_a_fact_what_was_decided_or_said_last_counts_from_then_on(decided: str) -> None:
    first, other = stated(CHECKED_AT, OPENED), LATER + HOUR
    if decided == "corrected":
        facts = (replace(first, decision=CORRECTED, correction=show_instant(DELIVERED), decided_at=other),)
    else:
        facts = (stated(CHECKED_AT, DELIVERED, other), first)
    assert told(other - JUST_BEFORE, stated=facts).purchase.checked_at == OPENED
    assert told(other, stated=facts).purchase.checked_at == DELIVERED
