"""How disputes stand that lists tell of in a line: plain rows, by statements that are made once."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import Table, and_, bindparam, select
from sqlalchemy.orm import Session

from arbitration.columns import word
from arbitration.domain.actors import Relation
from arbitration.domain.available import Owed, Standing, whose_turn
from arbitration.domain.deadline_words import Sentence
from arbitration.domain.sides import ARBITER, BUYER, OPERATOR, SELLER, SIDES
from arbitration.domain.stages import Stage
from arbitration.domain.standing_words import state_of
from arbitration.models import DeadlineRow, Dispute

CASE_ARBITER = "case_arbiter"
RELATIONS = {
    BUYER: frozenset({Relation.BUYER}),
    SELLER: frozenset({Relation.SELLER}),
    OPERATOR: frozenset({Relation.OPERATOR}),
    ARBITER: frozenset({Relation.ARBITER}),
    CASE_ARBITER: frozenset({Relation.ARBITER, Relation.CASE_ARBITER}),
}
"""The parts in which somebody looks at a list, and how each stands to a dispute."""


class Told(NamedTuple):
    """The sentence for the viewer of a dispute, and whose turn it is."""

    state: Sentence
    turn: str | None


class Stands(NamedTuple):
    """How a dispute stands, as far as a line tells of it: what is open in it, and to whom in which part it is told."""

    stage: str
    outcome: str | None
    has_arbiter: bool
    viewer: str
    owed: tuple[Owed, ...]

    @property
    def side(self) -> str | None:
        """The viewer's side, None for one of staff."""
        return self.viewer if self.viewer in SIDES else None

    def told(self) -> Told:
        """How it is told to its viewer."""
        standing = Standing(
            Stage(self.stage), self.outcome, RELATIONS[self.viewer], self.owed, has_arbiter=self.has_arbiter
        )
        return Told(state_of(standing), whose_turn(standing))


_dispute, _deadline = (cast(Table, model.__table__) for model in (Dispute, DeadlineRow))
_OPEN = and_(_deadline.c.dispute_id == _dispute.c.id, _deadline.c.state == word("open"))
_OWED = (_deadline.c.kind, _deadline.c.owed_by, _deadline.c.due_at, _deadline.c.consequence)
_RUNNING = (
    select(_dispute.c.purchase_id, _dispute.c.stage, _dispute.c.outcome, _dispute.c.arbiter_id.is_not(None), *_OWED)
    .select_from(_dispute.outerjoin(_deadline, _OPEN))
    .where(_dispute.c.purchase_id.in_(bindparam("purchases", expanding=True)))
    .where(_dispute.c.stage != word(Stage.CLOSED))
)


_OWED_IN = select(_deadline.c.dispute_id, *_OWED).where(
    _deadline.c.dispute_id.in_(bindparam("disputes", expanding=True)), _deadline.c.state == word("open")
)


def running_of(session: Session, sides: Mapping[UUID, str | None]) -> dict[UUID, Stands]:
    """How the open disputes of purchases stand, by purchase; in one query.

    ``sides`` are the purchases that the viewer was allowed to see, with the side on which they stand in each: None for
    an operator.
    """
    found: dict[UUID, list[Sequence[Any]]] = {}
    for row in session.connection().execute(_RUNNING, {"purchases": list(sides)}) if sides else ():
        found.setdefault(row[0], []).append(row)
    return {id_: _stands(rows, sides[id_] or OPERATOR) for id_, rows in found.items()}


def owed_in(session: Session, disputes: Sequence[UUID]) -> dict[UUID, tuple[Owed, ...]]:
    """The open deadlines of disputes, by dispute; those in which nothing is open are left out."""
    found: dict[UUID, tuple[Owed, ...]] = {}
    for id_, *owed in session.connection().execute(_OWED_IN, {"disputes": disputes}) if disputes else ():
        found[id_] = (*found.get(id_, ()), Owed(*owed))
    return found


def _stands(rows: Sequence[Sequence[Any]], viewer: str) -> Stands:
    stage, outcome, has_arbiter = rows[0][1:4]
    owed = tuple(Owed(*row[4:]) for row in rows if row[4] is not None)
    return Stands(stage, outcome, has_arbiter, viewer, owed)
