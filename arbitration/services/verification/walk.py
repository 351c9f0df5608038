"""The walk over all chains, with the rows that they tell of beside them; all in the order of their ids."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from arbitration.domain.docket import INSTALLATION, Link
from arbitration.models import (
    Dispute,
    DocketEntry,
    DocketHead,
    Exhibit,
    ExhibitView,
    LedgerEntry,
    LedgerLine,
    Listing,
    Message,
    MessageVersion,
    PolicyVersion,
    Purchase,
    ReadingObjection,
    ReadMark,
    Remedy,
    Ruling,
    Seller,
)
from arbitration.services.verification import findings
from arbitration.services.verification.chains import Learn, check_chain
from arbitration.services.verification.deadlines import ToldDeadlines
from arbitration.services.verification.disputes import DISPUTES, ToldDisputes
from arbitration.services.verification.exhibits import EXHIBITS, VIEWS, ToldExhibits
from arbitration.services.verification.findings import Finding
from arbitration.services.verification.installation import ToldInstallation, check_listings
from arbitration.services.verification.ledger import BOOKINGS, LINES, ToldBooks
from arbitration.services.verification.notes import ToldNotes, check_unchained
from arbitration.services.verification.objections import ToldObjections
from arbitration.services.verification.purchases import ToldPurchase
from arbitration.services.verification.readings import ToldReadings
from arbitration.services.verification.remedies import REMEDIES, ToldRemedies
from arbitration.services.verification.rulings import RULINGS, ToldRulings
from arbitration.services.verification.streams import Grouped, paged
from arbitration.services.verification.unread import MARKS, CountedUnread

Progress = Callable[[int], object]


def count_entries(session: Session) -> int:
    """How many entries there are to check."""
    return session.scalar(select(func.count()).select_from(DocketEntry)) or 0


def verify(
    session: Session, key: str, progress: Progress = lambda _: None, folder: Path | None = None
) -> Iterator[Finding]:
    """All that is not as the docket says, in memory that does not grow with the installation.

    ``key`` is the installation's secret; ``progress`` is told how many entries have been checked since last time. Sees
    the database as it is at one moment, provided the session's transaction has not begun. The files of exhibits are
    read too, if their ``folder`` is named.
    """
    if session.get_bind().dialect.name == "postgresql" and not session.in_transaction():
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    walk = Walk(session, key, progress, folder)
    yield from walk.installation()
    yield from walk.purchases()
    yield from check_listings(session)
    yield from check_unchained(session)


class Walk:
    """Streams of entries, heads, purchases, messages and texts, side by side."""

    def __init__(self, session: Session, key: str, progress: Progress, folder: Path | None) -> None:
        self.session, self.key, self.progress, self.folder = session, key, progress, folder
        self.entries = Grouped(paged(session, ENTRIES, (DocketEntry.chain_id, DocketEntry.sequence)))
        self.heads = Grouped(paged(session, HEADS, (DocketHead.chain_id,)))
        self.bought = Grouped(paged(session, PURCHASES, (Purchase.id,)))
        self.messages = Grouped(paged(session, MESSAGES, (Message.purchase_id, Message.position)))
        self.marks = Grouped(paged(session, MARKS, (ReadMark.purchase_id, ReadMark.person_id)))
        self.texts = Grouped(paged(session, TEXTS, (Message.purchase_id, Message.position, MessageVersion.number), 200))
        self.objections = Grouped(paged(session, OBJECTIONS, (ReadingObjection.purchase_id, ReadingObjection.id), 200))
        self.exhibits = Grouped(paged(session, EXHIBITS, (Exhibit.purchase_id, Exhibit.number), 200))
        self.views = Grouped(paged(session, VIEWS, (Exhibit.purchase_id, Exhibit.number, ExhibitView.person_id)))
        self.disputes = Grouped(paged(session, DISPUTES, (Dispute.purchase_id, Dispute.id), 200))
        self.rulings = Grouped(paged(session, RULINGS, (Dispute.purchase_id, Ruling.id), 200))
        self.remedies = Grouped(paged(session, REMEDIES, (Remedy.purchase_id, Remedy.id), 200))
        self.bookings = Grouped(paged(session, BOOKINGS, (LedgerEntry.purchase_id, LedgerEntry.id)))
        keys = LedgerEntry.purchase_id, LedgerLine.entry_id, LedgerLine.number
        self.lines = Grouped(paged(session, LINES, keys))

    def installation(self) -> Iterator[Finding]:
        """Check the installation's chain, and what it says of imports and policies."""
        told, read = ToldInstallation(), ToldReadings()
        head = next(self.heads.take(INSTALLATION), None)
        yield from check_chain(
            self._links(INSTALLATION), head, findings.INSTALLATION, self.key, _all(told.learn, read.learn)
        )
        yield from told.check_batches(self.session)
        yield from told.check_policies(self.session)
        yield from read.check(self.session)

    def purchases(self) -> Iterator[Finding]:
        """Check every other chain and every purchase."""
        told = (self.messages, self.marks, self.texts, self.objections, self.exhibits, self.views)
        money = (self.remedies, self.bookings, self.lines, self.rulings)
        streams = (self.entries, self.heads, self.bought, self.disputes, *told, *money)
        while ids := [stream.id for stream in streams if stream.id is not None]:
            yield from self._purchase(min(ids))

    def _purchase(self, id_: UUID) -> Iterator[Finding]:
        told, objected, noted = ToldPurchase(), ToldObjections(), ToldNotes()
        filed, remedied, booked = ToldExhibits(self.folder), ToldRemedies(), ToldBooks()
        disputed, ruled, timed = ToldDisputes(), ToldRulings(), ToldDeadlines()
        purchase: Row[Any] | None = next(self.bought.take(id_), None)
        head = next(self.heads.take(id_), None)
        where = f"purchase {purchase.external_id if purchase else id_}"
        of_money = remedied.learn, booked.learn
        of_disputes = disputed.learn, ruled.learn, timed.learn
        learn = _all(told.learn, objected.learn, noted.learn, filed.learn, *of_money, *of_disputes)
        yield from check_chain(self._links(id_), head, where, self.key, learn)
        if purchase is None and noted.is_chain(id_):
            yield from noted.check(self.session, where)
        elif purchase is None:
            yield Finding(where, None, findings.NO_PURCHASE)
        else:
            yield from told.check(purchase, where)
        unread = CountedUnread(purchase, self.marks.take(id_))
        yield from told.check_messages(unread.passing(self.messages.take(id_)), where)
        yield from unread.check(where)
        yield from told.check_texts(self.texts.take(id_), where)
        yield from objected.check(self.objections.take(id_), where)
        yield from filed.check(self.exhibits.take(id_), where)
        yield from filed.check_views(self.views.take(id_), where)
        yield from disputed.check(self.disputes.take(id_), where)
        yield from ruled.check(self.rulings.take(id_), where)
        yield from timed.check(self.session, id_, where)
        yield from remedied.check(self.remedies.take(id_), where, self.key)
        yield from booked.check(self.bookings.take(id_), self.lines.take(id_), where)

    def _links(self, id_: UUID) -> Iterator[Link]:
        for row in self.entries.take(id_):
            self.progress(1)
            yield Link(row.chain_id, row.sequence, row.at, row.kind, row.body, row.hash)


def _all(*learners: Learn) -> Learn:
    def learn(link: Link, body: dict[str, Any]) -> None:
        for each in learners:
            each(link, body)

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
        Purchase.buyer_unread,
        Purchase.seller_unread,
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
    Message.kind,
    Message.author_id,
    Message.author_role,
    Message.posted_at,
    Message.reports_problem,
    Message.asks,
    Message.versions,
    Message.edited_at,
    Message.deleted_at,
    Message.hidden_at,
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
