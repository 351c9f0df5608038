"""What the engine says of a dispute: from all that is on record to a case, as of any moment since its opening."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, Table, bindparam, select
from sqlalchemy.orm import Session

from arbitration.db import Model
from arbitration.domain.actors import Actor
from arbitration.domain.cases import Claimed, Filed, ReasonAnswer, Reported, Times, Wish, claim_at
from arbitration.domain.facts import Stated
from arbitration.domain.grounds import with_grounds
from arbitration.domain.readings import ListingTerms
from arbitration.domain.refusals import FieldFault, InvalidError
from arbitration.models import ConductReport, Dispute, Exhibit, Fact, Purchase, Remedy, RequestedRemedy
from arbitration.rules.engine import decide
from arbitration.rules.instants import show_instant
from arbitration.rules.marking import N_
from arbitration.rules.policy import Policy
from arbitration.rules.verdict import Verdict
from arbitration.services import gathering, readings
from arbitration.services.disputes.finding import find_dispute
from arbitration.services.loading import seen_until
from arbitration.services.policies import policy_of
from arbitration.services.verdicts import told_by_buyer


@dataclass(frozen=True, slots=True)
class Judged:
    """The engine's answer for a dispute as of a moment; ``answer`` None where it can give none (no delivery logged)."""

    purchase: Purchase
    dispute: Dispute
    policy: Policy
    at: datetime
    terms: ListingTerms
    answer: ReasonAnswer | None

    @property
    def verdict(self) -> Verdict | None:
        """The verdict alone."""
        return self.answer.verdict if self.answer else None


def assess_dispute(session: Session, actor: Actor, dispute_id: UUID, at: datetime, now: datetime) -> Judged:
    """The engine's answer for a dispute as of ``at``, counting only what was known by then.

    An arbiter's goes no further than what they may see of the purchase (``loading.seen_until``).

    Raises:
        NotFoundError, ForbiddenError: see ``find_dispute``.
        InvalidError: ``at`` lies before the opening.
    """
    case = find_dispute(session, actor, "assessDispute", dispute_id, lock=False)
    if at < case.dispute.opened_at:
        raise InvalidError(faults=[FieldFault("at", N_("Ask about a moment after the dispute was opened."))])
    until = seen_until(session, actor, case.purchase)
    return judge(session, case.purchase, case.dispute, at if until is None else min(at, until), now)


def judge(
    session: Session,
    purchase: Purchase,
    dispute: Dispute,
    at: datetime,
    now: datetime,
    held: readings.Held | None = None,
    extra: tuple[Stated, ...] = (),
) -> Judged:
    """``assess_dispute`` for a dispute that the actor was allowed to see. For a moment to come, what is known now.

    ``extra`` are facts that are not on record yet.
    """
    known = min(at, now)
    policy = policy_of(purchase)
    held = held or readings.held(session, purchase.listing_id)
    terms = readings.terms_at(held, known)
    claimed = _claimed(session, purchase, dispute, known, extra)
    times = Times(purchase.payment_started_at, purchase.paid_at, purchase.delivered_at)
    case = claim_at(policy, times, terms.terms, claimed, known)
    if case is None:
        return Judged(purchase, dispute, policy, at, terms, None)
    if at > known:
        case = case._replace(as_of=at)
    (answer,) = with_grounds([ReasonAnswer(dispute.reason, decide(case, policy))], terms)
    return Judged(purchase, dispute, policy, at, terms, answer)


def snapshot(judged: Judged) -> dict[str, Any]:
    """A verdict as it is kept with a dispute or a ruling: codes and instants, no sentences."""
    verdict = judged.verdict
    if verdict is None:
        return {"at": show_instant(judged.at), "verdict": None}
    return {
        "at": show_instant(judged.at),
        "policy": {"id": judged.policy.id, "version": judged.policy.version},
        "verdict": verdict.verdict,
        "decided_by": verdict.decided_by,
        "remedies": list(verdict.remedies),
        "findings": [{"rule": finding.rule, "holds": finding.holds} for finding in verdict.findings],
        "violations": [{"by": each.by, "rule": each.rule} for each in verdict.violations],
    }


def _claimed(
    session: Session, purchase: Purchase, dispute: Dispute, until: datetime, extra: tuple[Stated, ...]
) -> Claimed:
    session.flush()
    wishes, filed, owed, facts, reports = _parts(session, dispute)
    return Claimed(
        reason=dispute.reason,
        opened_at=dispute.opened_at,
        wishes=tuple(Wish(it.at, it.requested) for it in wishes) or (Wish(dispute.opened_at, dispute.requested),),
        defect=dispute.defect,
        evidence_closed_at=dispute.evidence_closed_at,
        told=tuple(told_by_buyer(session, purchase, until)),
        stated=(*(stated(fact) for fact in facts), *extra),
        exhibits=tuple(Filed(it.id, it.kind, it.filed_at) for it in filed),
        replaced_at=tuple(it.done_at for it in owed if (it.kind, it.state) == REPLACED and it.done_at is not None),
        conduct=tuple(
            Reported(each.by, each.kind, each.happened_at, each.reported_at, each.struck_at) for each in reports
        ),
    )


@dataclass(frozen=True)
class _Part:
    """A kind of row that a claim rests on: ``whose`` it is, the columns that count, and the order."""

    model: type[Model]
    whose: str
    columns: tuple[str, ...]
    order: tuple[str, ...]

    @cached_property
    def query(self) -> Select[Any]:
        """The rows of one purchase or dispute, whose id is to be given by that name."""
        table = cast(Table, self.model.__table__)
        query = select(*(table.c[name] for name in self.columns))
        query = query.where(table.c[f"{self.whose}_id"] == bindparam(self.whose))
        return query.order_by(*(table.c[name] for name in self.order))


_REPORTED = ("by", "kind", "happened_at", "reported_at", "struck_at")
_STATED = ("name", "value", "stated_at", "exhibit_id", "decision", "correction", "decided_at")
_PARTS = (
    _Part(RequestedRemedy, "dispute", ("at", "requested"), ("number",)),
    _Part(Exhibit, "purchase", ("id", "kind", "filed_at"), ("number",)),
    _Part(Remedy, "purchase", ("kind", "state", "done_at"), ("id",)),
    _Part(Fact, "purchase", _STATED, ("stated_at", "id")),
    _Part(ConductReport, "purchase", _REPORTED, ("message_position", "kind")),
)


_THERE = select(*(part.query.order_by(None).exists() for part in _PARTS))
"""Whether there are any rows of each part: at its opening a dispute seldom has some."""


def _parts(session: Session, dispute: Dispute) -> list[Sequence[Any]]:
    """The rows of each part: as they were gathered for a page, or else the columns that count."""
    gathered = gathering.gathered(session, dispute.purchase_id)
    if gathered is not None:
        return [_of(gathered.rows[part.model], part, dispute) for part in _PARTS]
    connection, of = session.connection(), {"purchase": dispute.purchase_id, "dispute": dispute.id}
    there = connection.execute(_THERE, of).one()
    return [connection.execute(part.query, of).all() if any_ else () for part, any_ in zip(_PARTS, there, strict=True)]


def _of(rows: Sequence[Any], part: _Part, dispute: Dispute) -> Sequence[Any]:
    own = (row for row in rows if part.whose != "dispute" or row.dispute_id == dispute.id)
    return sorted(own, key=attrgetter(*part.order))


REPLACED = ("replacement", "done")


def stated(fact: Any) -> Stated:
    """A row of a fact as the domain reads it."""
    return Stated(
        fact.name,
        fact.value["value"],
        fact.stated_at,
        fact.exhibit_id,
        fact.decision,
        fact.correction["value"] if fact.correction else None,
        fact.decided_at,
    )
