"""Every reminder and every end that the sixty stories tell, computed from the agreement alone."""

import json
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

import pytest

from arbitration.demo.story import DATA, offset
from arbitration.domain import deadlines
from arbitration.domain.deadlines import Deadline
from arbitration.rules.policy import Policy
from arbitration.rules.policy_file import builtin_policy

TOLD = {"escalated", "lapsed", "offer_expired", "evidence_closed", "appeal_window_closed", "remedy_overdue"}
"""What the clock of the stories tells of; that a seller did not file what was asked for shows in the ruling alone."""
SELLER_ANSWERS = {"message", "offer", "answer_offer", "review_demand", "outside_invitation", "abuse", "upload"}


@cache
def stories() -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    purchases = {row["external_id"]: row for row in _lines("purchases.jsonl")}
    return {row["id"]: (row, purchases[row["purchase"]]) for row in _lines("conversations.jsonl")}


def _lines(name: str) -> Iterator[dict[str, Any]]:
    with (DATA / name).open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def steps_of(story: str) -> list[dict[str, Any]]:
    """The steps, each with its moment and its fields at hand."""
    told, purchase = stories()[story]
    base = datetime.fromisoformat(purchase[told["base"]])
    return [{"fields": {}} | step | {"at": base + offset(step["at_offset"])} for step in told["steps"]]


def begun(policy: Policy, story: str) -> Iterator[tuple[Deadline, datetime | None]]:
    """The deadlines that the acts of a story begin, each with the moment at which the act that was owed came."""
    seller = stories()[story][1]["seller"]
    hours = deadlines.working_hours(policy, seller["time_zone"], seller["working_hours"])
    steps = steps_of(story)

    def when(number: int, by: str, acts: set[str]) -> datetime | None:
        return next((it["at"] for it in steps if it["n"] > number and it["by"] == by and it["act"] in acts), None)

    for step in steps:
        act, fields, number = step["act"], step["fields"], step["n"]
        if act == "open_dispute":
            yield deadlines.seller_answer(policy, step["at"], hours), when(number, "seller", SELLER_ANSWERS)
        elif fields.get("asks") == "buyer":
            yield deadlines.buyer_answer(policy, step["at"]), when(number, "buyer", {"message", "upload"})
        elif act == "offer":
            other = "buyer" if step["by"] == "seller" else "seller"
            answered = when(number, other, {"answer_offer"}) or when(number, "buyer", {"withdraw"})
            yield deadlines.offer(policy, step["at"], other), answered
        elif act == "request_exhibit":
            due = datetime.fromisoformat(fields["due"])
            filed = when(number, fields["from"], {"upload"})
            yield deadlines.exhibit_request(policy, step["at"], due, fields["from"]), filed
        elif act == "ruling" and "on_appeal_of" not in fields["ruling"]:
            yield (
                deadlines.appeal(policy, step["at"]),
                when(number, "buyer", {"appeal"}) or when(number, "seller", {"appeal"}),
            )
        elif act == "appeal_window_closed":
            ruled = next(it for it in steps if it["fields"].get("ruling", {}) and it["act"] == "ruling")
            remedy = ruled["fields"]["ruling"]["remedy"]
            yield deadlines.remedy(policy, step["at"], remedy), when(number, "seller", {"deliver_replacement"})


def expected(story: str) -> Iterator[tuple[str, str, datetime]]:
    for step in steps_of(story):
        if step["by"] == "clock":
            fields = step["fields"]
            yield (
                (fields["to"], fields["step"], step["at"])
                if step["act"] == "reminder"
                else (
                    "",
                    step["act"],
                    step["at"],
                )
            )


def happening(policy: Policy, story: str) -> Iterator[tuple[str, str, datetime]]:
    """What the clock does in a story: reminders until the act came, and the consequence if it never did."""
    last = steps_of(story)[-1]["at"]
    escalated = next((it["at"] for it in steps_of(story) if it["act"] == "escalate"), None)
    closed = last if stories()[story][0]["expect"]["stage"] == "closed" else None
    for deadline, came in begun(policy, story):
        ended = min(filter(None, (came, closed, escalated if deadline.kind == "seller_answer" else None)), default=None)
        for step in deadline.steps:
            if step.at <= last and (ended is None or step.at < ended):
                yield deadline.owed_by, step.name, step.at
        ran_out = deadline.due_at <= last and (ended is None or ended >= deadline.due_at)
        if ran_out and deadline.consequence in TOLD:
            yield "", deadline.consequence, deadline.due_at


@pytest.mark.parametrize("story", sorted(stories()))
def test_the_clock_does_what_the_story_tells_and_at_that_instant(story: str) -> None:
    assert sorted(happening(builtin_policy(), story)) == sorted(expected(story))
