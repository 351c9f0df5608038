"""Checking the deadlines of a purchase against what its chain, and its agreement, say they must be."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from arbitration.domain import deadlines as clocks
from arbitration.domain.deadlines import Kind
from arbitration.domain.docket import Link, instant
from arbitration.domain.remedies import REPLACEMENT
from arbitration.domain.sides import ARBITER, BUYER, NOBODY, OPERATOR, OTHER, SELLER
from arbitration.models import DeadlineRow, Dispute, Purchase
from arbitration.rules.policy import Policy
from arbitration.services import deadlines
from arbitration.services.policies import policy_of
from arbitration.services.verification import findings
from arbitration.services.verification.findings import Finding

BEGINS: Mapping[str, tuple[Kind, str]] = {
    "dispute.opened": (Kind.SELLER_ANSWER, "opened"),
    "dispute.reopened": (Kind.SELLER_ANSWER, "reopened"),
    "message.posted": (Kind.BUYER_ANSWER, "asked"),
    "offer.made": (Kind.OFFER, "offered"),
    "offer.countered": (Kind.OFFER, "offered"),
    "exhibit.requested": (Kind.EXHIBIT_REQUEST, "exhibit_asked"),
    "dispute.taken": (Kind.RULING, "taken"),
    "ruling.issued": (Kind.APPEAL, "ruled"),
    "remedy.owed": (Kind.REFUND, "refund_owed"),
}
"""The deadline that begins with an entry, and what its row calls that event; a replacement's is another."""
ENDS: Mapping[str, Kind] = {
    "dispute.escalated": Kind.SELLER_ANSWER,
    "dispute.lapsed": Kind.BUYER_ANSWER,
    "offer.expired": Kind.OFFER,
    "evidence.closed": Kind.EXHIBIT_REQUEST,
    "exhibit.request_ran_out": Kind.EXHIBIT_REQUEST,
    "ruling.overdue": Kind.RULING,
    "ruling.window_closed": Kind.APPEAL,
    "remedy.overdue": Kind.REMEDY,
    "refund.overdue": Kind.REFUND,
}
"""The deadline whose consequence an entry tells of."""
PERIODS: Mapping[Kind, tuple[str, str]] = {
    Kind.SELLER_ANSWER: ("seller_answer", "ends"),
    Kind.BUYER_ANSWER: ("buyer_answer", "ends"),
    Kind.OFFER: ("offer", "lasts"),
    Kind.RULING: ("ruling", "within"),
    Kind.APPEAL: ("appeal", "within"),
    Kind.REMEDY: ("remedy", "within"),
    Kind.REFUND: ("remedy", "within"),
}
OWED_BY: Mapping[Kind, str] = {
    Kind.SELLER_ANSWER: SELLER,
    Kind.BUYER_ANSWER: BUYER,
    Kind.RULING: ARBITER,
    Kind.APPEAL: NOBODY,
    Kind.REMEDY: SELLER,
    Kind.REFUND: OPERATOR,
}
ANSWERS = {Kind.SELLER_ANSWER: SELLER, Kind.BUYER_ANSWER: BUYER}


@dataclass(slots=True)
class Begun:
    """An entry with which a deadline began; one that asks the buyer begins none where their time runs already."""

    sequence: int
    kind: Kind
    event: str
    at: str
    facts: dict[str, Any]
    surely: bool = True


class ToldDeadlines:
    """What the entries of a chain tell of deadlines."""

    def __init__(self) -> None:
        self.parties: dict[str, object] = {}
        self.begun: list[Begun] = []
        self.ended: set[tuple[str, str]] = set()
        self.moved: dict[str, str] = {}
        self.reminded: dict[str, set[str]] = defaultdict(set)
        self.acts: dict[str, set[object]] = defaultdict(set)

    def learn(self, link: Link, body: dict[str, Any]) -> None:
        """Take in an entry."""
        facts, at = body["facts"], instant(link.at)
        self.acts[at].add(body.get("by"))
        if link.kind == "purchase.imported":
            self.parties = {"buyer": facts.get("buyer"), "seller": facts.get("seller_person")}
        elif link.kind == "deadline.extended":
            self.moved[str(facts.get("deadline"))] = str(facts.get("until"))
        elif link.kind == "deadline.reminded":
            names = [facts.get("step"), *(facts.get("passed_over") or ())]
            self.reminded[str(facts.get("deadline"))] |= {str(name) for name in names if name}
        if link.kind in BEGINS:
            self._begin(link, facts, at)
        if link.kind in ENDS and (link.kind != "dispute.escalated" or facts.get("because") == "seller_silent"):
            self.ended.add((ENDS[link.kind], at))

    def _begin(self, link: Link, facts: dict[str, Any], at: str) -> None:
        kind, event = BEGINS[link.kind]
        asks = link.kind == "message.posted"
        if (asks and not facts.get("asks")) or (link.kind == "ruling.issued" and facts.get("on_appeal_of")):
            return
        if link.kind == "remedy.owed" and facts.get("kind") == REPLACEMENT:
            kind, event = Kind.REMEDY, "remedy_owed"
        self.begun.append(Begun(link.sequence, kind, event, at, facts, surely=not asks))

    def check(self, session: Session, purchase_id: UUID, where: str) -> Iterator[Finding]:
        """How the deadlines of the purchase differ from what the entries, and its agreement, say of them."""
        if not self.begun:
            return
        purchase = session.get(Purchase, purchase_id, options=[joinedload(Purchase.policy)])
        if purchase is None:
            return
        yield from _check_parties(session, purchase, where)
        of = select(Dispute.id).where(Dispute.purchase_id == purchase_id)
        rows = session.scalars(select(DeadlineRow).where(DeadlineRow.dispute_id.in_(of)).order_by(DeadlineRow.id)).all()
        left = list(self.begun)
        for row in rows:
            begun = next((it for it in left if _began(it, row)), None)
            if begun is None:
                yield Finding(where, None, findings.UNKNOWN_DEADLINE, {"kind": row.kind})
                continue
            left.remove(begun)
            yield from self._check(row, begun, purchase, where)
        for missing in left:
            if missing.surely:
                yield Finding(where, missing.sequence, findings.NO_DEADLINE, {"kind": missing.kind.value})
        # what was read is let go, so that memory does not grow with the installation
        session.expunge_all()

    def _check(self, row: DeadlineRow, begun: Begun, purchase: Purchase, where: str) -> Iterator[Finding]:
        first = _first_due(row, begun, policy_of(purchase))
        moved = self.moved.get(str(row.id))
        pairs: dict[str, tuple[object, object]] = {
            "owner": (_owed_by(begun), row.owed_by),
            "parties": ((purchase.buyer_id, purchase.seller_id), (row.buyer_id, row.seller_id)),
            "end": ((first, moved or first), (instant(row.first_due_at), instant(row.due_at))),
            "next moment": (_next_moment(row), row.next_at),
            "reminders": (self.reminded[str(row.id)], _told_of(row, self.reminded[str(row.id)], moved is not None)),
            "state": (True, self._stands(row)),
        }
        for name, (said, stands) in pairs.items():
            if said != stands:
                values = {"field": name, "kind": row.kind}
                yield Finding(where, begun.sequence, findings.OTHER_DEADLINE, values)

    def _stands(self, row: DeadlineRow) -> bool:
        """Whether the row's state, and since when it has it, is what some entry tells of."""
        if row.state == deadlines.OPEN or row.settled_at is None:
            return row.state == deadlines.OPEN and row.settled_at is None
        at = instant(row.settled_at)
        if row.state == deadlines.RAN_OUT:
            return (row.kind, at) in self.ended
        if row.state == deadlines.MET and (side := ANSWERS.get(Kind(row.kind))):
            return self.parties.get(side) in self.acts[at]
        return at in self.acts


def _check_parties(session: Session, purchase: Purchase, where: str) -> Iterator[Finding]:
    """Whether the disputes of a purchase are listed for its buyer and its shop, whom its first entry names."""
    query = select(Dispute.buyer_id, Dispute.seller_id).where(Dispute.purchase_id == purchase.id)
    for buyer_id, seller_id in session.execute(query):
        if (buyer_id, seller_id) != (purchase.buyer_id, purchase.seller_id):
            yield Finding(where, 1, findings.OTHER_VALUE, {"field": "buyer or seller in a dispute"})


def _began(begun: Begun, row: DeadlineRow) -> bool:
    same = (begun.kind.value, begun.event, begun.at) == (row.kind, row.base_event, instant(row.base_at))
    request = begun.facts.get("due") if begun.kind is Kind.EXHIBIT_REQUEST else None
    return same and request in (None, instant(row.first_due_at))


def _first_due(row: DeadlineRow, begun: Begun, policy: Policy) -> str:
    if begun.kind is Kind.EXHIBIT_REQUEST:
        return str(begun.facts.get("due"))
    return instant(clocks.later(row.base_at, policy.period(*PERIODS[begun.kind])))


def _owed_by(begun: Begun) -> object:
    if begun.kind is Kind.OFFER:
        return OTHER.get(str(begun.facts.get("role")))
    return begun.facts.get("of") if begun.kind is Kind.EXHIBIT_REQUEST else OWED_BY[begun.kind]


def _next_moment(row: DeadlineRow) -> object:
    """What the row must say of when there is next something to do; what is settled has no next moment to be wrong."""
    if row.state != deadlines.OPEN:
        return row.next_at
    return clocks.next_moment(deadlines.read(row), row.passed)


def _told_of(row: DeadlineRow, told: set[str], moved: bool) -> set[str]:
    """The reminders that the row takes for past; who asks for more time lets some pass that no entry tells of."""
    passed = {str(name) for name in row.passed}
    return passed & told if moved else passed
