"""Disputes at several stages, each with things on it that the operations can be about."""

from dataclasses import dataclass, field
from typing import Any

from arbitration.domain.rulings import RulingForm
from arbitration.services import facts, messages
from arbitration.services.disputes import conduct, offers, replacements, rulings, talks
from tests.disputes.hearing import REASONS, Hearing, Work, at
from tests.support.shop import Shop

STAGES = ("negotiation", "called", "taken", "ruled", "refunding", "replacing", "replaced")
LATER = at(29)
"""When whatever a scene tells has happened, and nothing of it has run out."""


@dataclass
class Scene:
    """A dispute that has come to a stage, and the names that paths of the API need.

    On it are messages of both sides, a report of the seller's, a fact, an exhibit, and the seller's offer; then the
    arbiter is called, has taken it, has ruled; or the offer was accepted, and a replacement delivered.
    """

    hearing: Hearing
    names: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def at(cls, stage: str, work: Work, shop: Shop) -> "Scene":
        scene = cls(Hearing.opened(work, shop))
        scene.names |= {"external_id": scene.hearing.purchase, "dispute_id": scene.hearing.dispute_id}
        scene._said()
        scene._gone_on(stage)
        return scene

    def _said(self) -> None:
        hearing, on = self.hearing, self.hearing.purchase
        with hearing.work() as session:
            posted = messages.post_message(session, hearing.seller, on, "Write to me elsewhere.", at(1)).message
            report = conduct.report_conduct(
                session, hearing.buyer, on, posted.position, "outside_contact_demanded", at(2)
            )
            fact = facts.state_fact(session, hearing.seller, on, "can_replace", True, at(2))
            self.names |= {"position": posted.position, "report_id": report.id, "fact_id": fact.id}
        self.names["number"] = f"E{hearing.exhibit('buyer', 'screenshot', 3)}"

    def _gone_on(self, stage: str) -> None:
        hearing, remedy = self.hearing, ("replacement" if stage.startswith("repl") else "part_refund")
        amount = None if remedy == "replacement" else 500
        hearing.do(offers.make_offer, hearing.seller, remedy, amount, "", at(4))
        self.names |= {"offer": 1, "ruling": 1}
        if stage in ("called", "taken", "ruled"):
            hearing.do(talks.escalate, hearing.buyer, "", at(25))
        if stage in ("taken", "ruled"):
            hearing.taken(26)
        if stage == "ruled":
            hearing.do(rulings.issue, hearing.arbiter(), RulingForm("refund", reasons=REASONS), at(27))
        if stage in ("refunding", "replacing", "replaced"):
            hearing.do(offers.answer_offer, hearing.buyer, 1, "accept", at(5))
        if stage == "replaced":
            with hearing.work() as session:
                done = replacements.deliver_replacement(
                    session, hearing.seller, hearing.purchase, "AAAA-BBBB", "", at(6)
                )
                self.names["remedy_id"] = done.id
