"""Writing to the docket, and reading it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from arbitration.domain import docket
from arbitration.domain.docket import INSTALLATION, Entry, Link
from arbitration.models import DocketEntry, DocketHead


def append(session: Session, chain_id: UUID, *entries: Entry) -> str:
    """Append entries to a chain, in order; gives its new head. Locks the chain until the act is over."""
    head = session.get(DocketHead, chain_id, with_for_update=True, populate_existing=True)
    if head is None:
        head = DocketHead(chain_id=chain_id, length=0, hash=docket.GENESIS, seal="")
        session.add(head)
    for entry in entries:
        link = docket.join(chain_id, head.length, head.hash, entry)
        head.length, head.hash = link.sequence, link.hash
        session.add(_row(link))
    head.seal = docket.seal(session.info["seal_key"], chain_id, head.length, head.hash)
    session.flush()
    return head.hash


def append_to_installation(session: Session, *entries: Entry) -> str:
    """Append what happened to the installation itself and to no purchase: sign-ins, tokens, imports."""
    return append(session, INSTALLATION, *entries)


def begin_many(session: Session, firsts: Sequence[tuple[UUID, Entry]]) -> list[str]:
    """Begin many chains at once, each with its first entry; gives their heads in the same order."""
    links = [docket.join(chain_id, 0, docket.GENESIS, entry) for chain_id, entry in firsts]
    if not links:
        return []
    key = session.info["seal_key"]
    names = ("chain_id", "sequence", "at", "kind", "body", "hash")
    session.execute(insert(DocketEntry), [{name: getattr(link, name) for name in names} for link in links])
    session.execute(
        insert(DocketHead),
        [
            {
                "chain_id": link.chain_id,
                "length": 1,
                "hash": link.hash,
                "seal": docket.seal(key, link.chain_id, 1, link.hash),
            }
            for link in links
        ],
    )
    return [link.hash for link in links]


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


def _row(link: Link) -> DocketEntry:
    return DocketEntry(
        chain_id=link.chain_id, sequence=link.sequence, at=link.at, kind=link.kind, body=link.body, hash=link.hash
    )
