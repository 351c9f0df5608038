"""Posting to the correspondence: messages, and the events that acts leave there.

A message and the docket entry that tells of it are one: position, text (as a commitment) and facts stand in the entry.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from types import EllipsisType
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, UpdateBase, bindparam, case, select
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor, Relation, Role
from arbitration.domain.docket import Entry, text_commitment
from arbitration.domain.events import EVENTS, MESSAGE
from arbitration.domain.searching import searchable
from arbitration.domain.sides import BUYER, SELLER, SIDES
from arbitration.ids import new_id
from arbitration.models import Dispute, Message, MessageVersion, Purchase, ReadMark
from arbitration.services import docket, outbox, rows, sides
from arbitration.services.inserting import dialect_of, insert_for
from arbitration.services.loading import parties_of
from arbitration.services.sending import send

SYSTEM = Actor(None)
SYSTEM_ROLE = "system"


def role_of(actor: Actor, purchase: Purchase) -> str:
    """The part an actor has in a correspondence: buyer, seller, arbiter, operator, gateway, or system for the clock."""
    if actor.role is not Role.PARTY:
        return actor.role.value
    relations = parties_of(purchase).relations(actor)
    if Relation.BUYER in relations:
        return BUYER
    return SELLER if Relation.SELLER in relations else SYSTEM_ROLE


def post_event(
    session: Session,
    purchase: Purchase,
    actor: Actor,
    kind: str,
    now: datetime,
    *,
    text: str = "",
    about: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    reports_problem: bool = False,
    asks: bool = False,
    dispute: Dispute | EllipsisType | None = ...,
) -> Message:
    """Post what an act leaves in the correspondence, append its docket entry, and announce it to the others.

    ``purchase`` is locked by the caller. ``kind`` is a key of ``EVENTS`` (or ``message``), ``about`` names the row that
    it is about, ``facts`` go into the docket entry beside position, role and text: ids, codes and hashes, never words.
    ``dispute`` is the one of the purchase that is not closed, where the caller has asked for it, or None.
    """
    role = role_of(actor, purchase)
    position = purchase.last_position + 1
    unread = sides.after_message(purchase, role)
    rows.change(session, purchase, last_position=position, last_message_at=now, active_at=now, **unread)
    message = Message(
        id=new_id(),
        purchase_id=purchase.id,
        position=position,
        kind=kind,
        about=dict(about) if about else None,
        author_id=actor.person_id,
        author_role=role,
        posted_at=now,
        reports_problem=reports_problem,
        asks=asks,
        versions=1,
    )
    rows.add(session, message)
    told = {"position": position, "text": write_version(session, message, text, now), **(facts or {})}
    if kind == MESSAGE:
        told |= {"reports_problem": reports_problem} | ({"asks": True} if asks else {})
        told |= {"role": role} if role not in SIDES else {}
    else:
        told |= {"role": role} | ({"reports_problem": True} if reports_problem else {})
    entry = "message.posted" if kind == MESSAGE else EVENTS[kind]
    docket.append(session, purchase.id, Entry(entry, now, actor.person_id, told))
    if actor.person_id is not None and role in SIDES:
        answer(session, actor.person_id, purchase.id, position, now)
    outbox.announce(session, purchase, message, now, dispute)
    return message


def write_version(session: Session, message: Message, text: str, now: datetime) -> str:
    """Keep a text of a message; gives its commitment for the docket."""
    salt = secrets.token_bytes(16)
    version = {
        "message_id": message.id,
        "number": message.versions,
        "text": text,
        "salt": salt,
        "written_at": now,
        "search_text": searchable(text),
    }
    rows.write(session, MessageVersion, version)
    return text_commitment(salt, text)


def answer(session: Session, person_id: UUID, purchase_id: UUID, position: int, now: datetime) -> None:
    """Whoever writes has read what came before; if they had done so already, they have not read it again just now."""
    _note_read(session, person_id, purchase_id, position, now, writes=True)


def mark_read(session: Session, person_id: UUID, purchase_id: UUID, position: int, now: datetime) -> None:
    """Note that a person has been shown the messages up to ``position``. A mark never goes back."""
    _note_read(session, person_id, purchase_id, position, now, writes=False)
    sides.recount(session, purchase_id)


def _note_read(
    session: Session, person_id: UUID, purchase_id: UUID, position: int, now: datetime, *, writes: bool
) -> None:
    values = {"purchase_id": purchase_id, "person_id": person_id, "position": position, "read_at": now}
    send(session.connection(), _later(dialect_of(session), writes), values)
    rows.forget(session, ReadMark, purchase_id, person_id)


@cache
def _later(dialect: str, writes: bool) -> UpdateBase:
    """Move a mark on. Who writes has locked the purchase before; for who reads, the statement does: its numbers change
    with its marks, and all acts lock in this order."""
    mark = cast(Table, ReadMark.__table__).c
    names = "purchase_id", "person_id", "position", "read_at"
    told = {name: bindparam(name, type_=mark[name].type) for name in names}
    first = insert_for(dialect, ReadMark)
    if writes or dialect == "sqlite":
        first = first.values(told)
    else:
        bought = cast(Table, Purchase.__table__).c.id
        held = select(bought).where(bought == told["purchase_id"]).with_for_update(key_share=True).cte("held")
        first = first.from_select(names, select(held.c.id, *(told[name] for name in names[1:])))
    read_at: ColumnElement[datetime] = first.excluded.read_at
    if writes:
        read_at = case((ReadMark.position == first.excluded.position - 1, ReadMark.read_at), else_=read_at)
    return first.on_conflict_do_update(
        index_elements=[ReadMark.purchase_id, ReadMark.person_id],
        set_={"position": first.excluded.position, "read_at": read_at},
        where=ReadMark.position < first.excluded.position,
    )
