"""What an arbiter declares: people and companies whose cases they must not decide."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from arbitration.domain import staff as rules
from arbitration.domain.actors import Actor, OwnAffairs, Role
from arbitration.domain.docket import Entry
from arbitration.domain.permissions import may
from arbitration.domain.refusals import ConflictError, FieldFault, ForbiddenError, InvalidError, NotFoundError
from arbitration.ids import new_id
from arbitration.models import ArbiterTie
from arbitration.rules.marking import N_
from arbitration.services import docket


def declare(session: Session, actor: Actor, tied_to: str, reason: str, now: datetime) -> ArbiterTie:
    """Declare a tie to an address or to a whole domain; cases of theirs are refused to the arbiter from now on.

    Raises:
        ForbiddenError: the actor is no arbiter.
        InvalidError: it is neither address nor domain, or the reason is missing or too long.
        ConflictError: the tie was declared before.
    """
    _require(actor)
    tie = rules.canonical_tie(tied_to)
    reason = rules.line_of(reason)
    faults = _faults(tie, reason)
    if faults or tie is None:
        raise InvalidError(faults=faults)
    if any(each.tied_to == tie for each in list_ties(session, actor)):
        raise ConflictError(N_("You declared this tie before."))
    found = ArbiterTie(id=new_id(), person_id=actor.person_id, tied_to=tie, reason=reason, declared_at=now)
    session.add(found)
    session.flush()
    _record(session, "staff.tie_declared", found, now)
    return found


def end(session: Session, actor: Actor, tie_id: UUID, now: datetime) -> None:
    """Say that a tie is over. That it was there stays on record.

    Raises:
        NotFoundError: there is none in force with this id, or it is another arbiter's.
    """
    _require(actor)
    found = session.get(ArbiterTie, tie_id, with_for_update=True)
    if found is None or found.ended_at is not None or found.person_id != actor.person_id:
        raise NotFoundError
    found.ended_at = now
    _record(session, "staff.tie_ended", found, now)


def list_ties(session: Session, actor: Actor) -> list[ArbiterTie]:
    """The arbiter's own ties that are in force, oldest first."""
    _require(actor)
    query = select(ArbiterTie).where(ArbiterTie.person_id == actor.person_id, ArbiterTie.ended_at.is_(None))
    return list(session.scalars(query.order_by(ArbiterTie.declared_at, ArbiterTie.id)))


def ties_of(session: Session, actor: Actor, person_id: UUID) -> list[ArbiterTie]:
    """All ties that an arbiter ever declared, for an operator; oldest first.

    Raises:
        ForbiddenError: the actor is no operator.
    """
    if not may(actor, "manageStaff"):
        raise ForbiddenError
    query = select(ArbiterTie).where(ArbiterTie.person_id == person_id)
    return list(session.scalars(query.order_by(ArbiterTie.declared_at, ArbiterTie.id)))


def is_tied(session: Session, arbiter_id: UUID, addresses: Iterable[str]) -> bool:
    """Whether an arbiter declared a tie that concerns one of the addresses."""
    return fall_under(ties_of_arbiter(session, arbiter_id), addresses)


def ties_of_arbiter(session: Session, arbiter_id: UUID) -> list[str]:
    """The addresses and domains to which an arbiter is tied now."""
    return list(session.connection().execute(_TIES, {"arbiter": arbiter_id}).scalars())


_tie = cast(Table, ArbiterTie.__table__).c
_TIES = select(_tie.tied_to).where(_tie.person_id == bindparam("arbiter"), _tie.ended_at.is_(None))


def fall_under(ties: Iterable[str], addresses: Iterable[str]) -> bool:
    """Whether one of the addresses is among the ties, or in a domain of theirs."""
    kept = list(addresses)
    return any(rules.falls_under(tie, address) for tie in ties for address in kept)


def _faults(tie: str | None, reason: str) -> list[FieldFault]:
    faults = []
    if tie is None:
        faults.append(FieldFault("tied_to", N_("Write an e-mail address, or a domain such as example.com.")))
    if not 0 < len(reason) <= rules.LONGEST_REASON:
        msgid = N_("Say in a few words what ties you, in at most %(limit)d characters.")
        faults.append(FieldFault("reason", msgid, {"limit": rules.LONGEST_REASON}))
    return faults


def _require(actor: Actor) -> None:
    if actor.role is not Role.ARBITER or actor.person_id is None:
        raise ForbiddenError
    if not may(actor, "declareTie", OwnAffairs(actor.person_id)):
        raise ForbiddenError


def _record(session: Session, kind: str, tie: ArbiterTie, now: datetime) -> None:
    facts = {"person": str(tie.person_id), "tie": str(tie.id)}
    docket.append_to_installation(session, Entry(kind, now, tie.person_id, facts))
