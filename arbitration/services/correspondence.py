"""The correspondence of a purchase as it is shown: its messages with the texts that stand now, a page at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, case, func, null, select
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor, Role
from arbitration.models import Message, MessageVersion, Person, Purchase
from arbitration.services import gathering

PAGE = 50
LARGEST_PAGE = 200


class Line(NamedTuple):
    """A message as it is listed, by the names of ``Message``: a plain row, since pages read many of them."""

    purchase_id: UUID
    position: int
    kind: str
    author_id: UUID | None
    author_role: str
    author_name: str | None
    posted_at: datetime
    reports_problem: bool
    asks: bool
    versions: int
    edited_at: datetime | None
    deleted_at: datetime | None
    hidden_at: datetime | None
    about: dict[str, Any] | None


AnyMessage = Message | Line
_M, _V, _P = Message.__table__.c, MessageVersion.__table__.c, Person.__table__.c
_LINES = (
    select(*(_P.name.label(name) if name == "author_name" else _M[name] for name in Line._fields), _V.text)
    .join_from(Message.__table__, MessageVersion.__table__, and_(_V.message_id == _M.id, _V.number == _M.versions))
    .outerjoin(Person.__table__, _P.id == _M.author_id)
)
_NEWEST = (
    _LINES.where(_M.purchase_id == bindparam("purchase"))
    .order_by(_M.position.desc())
    .limit(bindparam("limit", type_=Integer))
)


@dataclass(frozen=True, slots=True)
class Told:
    """A message with the text that stands now; ``text`` is None where it is not shown (``is_shown``)."""

    message: AnyMessage
    text: str | None


@dataclass(frozen=True, slots=True)
class Hiding:
    """Who hid a message, and the reason that both sides read."""

    name: str
    reason: str


def sees_hidden(actor: Actor) -> bool:
    """Whether what an arbiter has hidden is still shown to the actor: to arbiters alone."""
    return actor.role is Role.ARBITER


def is_shown(message: AnyMessage, all_texts: bool) -> bool:
    """Whether a message's text is shown: a deleted one's never, a hidden one's only with ``all_texts``."""
    return message.deleted_at is None and (all_texts or message.hidden_at is None)


def page_of(
    session: Session,
    purchase_id: UUID,
    *,
    after: int = 0,
    limit: int = PAGE,
    all_texts: bool = False,
    until: datetime | None = None,
) -> list[Told]:
    """Up to ``limit`` messages after position ``after``, with the texts that stand now, in one query.

    ``until`` is up to which moment they are shown (``loading.seen_until``).
    """
    query = _told(purchase_id, until).where(_M.position > after).order_by(_M.position)
    return _page(session, query, limit, all_texts)


def last_of(
    session: Session,
    purchase_id: UUID,
    *,
    all_texts: bool,
    before: int | None = None,
    limit: int = PAGE,
    until: datetime | None = None,
) -> list[Told]:
    """The last messages, or the last of those before position ``before``; in order, in one query; see ``page_of``."""
    if before is None and until is None:
        limit = max(1, min(limit, LARGEST_PAGE))
        rows = session.connection().execute(_NEWEST, {"purchase": purchase_id, "limit": limit})
        return _as_told(rows.all(), all_texts)[::-1]
    query = _told(purchase_id, until).order_by(_M.position.desc())
    if before is not None:
        query = query.where(_M.position < before)
    return _page(session, query, limit, all_texts)[::-1]


def text_of_act(session: Session, purchase_id: UUID, position: int) -> str | None:
    """What was written with an act that left a message at a position; None where nobody is shown it."""
    gathered = gathering.text_at(session, purchase_id, position)
    if gathered is not None:
        return gathered.text if gathered.deleted_at is None and gathered.hidden_at is None else None
    told = page_of(session, purchase_id, after=position - 1, limit=1)
    return told[0].text if told else None


def hidings(session: Session, told: Sequence[Told]) -> dict[int, Hiding]:
    """By whom and why messages of one correspondence were hidden, by position."""
    hidden = {each.message.position for each in told if each.message.hidden_at is not None}
    if not hidden:
        return {}
    gathered = gathering.gathered(session, told[0].message.purchase_id)
    if gathered is not None:
        rows = gathering.texts_of(gathered, "hiding")
        found = [(row.about or {}, author.name if author else None, row.text) for row, author in rows]
    else:
        query = _told(told[0].message.purchase_id).where(_M.kind == "hiding")
        found = [(row.about or {}, row.author_name, row.text) for row in session.execute(query)]
    return {
        about["message"]: Hiding(name or "", text or "")
        for about, name, text in found
        if about.get("message") in hidden
    }


def how_far(session: Session, purchase: Purchase, until: datetime | None) -> tuple[int, datetime | None]:
    """How many messages had come by ``until``, and when the last of them did; None: by now."""
    if until is None:
        return purchase.last_position, purchase.last_message_at
    came = (Message.purchase_id == purchase.id) & (Message.posted_at <= until)
    found = session.execute(select(func.count(), func.max(Message.posted_at)).where(came)).one()
    return found[0], found[1]


def _told(purchase_id: UUID, until: datetime | None = None) -> Select[Any]:
    query = _LINES if until is None else _lines_until(until)
    return query.where(_M.purchase_id == purchase_id)


def _lines_until(until: datetime) -> Select[Any]:
    """The messages that had come by then, with what they said then: how they were changed later is not shown either."""
    earlier = MessageVersion.__table__.alias().c
    by_then = select(func.max(earlier.number)).where(earlier.message_id == _M.id, earlier.written_at <= until)
    number = by_then.correlate(Message.__table__).scalar_subquery()
    as_it_was: dict[str, ColumnElement[Any]] = {
        "versions": _V.number,
        "edited_at": case((_V.number > 1, _V.written_at), else_=null()),
        "author_name": _P.name,
    }
    columns = ((as_it_was[name] if name in as_it_was else _M[name]).label(name) for name in Line._fields)
    return (
        select(*columns, _V.text)
        .join_from(Message.__table__, MessageVersion.__table__, and_(_V.message_id == _M.id, _V.number == number))
        .outerjoin(Person.__table__, _P.id == _M.author_id)
        .where(_M.posted_at <= until)
    )


def _page(session: Session, query: Select[Any], limit: int, all_texts: bool) -> list[Told]:
    rows = session.execute(query.limit(max(1, min(limit, LARGEST_PAGE))))
    return _as_told(rows.all(), all_texts)


def _as_told(rows: Iterable[Sequence[Any]], all_texts: bool) -> list[Told]:
    lines = ((Line._make(row[:-1]), row[-1]) for row in rows)
    return [Told(line, text if is_shown(line, all_texts) else None) for line, text in lines]
