"""What falls due in many disputes, read together: those of a batch of claims at which nothing is out of the ordinary.

``deadline_claims.carry_out`` asks the same of each claim for itself; what it alone can decide is left to it.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from itertools import takewhile
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased, defer, joinedload

from arbitration.columns import word
from arbitration.domain.stages import Stage
from arbitration.models import DeadlineRow, Dispute, Purchase
from arbitration.services import deadlines, docket
from arbitration.services.deadline_claims import Claim
from arbitration.services.disputes.finding import Case
from arbitration.services.held_back import HeldBack


class Held(NamedTuple):
    """A claim that still holds, with what it is about, all of it locked."""

    claim: Claim
    case: Case
    row: DeadlineRow


def apart(claims: Collection[Claim], most: int) -> list[Claim]:
    """The first of some claims, up to the first that is a suspect or the second of its purchase."""
    seen: set[UUID] = set()

    def fits(claim: Claim) -> bool:
        fits = not claim.is_suspect and claim.purchase_id not in seen
        seen.add(claim.purchase_id)
        return fits and len(seen) <= most

    return list(takewhile(fits, claims))


def hold(session: Session, held: HeldBack, claims: Collection[Claim], now: datetime) -> list[Held]:
    """Lock what claims are about, of purchases that all differ, and tell at which something can be done at once.

    Left out is where somebody acts on the purchase just now (nobody is waited for), where the claim was lost, nothing
    is due any more, or something else of the dispute comes first.
    """
    purchases = {found.id: found for found in session.scalars(_FREE, {"purchases": [it.purchase_id for it in claims]})}
    ours = [claim for claim in claims if claim.purchase_id in purchases]
    if not ours:
        return []
    disputes: dict[UUID, Dispute] = {}
    owed: dict[UUID, list[DeadlineRow]] = defaultdict(list)
    for row, dispute in session.execute(_OWED, {"deadlines": [claim.id for claim in ours]}):
        disputes[dispute.id] = dispute
        owed[dispute.id].append(row)
    rows = {row.id: row for each in owed.values() for row in each}
    ready = [
        Held(claim, Case(purchases[claim.purchase_id], disputes[rows[claim.id].dispute_id]), rows[claim.id])
        for claim in ours
        if _is_first(claim, rows.get(claim.id), owed, now)
    ]
    ready = [each for each in ready if each.case.dispute.stage != Stage.CLOSED]
    for each in ready:
        held.knows(each.case.dispute, owed[each.case.dispute.id])
    docket.know_ends(session, held, [each.claim.purchase_id for each in ready])
    return ready


def _is_first(claim: Claim, row: DeadlineRow | None, owed: dict[UUID, list[DeadlineRow]], now: datetime) -> bool:
    """Whether a claim holds, something is due by it, and nothing of the same dispute was due before."""
    if row is None or row.fence != claim.fence or row.next_at > now:
        return False
    return row is min(owed[row.dispute_id], key=lambda it: (it.next_at, it.id))


_FREE = (
    select(Purchase)
    .where(Purchase.id.in_(bindparam("purchases", expanding=True)))
    .options(joinedload(Purchase.seller, innerjoin=True))
    .with_for_update(of=Purchase, key_share=True, skip_locked=True)
    .execution_options(populate_existing=True)
)
_CLAIMED = aliased(DeadlineRow)
_OWED = (
    select(DeadlineRow, Dispute)
    .join(Dispute, Dispute.id == DeadlineRow.dispute_id)
    .where(
        DeadlineRow.dispute_id.in_(
            select(_CLAIMED.dispute_id).where(_CLAIMED.id.in_(bindparam("deadlines", expanding=True)))
        ),
        DeadlineRow.state == word(deadlines.OPEN),
    )
    .options(defer(Dispute.verdict))
    .with_for_update(of=DeadlineRow)
    .execution_options(populate_existing=True)
)
"""All that is open in the disputes of some deadlines."""
