"""Checking what the installation's chain says: of the parts of imports and of the policies; and the listings' texts."""

import hashlib
from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from arbitration.domain.docket import Link, digest_of
from arbitration.domain.purchases import LISTING_FIELDS, listing_digest
from arbitration.models import DocketEntry, Listing, PolicyVersion, Purchase
from arbitration.services.verification import findings
from arbitration.services.verification.findings import Finding
from arbitration.services.verification.streams import paged

NAMED = 3
TOLD_AT_ONCE = 200


class ToldBatch(NamedTuple):
    """A part of an import, as an entry tells of it."""

    sequence: int
    created: object
    heads: object


class FoundBatch:
    """What is left of a part of an import. Purchases come in the order of their ids, so that few are open at a time."""

    __slots__ = ("count", "heads", "sound")

    def __init__(self) -> None:
        self.count, self.sound = 0, False
        self.heads: list[str] = []

    def take(self, head: str, told: ToldBatch) -> None:
        """One purchase more, with the hash of its first entry. With the last one of them all it is seen if all fit."""
        self.count += 1
        self.heads.append(head)
        if self.count == told.created:
            self.sound = digest_of(self.heads) == told.heads
            self.heads.clear()


class ToldInstallation:
    """What the entries of the installation's chain tell of imports and policies."""

    def __init__(self) -> None:
        self.batches: dict[str, ToldBatch] = {}
        self.policies: dict[str, tuple[int, dict[str, Any]]] = {}

    def learn(self, link: Link, body: dict[str, Any]) -> None:
        """Take in an entry."""
        facts = body["facts"]
        if link.kind == "purchases.imported":
            self.batches[str(facts.get("batch"))] = ToldBatch(link.sequence, facts.get("created"), facts.get("heads"))
        elif link.kind == "policy.installed":
            self.policies[str(facts.get("sha256"))] = link.sequence, facts

    def check_batches(self, session: Session) -> Iterator[Finding]:
        """Which parts of imports are not whole any more."""
        first = and_(DocketEntry.chain_id == Purchase.id, DocketEntry.sequence == 1)
        query = select(Purchase.id, Purchase.batch_id, Purchase.external_id, DocketEntry.hash)
        found: dict[str, FoundBatch] = {}
        for row in paged(session, query.outerjoin(DocketEntry, first), (Purchase.id,)):
            told = self.batches.get(str(row.batch_id))
            if told is None:
                yield Finding(f"purchase {row.external_id}", None, findings.UNKNOWN_BATCH)
            else:
                found.setdefault(str(row.batch_id), FoundBatch()).take(row.hash or "", told)
        for name, told in self.batches.items():
            stands = found.get(name, FoundBatch())
            if (told.created or 0) != stands.count:
                values = {"created": told.created, "found": stands.count}
                yield Finding(findings.INSTALLATION, told.sequence, findings.MISSING_FROM_BATCH, values)
            elif stands.count and not stands.sound:
                yield Finding(findings.INSTALLATION, told.sequence, findings.OTHER_BATCH)

    def check_policies(self, session: Session) -> Iterator[Finding]:
        """Which policies are not the ones that were installed."""
        seen = set()
        for policy in session.scalars(select(PolicyVersion).order_by(PolicyVersion.name, PolicyVersion.version)):
            where = f"policy {policy.name} {policy.version}"
            seen.add(policy.sha256)
            if hashlib.sha256(policy.text.encode()).hexdigest() != policy.sha256:
                yield Finding(where, None, findings.OTHER_POLICY)
            told = self.policies.get(policy.sha256)
            if told is None or (told[1].get("policy"), told[1].get("version")) != (policy.name, policy.version):
                yield Finding(where, None, findings.UNKNOWN_POLICY)
        for digest, (sequence, facts) in self.policies.items():
            if digest not in seen:
                values = {"name": facts.get("policy"), "version": facts.get("version")}
                yield Finding(findings.INSTALLATION, sequence, findings.NO_POLICY, values)


def check_listings(session: Session) -> Iterator[Finding]:
    """Which listings do not read as they did when they were frozen."""
    columns = [getattr(Listing, name) for name in LISTING_FIELDS]
    others: dict[UUID, str] = {}
    for row in paged(session, select(Listing.id, Listing.digest, *columns), (Listing.id,), 200):
        if listing_digest(dict(row._mapping)) != row.digest:
            others[row.id] = row.external_id
        if len(others) == TOLD_AT_ONCE:
            yield from _tell_of(session, others)
            others = {}
    yield from _tell_of(session, others)


def _tell_of(session: Session, others: dict[UUID, str]) -> Iterator[Finding]:
    """Some listings that read otherwise, each with a few of its purchases: those have to be looked for one by one."""
    names: dict[UUID, list[str]] = {id_: [] for id_ in others}
    query = select(Purchase.listing_id, Purchase.external_id).where(Purchase.listing_id.in_(others))
    for id_, name in session.execute(query, execution_options={"yield_per": 1000}) if others else ():
        if len(names[id_]) <= NAMED:
            names[id_].append(name)
    for id_, external_id in others.items():
        values = {"purchases": ", ".join(names[id_][:NAMED]) + (", …" if len(names[id_]) > NAMED else "")}
        yield Finding(f"listing {external_id}", None, findings.OTHER_LISTING, values)
