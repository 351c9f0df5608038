"""Letters about disputes: what happened, and what is owed until when, with what follows from silence."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from arbitration.config import Settings
from arbitration.domain import deadline_words, event_words
from arbitration.domain.actors import Actor, Role
from arbitration.domain.deadlines import Deadline
from arbitration.domain.facts import INSTANTS, instant_of
from arbitration.domain.remedies import REFUNDS
from arbitration.domain.sides import ARBITER, BUYER, SELLER
from arbitration.domain.stages import BEFORE_ARBITER
from arbitration.i18n import Reader
from arbitration.mail import links
from arbitration.mail.compose import Letter
from arbitration.models import (
    DeadlineRow,
    Dispute,
    DocketEntry,
    Intent,
    Message,
    MessageVersion,
    Person,
    Purchase,
    ReadMark,
)
from arbitration.rules.instants import parse_instant
from arbitration.rules.marking import N_
from arbitration.scheduler.letter_parts import NotNeededError, author_name, excerpt, reader_of
from arbitration.services import deadlines
from arbitration.services.deadline_claims import standing
from arbitration.services.disputes.arbiters import known_arbiter
from arbitration.services.disputes.finding import Case, last_dispute_of
from arbitration.services.disputes.objections_to_arbiters import pending
from arbitration.services.disputes.showing import shown

OBJECTED = N_("An objection to the arbiter is being decided. Until then there is no ruling.")
FACTS = frozenset({"fact", "fact_decided"})
ALWAYS_SENT = frozenset({"ruling"})
"""These go out though they have been read: the mail is what the reader keeps, with where the docket stood."""


def _event(session: Session, settings: Settings, intent: Intent, now: datetime) -> Letter:
    purchase = _purchase(session, intent)
    position = intent.payload["position"]
    message = session.scalars(
        select(Message).where(Message.purchase_id == purchase.id, Message.position == position)
    ).one()
    person = _person(session, intent, purchase)
    mark = session.get(ReadMark, (purchase.id, person.id))
    if mark is not None and mark.position >= position and message.kind not in ALWAYS_SENT:
        raise NotNeededError("read")
    reader = reader_of(session, person)
    dispute = last_dispute_of(session, purchase.id)
    text, cut = excerpt(session.get_one(MessageVersion, (message.id, message.versions)).text)
    hidden = message.hidden_at is not None or message.deleted_at is not None
    role = _role(purchase, dispute, person.id)
    objected = dispute is not None and _is_objected(session, dispute)
    # While an objection is being decided there can be no ruling, so nobody is asked for one.
    owed = _owed(session, dispute, role, reader, now) if dispute and not (objected and role == ARBITER) else None
    values = {
        "headline": _headline(purchase, message, reader),
        "details": _details(message, purchase, reader),
        "listing_title": purchase.listing.title,
        "happened_at": message.posted_at,
        "text": "" if hidden else text,
        "cut": cut and not hidden,
        "owed": owed,
        "standing": None
        if owed
        else reader.gettext(OBJECTED)
        if objected
        else _standing(session, purchase, dispute, message, person, reader, now),
        "docket": _docket_entry(session, purchase, message) if message.kind == "ruling" else None,
    }
    link = links.to_message(settings.base_url, purchase.external_id, position)
    return Letter(intent.kind, person.email, person.name, reader, link, values)


def _reminder(session: Session, settings: Settings, intent: Intent, now: datetime) -> Letter:
    row = session.get_one(DeadlineRow, UUID(intent.payload["deadline"]))
    deadline = standing(row, now)
    if deadline is None:
        raise NotNeededError("over" if row.state == deadlines.OPEN else "discharged")
    if deadline.due_at != parse_instant(intent.payload["due_at"]):
        raise NotNeededError("extended")
    purchase = _purchase(session, intent)
    person = _person(session, intent, purchase)
    if _role(purchase, session.get(Dispute, row.dispute_id), person.id) != row.owed_by:
        raise NotNeededError("somebody else's")
    reader = reader_of(session, person)
    values = {
        "listing_title": purchase.listing.title,
        "owed": _told(deadline, row.owed_by, reader, now),
        "explained": [reader.say(it.msgid, **it.values) for it in deadline_words.explain(deadline)],
    }
    link = links.to_message(settings.base_url, purchase.external_id, purchase.last_position)
    return Letter(intent.kind, person.email, person.name, reader, link, values)


LETTERS: Mapping[str, Callable[[Session, Settings, Intent, datetime], Letter]] = {
    "event": _event,
    "reminder": _reminder,
}


def owed_by(
    session: Session, purchase: Purchase, person: Person, reader: Reader, now: datetime
) -> dict[str, object] | None:
    """The next thing that somebody owes in the dispute about a purchase: what, until when, and what follows else."""
    dispute = last_dispute_of(session, purchase.id)
    return _owed(session, dispute, _role(purchase, dispute, person.id), reader, now) if dispute else None


def _purchase(session: Session, intent: Intent) -> Purchase:
    query = select(Purchase).where(Purchase.external_id == intent.payload["purchase"])
    return session.scalars(query.options(joinedload(Purchase.listing), joinedload(Purchase.seller))).one()


def _person(session: Session, intent: Intent, purchase: Purchase) -> Person:
    """Who gets the mail: a side of the purchase, or somebody who is an arbiter still."""
    person = session.get_one(Person, intent.person_id)
    if person.suspended_at is not None:
        raise NotNeededError("suspended")
    if person.id not in (purchase.buyer_id, purchase.seller.person_id) and not known_arbiter(session, person.email):
        raise NotNeededError("no arbiter any more")
    return person


def _role(purchase: Purchase, dispute: Dispute | None, person_id: UUID) -> str:
    if person_id == purchase.buyer_id:
        return BUYER
    if person_id == purchase.seller.person_id:
        return SELLER
    return ARBITER if dispute is not None and dispute.arbiter_id == person_id else ""


def _headline(purchase: Purchase, message: Message, reader: Reader) -> str:
    msgid = event_words.headline(message.kind, by_clock=message.author_id is None)
    return reader.say(msgid, name=author_name(purchase, message, reader))


def _details(message: Message, purchase: Purchase, reader: Reader) -> list[str]:
    """What an offer, a ruling, a refund or a fact comes to, in a line."""
    if message.kind in FACTS:
        return _fact(message.about or {}, reader)
    about = message.about or {}
    kind = about.get("kind") if about.get("kind") in REFUNDS else about.get("remedy")
    msgid = event_words.REMEDIES.get(str(kind))
    if msgid is None:
        return []
    amount = about.get("amount")
    shown = reader.money(amount if isinstance(amount, int) else purchase.amount, purchase.currency)
    return [reader.say(msgid, amount=shown)]


def _fact(about: Mapping[str, Any], reader: Reader) -> list[str]:
    """What was put on record, with what the arbiter decided about it."""
    name, value = str(about.get("name")), about.get("value")
    moment = instant_of(value) if name in INSTANTS else None
    msgid = event_words.fact(name, value)
    if msgid is None or (name in INSTANTS and moment is None):
        return []
    said = reader.say(msgid, **({"at": reader.instant(moment, zone=True)} if moment else {}))
    decision = event_words.DECISIONS.get(str(about.get("decision")))
    return [f"{reader.gettext(decision)} {said}" if decision else said]


def _standing(
    session: Session,
    purchase: Purchase,
    dispute: Dispute | None,
    message: Message,
    person: Person,
    reader: Reader,
    now: datetime,
) -> str | None:
    """Who acts next in the dispute and until when, or how it ended by this; None for what is after its end."""
    if dispute is None or dispute.closed_at not in (None, message.posted_at):
        return None
    role = Role.PARTY if person.id in (purchase.buyer_id, purchase.seller.person_id) else Role.ARBITER
    told = shown(session, Actor(person.id, role), Case(purchase, dispute), now).state
    return reader.say(told.msgid, **told.values)


def _is_objected(session: Session, dispute: Dispute) -> bool:
    return dispute.stage in BEFORE_ARBITER and pending(session, dispute.id) is not None


def _owed(session: Session, dispute: Dispute, role: str, reader: Reader, now: datetime) -> dict[str, object] | None:
    """The next thing that the reader himself owes, if there is any."""
    for row in deadlines.open_ones(session, dispute.id):
        if role and row.owed_by == role and now < row.due_at:
            return _told(deadlines.read(row), role, reader, now)
    return None


def _told(deadline: Deadline, role: str, reader: Reader, now: datetime) -> dict[str, object]:
    return {
        "what": reader.gettext(deadline_words.owed(deadline, role)),
        "due_at": deadline.due_at,
        "left": reader.relative(deadline.due_at, now),
        "consequence": reader.gettext(deadline_words.consequence(deadline, role)),
    }


def _docket_entry(session: Session, purchase: Purchase, message: Message) -> dict[str, object] | None:
    """Number and hash of the entry with which a ruling went into the docket: in other hands it can't be rewritten."""
    entries = session.scalars(
        select(DocketEntry)
        .where(DocketEntry.chain_id == purchase.id, DocketEntry.kind == "ruling.issued")
        .order_by(DocketEntry.sequence)
    )
    found = next((it for it in entries if f'"position":{message.position},' in it.body), None)
    return {"number": found.sequence, "hash": found.hash} if found else None
