"""What each kind of intent says, asked when it is sent: what is pointless by then is not said at all."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from arbitration.config import Settings
from arbitration.domain.sign_in import LINK_LASTS
from arbitration.i18n import LANGUAGES, Reader
from arbitration.i18n.zones import is_zone
from arbitration.mail import links
from arbitration.mail.compose import Letter
from arbitration.models import Intent, Message, MessageVersion, Person, Purchase, ReadingObjection, ReadMark, Seller
from arbitration.rules.marking import N_
from arbitration.services import outbox, sign_in

LONGEST_EXCERPT = 600


class NotNeededError(Exception):
    """There is nothing to be said any more; the word says why, for the log."""


def letter_for(session: Session, settings: Settings, intent: Intent, now: datetime) -> Letter:
    """The letter of an intent as it is to be sent now.

    Raises:
        NotNeededError: it is of no use any more.
    """
    return LETTERS[intent.kind](session, settings, intent, now)


def _sign_in_link(session: Session, settings: Settings, intent: Intent, now: datetime) -> Letter:
    if now - intent.created_at > LINK_LASTS:
        raise NotNeededError("late")
    if outbox.later_link_waits(session, intent, now):
        raise NotNeededError("superseded")
    assert intent.address is not None
    issued = sign_in.issue_link(session, intent.address, now, intent.payload.get("lands_on"))
    if issued is None:
        raise NotNeededError("unknown")
    token, person = issued
    values = {"minutes": LINK_LASTS // timedelta(minutes=1), "asked_at": intent.created_at}
    reader = _reader(session, person, intent.payload.get("language"))
    return Letter(intent.kind, person.email, person.name, reader, links.to_sign_in(settings.base_url, token), values)


def _new_message(session: Session, settings: Settings, intent: Intent, _now: datetime) -> Letter:
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
    mark = session.get(ReadMark, (purchase.id, person.id))
    if mark is not None and mark.position >= position:
        raise NotNeededError("read")
    if outbox.later_notice_waits(session, intent):
        raise NotNeededError("superseded")
    reader = _reader(session, person)
    text, cut = excerpt(session.get_one(MessageVersion, (message.id, message.versions)).text)
    values = {
        "author_name": _author(purchase, message) or reader.say(N_("The buyer")),
        "author_role": message.author_role,
        "listing_title": purchase.listing.title,
        "posted_at": message.posted_at,
        "text": text,
        "cut": cut,
        "reports_problem": message.reports_problem,
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
    reader = _reader(session, person)
    text, cut = excerpt(objection.text)
    by_seller = objection.role == "seller"
    suggested = (objection.suggestion or {}).get(objection.field)
    if isinstance(suggested, dict) and suggested.get("duration"):
        suggested = suggested | {"duration": reader.duration(suggested["duration"])}
    values = {
        "author_name": purchase.seller.name if by_seller else purchase.buyer.name or reader.say(N_("The buyer")),
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
}


def excerpt(text: str) -> tuple[str, bool]:
    """The beginning of a text, cut at a space where it is long, and whether it was cut."""
    if len(text) <= LONGEST_EXCERPT:
        return text, False
    head = text[: LONGEST_EXCERPT + 1]
    whole_words = head[: max(head.rfind(" "), head.rfind("\n"))] if " " in head[-80:] or "\n" in head[-80:] else ""
    return (whole_words or head[:LONGEST_EXCERPT]).rstrip(), True


def _author(purchase: Purchase, message: Message) -> str | None:
    return purchase.seller.name if message.author_role == "seller" else message.author.name


def _reader(session: Session, person: Person, asked_in: str | None = None) -> Reader:
    """How a person reads: what was chosen, else for a seller what the shop goes by, else what was just read."""
    shop = session.scalar(select(Seller).where(Seller.person_id == person.id).order_by(Seller.id).limit(1))
    language = person.language or (shop.language if shop else "") or asked_in
    zone = person.time_zone or (shop.time_zone if shop else "")
    return Reader(
        language if language in LANGUAGES else "en",
        zone if is_zone(zone) else "UTC",
        person.calendar or "",
        person.digits or "",
    )
