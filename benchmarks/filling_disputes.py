"""The messages and disputes of a database that is being filled."""

import secrets
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from arbitration.domain import deadlines as rules
from arbitration.domain import docket
from arbitration.domain.deadline_forms import counting_kept, steps_kept
from arbitration.domain.deadlines import Deadline
from arbitration.domain.docket import Entry
from arbitration.domain.working_time import WorkingHours
from arbitration.ids import new_id
from arbitration.models import DeadlineRow, Dispute, Message, MessageVersion, RequestedRemedy
from arbitration.rules.policy import Policy
from benchmarks.filling_people import People
from benchmarks.filling_rows import Chain, Rows

WORDS = (
    "Hello, the key that I was sent does not work: Playgate says that it was **used before**.",
    "Thank you for writing. Could you send a picture of what it says?",
    "Here is what it says:\n\n- the key was activated\n- on another account\n\nWhat shall I do?",
    "I have asked our supplier and will answer within a day.",
    "Any news? It has been two days now, see `HRBR-1234`.",
)
CALLED_AFTER = timedelta(days=1)
NOTHING_YET = dict.fromkeys(("outcome", "called_at", "arbiter_id", "taken_at", "closed_at", "next_due_at"))


class Opened(NamedTuple):
    """A dispute, and who it is between: its purchase, the buyer and the shop."""

    id: UUID
    purchase: UUID
    buyer: UUID
    shop: UUID


class Threads:
    """Writes messages into the correspondence of purchases, and opens disputes there."""

    def __init__(self, rows: Rows, people: People, policy: Policy, now: datetime, chance: Random) -> None:
        self.rows, self.people, self.policy, self.now, self.chance = rows, people, policy, now, chance
        day = policy.clocks["working_day"]
        self.hours = WorkingHours.of("Europe/London", None, day["from"], day["to"])

    def post(
        self,
        chain: Chain,
        purchase: UUID,
        position: int,
        kind: str,
        author: UUID,
        role: str,
        at: datetime,
        words: str,
        about: dict[str, Any] | None = None,
        facts: dict[str, Any] | None = None,
    ) -> None:
        id_, salt = new_id(), secrets.token_bytes(16)
        self.rows.add(
            Message,
            id=id_,
            purchase_id=purchase,
            position=position,
            kind=kind,
            about=about,
            author_id=author,
            author_role=role,
            posted_at=at,
            reports_problem=kind == "opening",
            asks=False,
            versions=1,
        )
        self.rows.add(
            MessageVersion,
            message_id=id_,
            number=1,
            text=words,
            salt=salt,
            written_at=at,
            search_text=words.casefold(),
        )
        told = {"position": position, "text": docket.text_commitment(salt, words), "reports_problem": kind == "opening"}
        told |= facts or {}
        chain.append(Entry("message.posted" if kind == "message" else "dispute.opened", at, author, told))

    def opens_at(self, last: datetime, kind: str) -> datetime:
        """When a dispute of a kind opens after the last message: those that go on end at moments of many days."""
        if kind == "closed":
            return last
        left = timedelta(minutes=self.chance.randrange(60, 4000))
        if kind == "negotiation":
            counted = rules.seller_answer(self.policy, self.now, self.hours)
            return max(last, self.now + left - (counted.due_at - counted.base_at))
        return max(last, self.now - CALLED_AFTER - left)

    def open(
        self, chain: Chain, purchase: UUID, position: int, buyer: UUID, shop: UUID, at: datetime, kind: str
    ) -> None:
        """A dispute of a kind (see ``usual_kind``) that is opened at a moment, and what follows until now.

        The docket tells of all of it. The thread has the opening alone, so that pages are as long as they ought to be.
        """
        opened = Opened(new_id(), purchase, buyer, shop)
        about = {"dispute": str(opened.id), "reason": "invalid", "requested": "refund", "defect": None}
        told = {"dispute": str(opened.id), "number": 1, "reason": "invalid", "requested": "refund", "role": "buyer"}
        self.post(chain, purchase, position, "opening", buyer, "buyer", at, WORDS[0], about, told)
        then = {
            "closed": self._withdraw,
            "negotiation": self._wait,
            "arbitration": self._call,
            "taken": self._call_and_take,
        }
        self.rows.add(
            Dispute,
            id=opened.id,
            purchase_id=purchase,
            buyer_id=buyer,
            seller_id=shop,
            number=1,
            reason="invalid",
            requested="refund",
            opened_at=at,
            position=position,
            verdict=None,
            seller_silent=False,
            times_reopened=0,
            **NOTHING_YET | then[kind](chain, opened, at),
        )
        self.rows.add(RequestedRemedy, dispute_id=opened.id, number=1, requested="refund", at=at)

    def _wait(self, chain: Chain, opened: Opened, at: datetime) -> dict[str, Any]:
        """The seller has not answered yet; gives what the dispute's row says, as the others do."""
        due_at = self._owe(chain, opened, rules.seller_answer(self.policy, at, self.hours))
        return {"stage": "negotiation", "stage_since": at, "next_due_at": due_at}

    def _withdraw(self, chain: Chain, opened: Opened, at: datetime) -> dict[str, Any]:
        self._owe(chain, opened, rules.seller_answer(self.policy, at, self.hours), dropped_at=at)
        chain.append(Entry("dispute.withdrawn", at, opened.buyer, {"role": "buyer"}))
        return {"stage": "closed", "stage_since": at, "outcome": "withdrawn", "closed_at": at}

    def _call(self, chain: Chain, opened: Opened, at: datetime) -> dict[str, Any]:
        called = at + CALLED_AFTER
        self._owe(chain, opened, rules.seller_answer(self.policy, at, self.hours), dropped_at=called)
        chain.append(Entry("dispute.escalated", called, opened.buyer, {"because": "buyer", "role": "buyer"}))
        return {"stage": "arbitration", "stage_since": called, "called_at": called}

    def _call_and_take(self, chain: Chain, opened: Opened, at: datetime) -> dict[str, Any]:
        said, arbiter = self._call(chain, opened, at), self.people.taker()
        taken = said["called_at"]
        chain.append(Entry("dispute.taken", taken, arbiter, {"arbiter": str(arbiter), "role": "arbiter"}))
        due_at = self._owe(chain, opened, rules.ruling(self.policy, taken))
        return said | {"arbiter_id": arbiter, "taken_at": taken, "next_due_at": due_at}

    def _owe(self, chain: Chain, opened: Opened, deadline: Deadline, dropped_at: datetime | None = None) -> datetime:
        """A deadline and the reminders that are over by now; gives its end."""
        id_ = new_id()
        told = [] if dropped_at else [step for step in deadline.steps if step.at <= self.now]
        passed = [step.name for step in told]
        for step in told:
            facts = {"deadline": str(id_), "kind_of_deadline": deadline.kind.value, "to": deadline.owed_by}
            facts |= {"due_at": docket.instant(deadline.due_at), "step": step.name, "passed_over": []}
            chain.append(Entry("deadline.reminded", step.at, None, facts))
        self.rows.add(
            DeadlineRow,
            id=id_,
            dispute_id=opened.id,
            purchase_id=opened.purchase,
            buyer_id=opened.buyer,
            seller_id=opened.shop,
            kind=deadline.kind.value,
            owed_by=deadline.owed_by,
            base_event=deadline.base_event,
            base_at=deadline.base_at,
            first_due_at=deadline.due_at,
            due_at=deadline.due_at,
            consequence=deadline.consequence,
            steps=steps_kept(deadline),
            passed=passed,
            explanation=counting_kept(deadline),
            next_at=rules.next_moment(deadline, passed),
            state="dropped" if dropped_at else "open",
            settled_at=dropped_at,
            fence=0,
        )
        return deadline.due_at
