"""How disputes stand that lists tell of in a line: plain rows, by statements that are made once."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import Table, and_, bindparam, select
from sqlalchemy.orm import Session

from arbitration.columns import word
from arbitration.domain.actors import Relation
from arbitration.domain.available import Owed, Standing, whose_turn
from arbitration.domain.deadline_words import Sentence
from arbitration.domain.stages import Stage
from arbitration.domain.standing_words import state_of
from arbitration.models import DeadlineRow, Dispute

RELATIONS = {"buyer": Relation.BUYER, "seller": Relation.SELLER, None: Relation.OPERATOR}


class Stands(NamedTuple):
    """How a dispute stands, as far as a line tells of it: what is open in it, and to whom it is told (a side, or None
    for an operator)."""

    stage: str
    outcome: str | None
    has_arbiter: bool
    side: str | None
    owed: tuple[Owed, ...]

    def told(self) -> tuple[Sentence, str | None]:
        """The sentence for the viewer, and whose turn it is."""
        standing = Standing(
            Stage(self.stage),
            self.outcome,
            frozenset({RELATIONS[self.side]}),
            self.owed,
            has_arbiter=self.has_arbiter,
        )
        return state_of(standing), whose_turn(standing)


_dispute, _deadline = (cast(Table, model.__table__) for model in (Dispute, DeadlineRow))
_OPEN = and_(_deadline.c.dispute_id == _dispute.c.id, _deadline.c.state == word("open"))
_OWED = (_deadline.c.kind, _deadline.c.owed_by, _deadline.c.due_at, _deadline.c.consequence)
_RUNNING = (
    select(_dispute.c.purchase_id, _dispute.c.stage, _dispute.c.outcome, _dispute.c.arbiter_id.is_not(None), *_OWED)
    .select_from(_dispute.outerjoin(_deadline, _OPEN))
    .where(_dispute.c.purchase_id.in_(bindparam("purchases", expanding=True)))
    .where(_dispute.c.stage != word(Stage.CLOSED))
)


def running_of(session: Session, sides: dict[UUID, str | None]) -> dict[UUID, Stands]:
    """How the open disputes of purchases stand, by purchase; in one query.

    ``sides`` are the purchases that the viewer was allowed to see, with the side on which he stands in each.
    """
    found: dict[UUID, list[Sequence[Any]]] = {}
    for row in session.execute(_RUNNING, {"purchases": list(sides)}) if sides else ():
        found.setdefault(row[0], []).append(row)
    return {id_: _stands(rows, sides[id_]) for id_, rows in found.items()}


def _stands(rows: Sequence[Sequence[Any]], side: str | None) -> Stands:
    stage, outcome, has_arbiter = rows[0][1:4]
    return Stands(stage, outcome, has_arbiter, side, _owed(row[4:] for row in rows))


def _owed(rows: Iterable[Sequence[Any]]) -> tuple[Owed, ...]:
    return tuple(Owed(*row) for row in rows if row[0] is not None)
