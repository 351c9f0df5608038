"""Writing to the docket, and reading it."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, insert, literal, select, tuple_, update
from sqlalchemy.orm import Session

from arbitration.domain import docket
from arbitration.domain.actors import Actor, Role
from arbitration.domain.docket import INSTALLATION, Entry, Link
from arbitration.domain.permissions import may
from arbitration.domain.refusals import ForbiddenError
from arbitration.models import DocketEntry, DocketHead, Purchase
from arbitration.services import cursors, held_back
from arbitration.services.bulk import forms, insert_rows
from arbitration.services.held_back import HeldBack
from arbitration.services.loading import came_by_then, find_purchase, visible_purchases
from arbitration.services.sending import send

NOTE = "note.written"
"""The entries of the arbiters' notes: in chains of their own, and in no list of the record."""
ENTRIES = cast(Table, DocketEntry.__table__)
ENTRY_COLUMNS = ("chain_id", "sequence", "at", "kind", "body", "hash")
_WAITING = "waiting for the docket"


HEADS = cast(Table, DocketHead.__table__)
_END = select(HEADS.c.length, HEADS.c.hash).where(HEADS.c.chain_id == bindparam("chain")).with_for_update()
_ENDS = select(HEADS.c.chain_id, HEADS.c.length, HEADS.c.hash).with_for_update()
_ENDS = _ENDS.where(HEADS.c.chain_id.in_(bindparam("chains", expanding=True)))
_ADD = insert(ENTRIES)
_BEGIN = insert(HEADS).values(
    chain_id=bindparam("chain"), length=bindparam("length"), hash=bindparam("hash"), seal=bindparam("seal")
)
_MOVE = update(HEADS).where(HEADS.c.chain_id == bindparam("chain"))
_MOVE = _MOVE.values(length=bindparam("length"), hash=bindparam("hash"), seal=bindparam("seal"))


@contextmanager
def together(session: Session, chain_id: UUID) -> Iterator[None]:
    """Append all that is appended to a chain in this block at its end, in order: at the cost of one entry."""
    waiting: list[Entry] = []
    session.info[_WAITING] = chain_id, waiting
    try:
        yield
    finally:
        del session.info[_WAITING]
    append(session, chain_id, *waiting)


def append(session: Session, chain_id: UUID, *entries: Entry) -> None:
    """Append entries to a chain, in order. Locks the chain until the act is over."""
    of, waiting = session.info.get(_WAITING, (None, []))
    if of == chain_id:
        waiting.extend(entries)
        return
    session.flush()
    connection = session.connection()
    held = held_back.of(session)
    known = held.heads.get(chain_id) if held is not None else None
    found = known or connection.execute(_END, {"chain": chain_id}).first()
    length, head = found or (0, docket.GENESIS)
    links = []
    for entry in entries:
        link = docket.join(chain_id, length, head, entry)
        length, head = link.sequence, link.hash
        links.append(_values(link))
    end = {"length": length, "hash": head, "seal": docket.seal(session.info["seal_key"], chain_id, length, head)}
    if held is not None and known is not None:
        held.insert(_ADD, links)
        held.change(HEADS, {"chain_id": chain_id}, {}, end)
        held.heads[chain_id] = length, head
        return
    if links:
        send(connection, _ADD, *links)
    send(connection, _MOVE if found else _BEGIN, end | {"chain": chain_id})


def know_ends(session: Session, held: HeldBack, chain_ids: Collection[UUID]) -> None:
    """Lock the chains that are about to grow, as ``append`` would lock each, and note their ends."""
    for chain_id, length, head in session.connection().execute(_ENDS, {"chains": list(chain_ids)}):
        held.heads[chain_id] = length, head


def append_to_installation(session: Session, *entries: Entry) -> None:
    """Append what happened to the installation itself and to no purchase: sign-ins, tokens, imports."""
    append(session, INSTALLATION, *entries)


def begin_many(session: Session, kind: str, at: str, firsts: Sequence[tuple[str, str, str]]) -> list[str]:
    """Begin many chains at once, each with a first entry of the same kind and moment; gives their heads in that order.

    ``firsts`` are the chains' ids, as columns hold them and as they are told, and the entries' bodies, as
    ``domain.docket.join`` would write them.
    """
    moment, seals = forms(session).instant(at), docket.Seals(session.info["seal_key"])
    begun, heads = [], []
    for id_, chain_id, body in firsts:
        head = docket.link_hash(docket.GENESIS, body)
        begun.append((id_, 1, moment, kind, body, head))
        heads.append((id_, 1, head, seals.seal(chain_id, 1, head)))
    insert_rows(session, DocketEntry, ENTRY_COLUMNS, begun)
    insert_rows(session, DocketHead, ("chain_id", "length", "hash", "seal"), heads)
    return [head for _, _, head, _ in heads]


def append_many(session: Session, additions: Sequence[tuple[UUID, Entry]]) -> None:
    """Append an entry each to many chains that have begun, no chain twice. Locks them until the act is over."""
    if not additions:
        return
    query = select(DocketHead).where(DocketHead.chain_id.in_([chain_id for chain_id, _ in additions]))
    query = query.order_by(DocketHead.chain_id).with_for_update().execution_options(populate_existing=True)
    heads = {head.chain_id: head for head in session.scalars(query)}
    key = session.info["seal_key"]
    links = []
    for chain_id, entry in additions:
        head = heads[chain_id]
        link = docket.join(chain_id, head.length, head.hash, entry)
        head.length, head.hash = link.sequence, link.hash
        head.seal = docket.seal(key, chain_id, head.length, head.hash)
        links.append(link)
    session.execute(insert(ENTRIES), [_values(link) for link in links])
    session.flush()


def entries(session: Session, chain_id: UUID, after: int = 0, limit: int = 50) -> list[DocketEntry]:
    """The entries of a chain in order, from the one after ``after``."""
    return list(
        session.scalars(
            select(DocketEntry)
            .where(DocketEntry.chain_id == chain_id, DocketEntry.sequence > after)
            .order_by(DocketEntry.sequence)
            .limit(limit)
        )
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry, with the purchase whose chain it is in (None: the installation's own)."""

    entry: DocketEntry
    purchase: str | None


def list_entries(
    session: Session, actor: Actor, *, purchase: str | None = None, cursor: str | None = None, limit: int = 50
) -> tuple[list[Listed], str | None]:
    """A part of the record, and the cursor that goes on after it: a purchase's chain, or all of them by time.

    An arbiter reads the chains of the purchases to which an arbiter was called, as far as ``loading.seen_until`` goes.

    Raises:
        ForbiddenError: the actor may not read the docket.
        NotFoundError: there is no such purchase.
        InvalidError: the cursor is none of ours.
    """
    if not may(actor, "listDocket"):
        raise ForbiddenError
    query = select(DocketEntry, Purchase.external_id).outerjoin(Purchase, Purchase.id == DocketEntry.chain_id)
    query = query.where(DocketEntry.kind != NOTE)
    order: tuple[Any, ...] = (DocketEntry.at, DocketEntry.chain_id, DocketEntry.sequence)
    if actor.role is not Role.OPERATOR and purchase is None:
        query = query.where(DocketEntry.chain_id.in_(visible_purchases(actor).with_only_columns(Purchase.id)))
    if actor.role is not Role.OPERATOR:
        query = query.where(came_by_then(DocketEntry.at))
    if purchase is not None:
        query = query.where(DocketEntry.chain_id == find_purchase(session, actor, "listDocket", purchase).id)
        order = (DocketEntry.sequence,)
    if cursor is not None:
        after = cursors.read(cursor, [datetime, UUID, int] if purchase is None else [int])
        query = query.where(tuple_(*order) > tuple_(*(literal(value) for value in after)))
    rows = session.execute(query.order_by(*order).limit(limit + 1)).all()
    listed = [Listed(entry, external_id) for entry, external_id in rows[:limit]]
    if len(rows) <= limit:
        return listed, None
    last = listed[-1].entry
    return listed, cursors.write(*(getattr(last, column.key) for column in order))


def _values(link: Link) -> dict[str, Any]:
    return {name: getattr(link, name) for name in ENTRY_COLUMNS}
