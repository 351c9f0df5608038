"""Checking the disputes on a purchase against what its chain says of them: what is claimed, and where they stand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, select

from arbitration.domain.docket import Link, instant, text_commitment
from arbitration.domain.stages import Stage
from arbitration.models import Dispute
from arbitration.services.verification import findings
from arbitration.services.verification.comparing import Pairs, Sayings, compared
from arbitration.services.verification.findings import Finding

DISPUTES = select(
    Dispute.purchase_id,
    Dispute.id,
    Dispute.number,
    Dispute.reason,
    Dispute.requested,
    Dispute.defect,
    Dispute.opened_at,
    Dispute.reopened_at,
    Dispute.closed_at,
    Dispute.stage,
    Dispute.stage_since,
)
LEADS_TO: Mapping[str, frozenset[str]] = {
    "dispute.opened": frozenset({Stage.NEGOTIATION}),
    "dispute.reopened": frozenset({Stage.NEGOTIATION}),
    "dispute.escalated": frozenset({Stage.ARBITRATION}),
    "dispute.withdrawn": frozenset({Stage.CLOSED}),
    "dispute.lapsed": frozenset({Stage.CLOSED}),
    "offer.accepted": frozenset({Stage.ENFORCEMENT}),
    "ruling.issued": frozenset({Stage.RULED}),
    "ruling.appealed": frozenset({Stage.APPEAL}),
    "ruling.window_closed": frozenset({Stage.ENFORCEMENT, Stage.CLOSED}),
}
"""The stages to which an entry of a kind can lead; it always leads to one of them. A ruling on an appeal is final."""
FINAL = LEADS_TO["ruling.window_closed"]
MAY_CLOSE = frozenset({"refund.paid", "replacement.delivered"})
"""What closes a dispute where it was owed in it; without a dispute, or before a ruling, it closes none."""

SAYINGS = Sayings(findings.UNKNOWN_DISPUTE, findings.OTHER_DISPUTE, findings.NO_DISPUTE)


@dataclass(slots=True)
class ToldDispute:
    """A dispute, as entries tell of it; ``moved`` are the stages at which it can be, each with its moment."""

    sequence: int
    at: str
    facts: dict[str, Any]
    requested: object
    reopened_at: str | None = None
    moved: set[tuple[str, str]] = field(default_factory=set)


class ToldDisputes:
    """What the entries of a chain tell of disputes. Of a purchase one at a time is open: the last that they named."""

    def __init__(self) -> None:
        self.told: dict[str, ToldDispute] = {}
        self.last: ToldDispute | None = None

    def learn(self, link: Link, body: dict[str, Any]) -> None:
        """Take in an entry."""
        facts, at = body["facts"], instant(link.at)
        if link.kind == "dispute.opened":
            self.last = ToldDispute(link.sequence, at, facts, facts.get("requested"))
            self.told[str(facts.get("dispute"))] = self.last
        elif link.kind == "dispute.reopened":
            self.last = self.told.get(str(facts.get("dispute")), self.last)
        if self.last is None:
            return
        if link.kind == "dispute.reopened":
            self.last.reopened_at = at
        elif link.kind == "dispute.remedy_changed":
            self.last.requested = facts.get("requested")
        if link.kind in LEADS_TO:
            stages = FINAL if facts.get("on_appeal_of") else LEADS_TO[link.kind]
            self.last.moved = {(stage, at) for stage in stages}
        elif link.kind in MAY_CLOSE:
            self.last.moved.add((Stage.CLOSED, at))

    def check(self, disputes: Iterator[Row[Any]], where: str) -> Iterator[Finding]:
        """How the disputes differ from what the entries tell of them."""
        return compared(self.told, disputes, where, _pairs, SAYINGS)


def _pairs(told: ToldDispute, row: Row[Any]) -> Pairs:
    facts, since = told.facts, instant(row.stage_since)
    return {
        "number": (facts.get("number"), row.number),
        "reason": (facts.get("reason"), row.reason),
        "wish": (told.requested, row.requested),
        "defect": (facts.get("defect"), text_commitment(row.id.bytes, row.defect) if row.defect else None),
        "opening": (told.at, instant(row.opened_at)),
        "reopening": (told.reopened_at, row.reopened_at and instant(row.reopened_at)),
        "stage": (True, (row.stage, since) in told.moved),
        "end": (since if row.stage == Stage.CLOSED else None, row.closed_at and instant(row.closed_at)),
    }
