"""The correspondence of a purchase as it is shown: its messages with the texts that stand now, a page at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Integer, Row, Select, and_, bindparam, select
from sqlalchemy.orm import Session, joinedload

from arbitration.domain.actors import Actor, Role
from arbitration.models import Message, MessageVersion
from arbitration.services import gathering

PAGE = 50
LARGEST_PAGE = 200
_WITH_TEXT = (
    select(Message, MessageVersion.text)
    .join(MessageVersion, and_(MessageVersion.message_id == Message.id, MessageVersion.number == Message.versions))
    .options(joinedload(Message.author))
)
_NEWEST = (
    _WITH_TEXT.where(Message.purchase_id == bindparam("purchase"))
    .order_by(Message.position.desc())
    .limit(bindparam("limit", type_=Integer))
)


@dataclass(frozen=True, slots=True)
class Told:
    """A message with the text that stands now; ``text`` is None once it was deleted."""

    message: Message
    text: str | None


@dataclass(frozen=True, slots=True)
class Hiding:
    """Who hid a message, and the reason that both sides read."""

    name: str
    reason: str


def sees_hidden(actor: Actor) -> bool:
    """Whether what an arbiter has hidden is still shown to the actor: to arbiters alone."""
    return actor.role is Role.ARBITER


def is_shown(message: Message, all_texts: bool) -> bool:
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
    query = _told(purchase_id, until).where(Message.position > after).order_by(Message.position)
    return _page(session, query, limit, all_texts)


def last_of(
    session: Session,
    purchase_id: UUID,
    *,
    before: int | None = None,
    limit: int = PAGE,
    all_texts: bool = False,
    until: datetime | None = None,
) -> list[Told]:
    """The last messages, or the last of those before position ``before``; in order, in one query; see ``page_of``."""
    if before is None and until is None:
        limit = max(1, min(limit, LARGEST_PAGE))
        rows = session.execute(_NEWEST, {"purchase": purchase_id, "limit": limit})
        return _as_told(rows.all(), all_texts)[::-1]
    query = _told(purchase_id, until).order_by(Message.position.desc())
    if before is not None:
        query = query.where(Message.position < before)
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
        found = [(row.about or {}, author, row.text) for row, author in gathering.texts_of(gathered, "hiding")]
    else:
        query = _told(told[0].message.purchase_id).where(Message.kind == "hiding")
        found = [(message.about or {}, message.author, text) for message, text in session.execute(query)]
    return {
        about["message"]: Hiding(author.name or "" if author else "", text or "")
        for about, author, text in found
        if about.get("message") in hidden
    }


def _told(purchase_id: UUID, until: datetime | None = None) -> Select[Message, str]:
    query = _WITH_TEXT.where(Message.purchase_id == purchase_id)
    return query if until is None else query.where(Message.posted_at <= until)


def _page(session: Session, query: Select[Message, str], limit: int, all_texts: bool) -> list[Told]:
    rows = session.execute(query.limit(max(1, min(limit, LARGEST_PAGE))))
    return _as_told(rows.all(), all_texts)


def _as_told(rows: Iterable[Row[Message, str]], all_texts: bool) -> list[Told]:
    return [Told(message, text if is_shown(message, all_texts) else None) for message, text in rows]
