"""What letters have in common: whom they are to, in whose words, and how much of a text they hold."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.domain.sides import ARBITER, BUYER, SELLER
from arbitration.i18n import LANGUAGES, Reader
from arbitration.i18n.zones import is_zone
from arbitration.mail.unlinked import unlinked
from arbitration.models import Message, Person, Purchase, Seller
from arbitration.rules.directions import straight
from arbitration.rules.marking import N_

LONGEST_EXCERPT = 600


class NotNeededError(Exception):
    """There is nothing to be said any more; the word says why, for the log."""


def excerpt(text: str) -> tuple[str, bool]:
    """The beginning of a text, cut at a space where it is long, and whether it was cut."""
    if len(text) <= LONGEST_EXCERPT:
        return text, False
    head = text[: LONGEST_EXCERPT + 1]
    whole_words = head[: max(head.rfind(" "), head.rfind("\n"))] if " " in head[-80:] or "\n" in head[-80:] else ""
    return (whole_words or head[:LONGEST_EXCERPT]).rstrip(), True


def author_name(purchase: Purchase, message: Message, reader: Reader) -> str:
    """Who wrote a message, as the reader knows them: see ``name_of_side``."""
    if message.author_role == ARBITER:
        return reader.say(N_("The arbiter"))
    return name_of_side(purchase, message.author_role, reader) or reader.say(N_("The marketplace"))


def name_of_side(purchase: Purchase, role: str, reader: Reader) -> str | None:
    """The shop by its name, a buyer without one by the part they have; None for who is of neither side.

    No mail program makes a link of it.
    """
    if role == SELLER:
        return unlinked(straight(purchase.seller.name))
    return unlinked(straight(purchase.buyer.name or reader.say(N_("The buyer")))) if role == BUYER else None


def reader_of(session: Session, person: Person, asked_in: str | None = None) -> Reader:
    """How a person reads: what was chosen, else for a seller what the shop goes by, else what was just read."""
    shop = session.scalar(select(Seller).where(Seller.person_id == person.id).order_by(Seller.id).limit(1))
    language = person.language or (shop.language if shop else "") or asked_in
    zone = person.time_zone or (shop.time_zone if shop else "")
    return Reader(
        language if language in LANGUAGES else "en",
        zone if is_zone(zone) else "UTC",
        person.calendar or "",
        person.digits or "",
        zone_known=is_zone(zone),
    )
