"""The walk over all chains, with the rows that they tell of beside them; all in the order of their ids."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from arbitration.domain.docket import INSTALLATION, Link
from arbitration.models import (
    DocketEntry,
    DocketHead,
    Listing,
    Message,
    MessageVersion,
    PolicyVersion,
    Purchase,
    ReadingObjection,
    Seller,
)
from arbitration.services.verification import findings
from arbitration.services.verification.chains import Learn, check_chain
from arbitration.services.verification.findings import Finding
from arbitration.services.verification.installation import INSTALLATION_NAME, ToldInstallation, check_listings
from arbitration.services.verification.objections import ToldObjections
from arbitration.services.verification.purchases import ToldPurchase
from arbitration.services.verification.readings import ToldReadings
from arbitration.services.verification.streams import Grouped, paged

Progress = Callable[[int], object]


def count_entries(session: Session) -> int:
    """How many entries there are to check."""
    return session.scalar(select(func.count()).select_from(DocketEntry)) or 0


def verify(session: Session, key: str, progress: Progress = lambda _: None) -> Iterator[Finding]:
    """All that is not as the docket says, in memory that does not grow with the installation.

    ``key`` is the installation's secret; ``progress`` is told how many entries have been checked since last time. Sees
    the database as it is at one moment, provided the session's transaction has not begun.
    """
    if session.get_bind().dialect.name == "postgresql" and not session.in_transaction():
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    walk = Walk(session, key, progress)
    yield from walk.installation()
    yield from walk.purchases()
    yield from check_listings(session)


class Walk:
    """Streams of entries, heads, purchases, messages and texts, side by side."""

    def __init__(self, session: Session, key: str, progress: Progress) -> None:
        self.session, self.key, self.progress = session, key, progress
        self.entries = Grouped(paged(session, ENTRIES, (DocketEntry.chain_id, DocketEntry.sequence)))
        self.heads = Grouped(paged(session, HEADS, (DocketHead.chain_id,)))
        self.bought = Grouped(paged(session, PURCHASES, (Purchase.id,)))
        self.messages = Grouped(paged(session, MESSAGES, (Message.purchase_id, Message.position)))
        self.texts = Grouped(paged(session, TEXTS, (Message.purchase_id, Message.position, MessageVersion.number), 200))
        self.objections = Grouped(paged(session, OBJECTIONS, (ReadingObjection.purchase_id, ReadingObjection.id), 200))

    def installation(self) -> Iterator[Finding]:
        """Check the installation's chain, and what it says of imports and policies."""
        told, read = ToldInstallation(), ToldReadings()
        head = next(self.heads.take(INSTALLATION), None)
        yield from check_chain(
            self._links(INSTALLATION), head, INSTALLATION_NAME, self.key, _both(told.learn, read.learn)
        )
        yield from told.check_batches(self.session)
        yield from told.check_policies(self.session)
        yield from read.check(self.session)

    def purchases(self) -> Iterator[Finding]:
        """Check every other chain and every purchase."""
        streams = (self.entries, self.heads, self.bought, self.messages, self.texts, self.objections)
        while ids := [stream.id for stream in streams if stream.id is not None]:
            yield from self._purchase(min(ids))

    def _purchase(self, id_: UUID) -> Iterator[Finding]:
        told, objected = ToldPurchase(), ToldObjections()
        purchase: Row[Any] | None = next(self.bought.take(id_), None)
        head = next(self.heads.take(id_), None)
        where = f"purchase {purchase.external_id if purchase else id_}"
        yield from check_chain(self._links(id_), head, where, self.key, _both(told.learn, objected.learn))
        if purchase is None:
            yield Finding(where, None, findings.NO_PURCHASE)
        else:
            yield from told.check(purchase, where)
        yield from told.check_messages(self.messages.take(id_), where)
        yield from told.check_texts(self.texts.take(id_), where)
        yield from objected.check(self.objections.take(id_), where)

    def _links(self, id_: UUID) -> Iterator[Link]:
        for row in self.entries.take(id_):
            self.progress(1)
            yield Link(row.chain_id, row.sequence, row.at, row.kind, row.body, row.hash)


def _both(one: Learn, other: Learn) -> Learn:
    def learn(link: Link, body: dict[str, Any]) -> None:
        one(link, body)
        other(link, body)

    return learn


ENTRIES = select(
    DocketEntry.chain_id,
    DocketEntry.sequence,
    DocketEntry.at,
    DocketEntry.kind,
    DocketEntry.body,
    DocketEntry.hash,
)
HEADS = select(DocketHead.chain_id, DocketHead.length, DocketHead.hash, DocketHead.seal)
PURCHASES = (
    select(
        Purchase.id,
        Purchase.external_id,
        Purchase.batch_id,
        Purchase.buyer_id,
        Purchase.seller_id,
        Seller.person_id,
        Listing.digest,
        Purchase.amount,
        Purchase.currency,
        Purchase.quantity,
        Purchase.payment_started_at,
        Purchase.paid_at,
        Purchase.delivered_at,
        Purchase.imported_at,
        Purchase.last_position,
        PolicyVersion.name.label("policy_name"),
        PolicyVersion.version,
        PolicyVersion.sha256,
    )
    .outerjoin(Seller, Purchase.seller_id == Seller.id)
    .outerjoin(Listing, Purchase.listing_id == Listing.id)
    .outerjoin(PolicyVersion, Purchase.policy_id == PolicyVersion.id)
)
MESSAGES = select(
    Message.purchase_id,
    Message.position,
    Message.author_id,
    Message.author_role,
    Message.posted_at,
    Message.reports_problem,
    Message.versions,
    Message.edited_at,
    Message.deleted_at,
)
TEXTS = select(
    Message.purchase_id,
    Message.position,
    MessageVersion.number,
    MessageVersion.text,
    MessageVersion.salt,
    MessageVersion.written_at,
).join(MessageVersion, MessageVersion.message_id == Message.id)
OBJECTIONS = select(
    ReadingObjection.purchase_id,
    ReadingObjection.id,
    ReadingObjection.person_id,
    ReadingObjection.field,
    ReadingObjection.text,
    ReadingObjection.salt,
    ReadingObjection.suggestion,
    ReadingObjection.made_at,
    ReadingObjection.withdrawn_at,
    ReadingObjection.decided_at,
    ReadingObjection.correction,
)
