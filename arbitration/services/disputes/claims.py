"""What the engine says of a dispute: from all that is on record to a case, as of any moment since its opening."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor
from arbitration.domain.cases import Claimed, Filed, ReasonAnswer, Reported, Times, Wish, claim_at
from arbitration.domain.facts import Stated
from arbitration.domain.grounds import with_grounds
from arbitration.domain.readings import ListingTerms
from arbitration.domain.refusals import FieldFault, InvalidError
from arbitration.models import Dispute, Exhibit, Purchase, Remedy, RequestedRemedy
from arbitration.rules.engine import decide
from arbitration.rules.instants import show_instant
from arbitration.rules.marking import N_
from arbitration.rules.policy import Policy
from arbitration.rules.verdict import Verdict
from arbitration.services import gathering, readings
from arbitration.services.disputes import conduct
from arbitration.services.disputes.finding import find_dispute
from arbitration.services.facts import list_facts
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

    Raises:
        NotFoundError, ForbiddenError: see ``find_dispute``.
        InvalidError: ``at`` lies before the opening.
    """
    case = find_dispute(session, actor, "assessDispute", dispute_id, lock=False)
    if at < case.dispute.opened_at:
        raise InvalidError(faults=[FieldFault("at", N_("Ask about a moment after the dispute was opened."))])
    return judge(session, case.purchase, case.dispute, at, now)


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
    terms = readings.terms_at(purchase.listing, held, known)
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
    wishes = gathering.of_dispute(session, RequestedRemedy, dispute, lambda it: it.number)
    if wishes is None:
        wishes = list(session.scalars(select(RequestedRemedy).where(RequestedRemedy.dispute_id == dispute.id)))
    filed = gathering.of_purchase(session, Exhibit, purchase.id, lambda it: it.number)
    if filed is None:
        filed = list(session.scalars(select(Exhibit).where(Exhibit.purchase_id == purchase.id)))
    owed = gathering.of_purchase(session, Remedy, purchase.id, lambda it: it.id)
    if owed is None:
        owed = list(session.scalars(select(Remedy).where(Remedy.purchase_id == purchase.id)))
    return Claimed(
        reason=dispute.reason,
        opened_at=dispute.opened_at,
        wishes=tuple(Wish(it.at, it.requested) for it in wishes) or (Wish(dispute.opened_at, dispute.requested),),
        defect=dispute.defect,
        evidence_closed_at=dispute.evidence_closed_at,
        told=tuple(told_by_buyer(session, purchase, until)),
        stated=(*(stated(fact) for fact in list_facts(session, purchase.id)), *extra),
        exhibits=tuple(Filed(it.id, it.kind, it.filed_at) for it in filed),
        replaced_at=tuple(it.done_at for it in owed if (it.kind, it.state) == REPLACED and it.done_at is not None),
        conduct=tuple(
            Reported(each.by, each.kind, each.happened_at, each.reported_at, each.struck_at)
            for each in conduct.list_reports(session, purchase.id)
        ),
    )


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
