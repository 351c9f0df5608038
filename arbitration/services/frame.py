"""What the frame of every page tells its viewer: how the sides of their trade stand, and how many notices are new."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor
from arbitration.domain.sides import BUYER, SELLER
from arbitration.services import notices, sides
from arbitration.services.sides import Side, Whose


@dataclass(frozen=True, slots=True)
class Frame:
    """How the buyer's and the seller's side stand, and how many notices are new, ``notices.MOST`` at most."""

    sides: Mapping[str, Side]
    notices: int = 0


NOTHING = Frame({BUYER: Side(), SELLER: Side()})


def frame_of(session: Session, actor: Actor, shops: Sequence[UUID] | None = None) -> Frame:
    """What a person's pages tell in their frame, in one query; staff have notices and no trade.

    ``shops`` are those that the actor answers for, if that is known already.
    """
    whose, given = notices.whose_of(session, actor, shops)
    if not whose:
        return NOTHING
    session.flush()
    told = iter(session.connection().execute(_stands(whose), given).one())
    found = {_SIDES[each]: Side.of(next(told), next(told), next(told)) for each in whose if each in _SIDES}
    return Frame({**NOTHING.sides, **found}, min(next(told), notices.MOST))


@cache
def _stands(whose: Whose) -> Select[Any]:
    columns = [column for each in whose if each in _SIDES for column in sides.columns_of(each)]
    return select(*columns, notices.number_of_new(whose))


_SIDES = {BUYER: BUYER} | dict.fromkeys(sides.SHOPS, SELLER)
