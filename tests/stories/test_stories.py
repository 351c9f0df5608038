"""Sixty correspondences as real shops have them: each ends where a lawyer would expect, and the clock did its part."""

import json
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.db import reading
from arbitration.demo.story import CLOCK, Story, stories
from arbitration.models import Message, Purchase, ReadMark
from arbitration.services.disputes.claims import judge
from arbitration.services.disputes.finding import last_dispute_of

TOLD = stories()
DONE_BY_THE_CLOCK = {
    "deadline.reminded": "reminder",
    "dispute.escalated": "escalated",
    "offer.expired": "offer_expired",
    "dispute.lapsed": "lapsed",
    "evidence.closed": "evidence_closed",
    "ruling.window_closed": "appeal_window_closed",
    "remedy.overdue": "remedy_overdue",
}


def every_story(test: Any) -> Any:
    return pytest.mark.parametrize("story", TOLD, ids=[f"{story.id} {story.script['title']}" for story in TOLD])(test)


def unread(session: Session, purchase: Purchase, person_id: UUID) -> int:
    """How many messages a side has not read, counted one by one."""
    mark = session.get(ReadMark, (purchase.id, person_id))
    told = session.scalars(select(Message).where(Message.purchase_id == purchase.id))
    standing = (each for each in told if each.deleted_at is None and each.hidden_at is None)
    return sum(each.position > (mark.position if mark else 0) and each.author_id != person_id for each in standing)


def last_moment(story: Story) -> Any:
    return max(step.at for step in story.steps())


@every_story
def test_its_numbers_of_unread_messages_are_what_a_count_finds(
    story: Story, played: Flask, purchase_ids: dict[str, Any]
) -> None:
    with played.app_context(), reading() as session:
        purchase = session.get_one(Purchase, purchase_ids[story.script["purchase"]])
        people = purchase.buyer_id, purchase.seller.person_id
        assert (purchase.buyer_unread, purchase.seller_unread) == tuple(unread(session, purchase, it) for it in people)


@every_story
def test_a_story_ends_where_it_should(story: Story, played: Flask, purchase_ids: dict[str, Any]) -> None:
    with played.app_context(), reading() as session:
        purchase = session.get_one(Purchase, purchase_ids[story.script["purchase"]])
        dispute = last_dispute_of(session, purchase.id)
        found = {"stage": None, "outcome": None, "verdict": None, "decided_by": None, "violations": []}
        if dispute is not None:
            at = last_moment(story)
            verdict = judge(session, purchase, dispute, at, at).verdict
            assert verdict is not None
            violations = [{"by": each.by, "rule": each.rule} for each in verdict.violations]
            found = {"stage": dispute.stage, "outcome": dispute.outcome, "verdict": verdict.verdict}
            found |= {"decided_by": verdict.decided_by, "violations": violations}
    assert found == story.script["expect"]


@every_story
def test_what_falls_due_happens_at_its_moment_and_nothing_else_does(
    story: Story, purchase_ids: dict[str, Any], entries: dict[Any, list[Any]]
) -> None:
    end, done = last_moment(story), []
    for entry in entries[purchase_ids[story.script["purchase"]]]:
        body = json.loads(entry.body)
        act = DONE_BY_THE_CLOCK.get(entry.kind)
        if act and body["by"] is None and entry.at <= end:
            done.append((act, entry.at, body["facts"].get("step"), body["facts"].get("to")))
    expected = [
        (step.act, step.at, step.fields.get("step"), step.fields.get("to"))
        for step in story.steps()
        if step.by == CLOCK
    ]
    assert done == expected


def test_every_act_of_the_stories_is_told_in_the_docket(
    purchase_ids: dict[str, Any], entries: dict[Any, list[Any]]
) -> None:
    for story in TOLD:
        kinds = [entry.kind for entry in entries[purchase_ids[story.script["purchase"]]]]
        assert len(kinds) > len(story.script["steps"]), story.id
