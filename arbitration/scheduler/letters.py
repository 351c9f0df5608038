"""What each kind of intent says, asked when it is sent: what is pointless by then is not said at all."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from arbitration.config import Settings
from arbitration.domain.sign_in import LINK_LASTS
from arbitration.mail import links
from arbitration.mail.compose import Letter
from arbitration.models import Intent, Message, MessageVersion, Person, Purchase, ReadingObjection, ReadMark
from arbitration.scheduler import dispute_letters, operator_letters
from arbitration.scheduler.letter_parts import NotNeededError, author_name, excerpt, name_of_side, reader_of
from arbitration.services import outbox, sign_in


def letter_for(session: Session, settings: Settings, intent: Intent, now: datetime) -> Letter:
    """The letter of an intent as it is to be sent now.

    Raises:
        NotNeededError: it is of no use any more.
    """
    return LETTERS[intent.kind](session, settings, intent, now)


def _sign_in_link(session: Session, settings: Settings, intent: Intent, now: datetime) -> Letter:
    if now - intent.created_at > LINK_LASTS:
        raise NotNeededError("late")
    if outbox.has_later_link(session, intent, now):
        raise NotNeededError("superseded")
    assert intent.address is not None
    lands_on, asked_at = intent.payload.get("lands_on"), intent.created_at
    issued = sign_in.issue_link(session, intent.address, now, lands_on, asked_at)
    if issued is None:
        raise NotNeededError("unknown")
    token, person = issued
    values = {"minutes": LINK_LASTS // timedelta(minutes=1), "asked_at": asked_at}
    reader = reader_of(session, person, intent.payload.get("language"))
    return Letter(intent.kind, person.email, person.name, reader, links.to_sign_in(settings.base_url, token), values)


def _new_message(session: Session, settings: Settings, intent: Intent, now: datetime) -> Letter:
    external_id, position = intent.payload["purchase"], intent.payload["position"]
    purchase = session.scalars(
        select(Purchase).where(Purchase.external_id == external_id).options(joinedload(Purchase.listing))
    ).one()
    message = session.scalars(
        select(Message).where(Message.purchase_id == purchase.id, Message.position == position)
    ).one()
    person = session.get_one(Person, intent.person_id)
    if person.suspended_at is not None:
        raise NotNeededError("suspended")
    if message.deleted_at is not None:
        raise NotNeededError("deleted")
    if message.hidden_at is not None:
        raise NotNeededError("hidden")
    mark = session.get(ReadMark, (purchase.id, person.id))
    if mark is not None and mark.position >= position:
        raise NotNeededError("read")
    if outbox.later_notice_waits(session, intent):
        raise NotNeededError("superseded")
    reader = reader_of(session, person)
    text, cut = excerpt(session.get_one(MessageVersion, (message.id, message.versions)).text)
    values = {
        "author_name": author_name(purchase, message, reader),
        "author_role": message.author_role,
        "listing_title": purchase.listing.title,
        "posted_at": message.posted_at,
        "text": text,
        "cut": cut,
        "reports_problem": message.reports_problem,
        "owed": dispute_letters.owed_by(session, purchase, person, reader, now),
    }
    link = links.to_message(settings.base_url, external_id, position)
    return Letter(intent.kind, person.email, person.name, reader, link, values)


def _reading_objection(session: Session, settings: Settings, intent: Intent, _now: datetime) -> Letter:
    objection = session.get_one(ReadingObjection, UUID(intent.payload["objection"]))
    purchase = session.get_one(Purchase, objection.purchase_id)
    person = session.get_one(Person, intent.person_id)
    if person.suspended_at is not None:
        raise NotNeededError("suspended")
    if objection.withdrawn_at is not None:
        raise NotNeededError("withdrawn")
    if objection.decided_at is not None:
        raise NotNeededError("decided")
    reader = reader_of(session, person)
    text, cut = excerpt(objection.text)
    suggested = (objection.suggestion or {}).get(objection.field)
    if isinstance(suggested, dict) and suggested.get("duration"):
        suggested = suggested | {"duration": reader.duration(suggested["duration"])}
    values = {
        "author_name": name_of_side(purchase, objection.role, reader),
        "author_role": objection.role,
        "listing_title": purchase.listing.title,
        "made_at": objection.made_at,
        "field": objection.field,
        "text": text,
        "cut": cut,
        "suggestion": suggested,
    }
    link = links.to_term(settings.base_url, purchase.external_id, objection.field)
    return Letter(intent.kind, person.email, person.name, reader, link, values)


LETTERS: Mapping[str, Callable[[Session, Settings, Intent, datetime], Letter]] = {
    "sign_in_link": _sign_in_link,
    "new_message": _new_message,
    "reading_objection": _reading_objection,
    **dispute_letters.LETTERS,
    **operator_letters.LETTERS,
}
