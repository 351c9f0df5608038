"""Which messages of a purchase matter to the agreement: a handful, however long the correspondence is."""

from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from arbitration.columns import is_one_of
from arbitration.domain.messages import MESSAGE
from arbitration.domain.sides import BUYER, SIDES
from arbitration.models import Message

SAID = (MESSAGE, "opening")
"""What buyer and seller wrote by themselves, and with the opening of a dispute."""
_EARLIER = aliased(Message)


def may_be_reports(purchase_id: object, paid_at: BindParameter[datetime]) -> ColumnElement[bool]:
    """What the buyer wrote as far as ``domain.cases.reports_of`` can look at it, whatever moment it is asked about.

    That is each message marked as a report, and the others up to the first one after the payment that still stands.
    """
    first = (
        select(_EARLIER.posted_at)
        .where(_EARLIER.purchase_id == purchase_id, _EARLIER.author_role == BUYER, is_one_of(_EARLIER.kind, SAID))
        .where(_EARLIER.posted_at >= paid_at, _EARLIER.deleted_at.is_(None))
        .order_by(_EARLIER.position)
        .limit(1)
        .scalar_subquery()
    )
    return and_(
        Message.purchase_id == purchase_id,
        Message.author_role == BUYER,
        is_one_of(Message.kind, SAID),
        or_(Message.reports_problem, Message.posted_at <= first, first.is_(None)),
    )


def first_standing(purchase_id: object) -> ColumnElement[bool]:
    """The first message of either side that an arbiter can still hide."""
    first = (
        select(_EARLIER.position)
        .where(_EARLIER.purchase_id == purchase_id, is_one_of(_EARLIER.author_role, SIDES))
        .where(_EARLIER.kind == MESSAGE, _EARLIER.hidden_at.is_(None), _EARLIER.deleted_at.is_(None))
        .order_by(_EARLIER.position)
        .limit(1)
        .scalar_subquery()
    )
    return and_(Message.purchase_id == purchase_id, Message.position == first)
