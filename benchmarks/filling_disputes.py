"""The messages and disputes of a database that is being filled."""

import secrets
from datetime import datetime, timedelta
from random import Random
from typing import Any
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


class Threads:
    """Writes messages into the correspondence of purchases, and opens disputes there."""

    def __init__(self, rows: Rows, people: People, policy: Policy, now: datetime, chance: Random) -> None:
        self.rows, self.people, self.policy, self.now, self.chance = rows, people, policy, now, chance

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

    def open(
        self, chain: Chain, purchase: UUID, position: int, buyer: UUID, shop: UUID, at: datetime, kind: str
    ) -> None:
        id_ = new_id()
        about = {"dispute": str(id_), "reason": "invalid", "requested": "refund", "defect": None}
        told = {"dispute": str(id_), "number": 1, "reason": "invalid", "requested": "refund", "role": "buyer"}
        self.post(chain, purchase, position, "opening", buyer, "buyer", at, WORDS[0], about, told)
        hours = WorkingHours.of("Europe/London", None, *self._day())
        deadline = rules.seller_answer(self.policy, at, hours)
        stage = "arbitration" if kind == "taken" else kind
        due_at = max(deadline.due_at, self.now + timedelta(minutes=self.chance.randrange(60, 4000)))
        arbiter = self.people.taker() if kind == "taken" else None
        called = at + timedelta(days=1) if stage == "arbitration" else None
        self.rows.add(
            Dispute,
            id=id_,
            purchase_id=purchase,
            buyer_id=buyer,
            seller_id=shop,
            number=1,
            stage=stage,
            stage_since=called or at,
            outcome="settled" if kind == "closed" else None,
            reason="invalid",
            requested="refund",
            opened_at=at,
            position=position,
            verdict=None,
            seller_silent=False,
            called_at=called,
            arbiter_id=arbiter,
            taken_at=called if arbiter else None,
            closed_at=at if kind == "closed" else None,
            times_reopened=0,
            next_due_at=None if kind == "closed" else due_at,
        )
        self.rows.add(RequestedRemedy, dispute_id=id_, number=1, requested="refund", at=at)
        self._owe(id_, purchase, buyer, shop, stage, kind == "closed", deadline, due_at)

    def _owe(
        self,
        dispute: UUID,
        purchase: UUID,
        buyer: UUID,
        shop: UUID,
        stage: str,
        closed: bool,
        deadline: Deadline,
        due_at: datetime,
    ) -> None:
        owing = {"negotiation": ("seller_answer", "seller"), "closed": ("seller_answer", "seller")}
        what, owed_by = owing.get(stage, ("ruling", "arbiter"))
        self.rows.add(
            DeadlineRow,
            id=new_id(),
            dispute_id=dispute,
            purchase_id=purchase,
            buyer_id=buyer,
            seller_id=shop,
            kind=what,
            owed_by=owed_by,
            base_event="opened",
            base_at=deadline.base_at,
            first_due_at=due_at,
            due_at=due_at,
            consequence=deadline.consequence if what == "seller_answer" else "ruling_overdue",
            steps=steps_kept(deadline),
            passed=[step.name for step in deadline.steps],
            explanation=counting_kept(deadline),
            next_at=due_at,
            state="met" if closed else "open",
            fence=0,
        )

    def _day(self) -> tuple[Any, Any]:
        day = self.policy.clocks["working_day"]
        return day["from"], day["to"]
