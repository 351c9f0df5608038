"""Checking what the installation's chain says: of the parts of imports and of the policies; and the listings' texts."""

import hashlib
from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from arbitration.domain.docket import Link, digest_of
from arbitration.domain.purchases import LISTING_FIELDS, listing_digest
from arbitration.models import DocketEntry, Listing, PolicyVersion, Purchase
from arbitration.services.verification import findings
from arbitration.services.verification.findings import Finding
from arbitration.services.verification.streams import paged

INSTALLATION_NAME = "installation"
NAMED = 3


class ToldBatch(NamedTuple):
    """A part of an import, as an entry tells of it."""

    sequence: int
    created: object
    heads: object


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
        query = select(Purchase.batch_id, Purchase.id, Purchase.external_id, DocketEntry.hash).outerjoin(
            DocketEntry, first
        )
        rows = paged(session, query, (Purchase.batch_id, Purchase.id))
        seen = set()
        for batch_id, group in groupby(rows, key=lambda row: row.batch_id):
            seen.add(str(batch_id))
            yield from self._check_batch(str(batch_id), [(row.external_id, row.hash) for row in group])
        for name, told in self.batches.items():
            if name not in seen and told.created:
                values = {"created": told.created, "found": 0}
                yield Finding(INSTALLATION_NAME, told.sequence, findings.MISSING_FROM_BATCH, values)

    def _check_batch(self, batch: str, purchases: list[tuple[str, str | None]]) -> Iterator[Finding]:
        told = self.batches.get(batch)
        if told is None:
            for name, _ in purchases:
                yield Finding(f"purchase {name}", None, findings.UNKNOWN_BATCH)
        elif told.created != len(purchases):
            values = {"created": told.created, "found": len(purchases)}
            yield Finding(INSTALLATION_NAME, told.sequence, findings.MISSING_FROM_BATCH, values)
        elif told.heads != digest_of([head or "" for _, head in purchases]):
            yield Finding(INSTALLATION_NAME, told.sequence, findings.OTHER_BATCH)

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
                yield Finding(INSTALLATION_NAME, sequence, findings.NO_POLICY, values)


def check_listings(session: Session) -> Iterator[Finding]:
    """Which listings do not read as they did when they were frozen."""
    columns = [getattr(Listing, name) for name in LISTING_FIELDS]
    for row in paged(session, select(Listing.id, Listing.digest, *columns), (Listing.id,), 200):
        if listing_digest(dict(row._mapping)) != row.digest:
            query = select(Purchase.external_id).where(Purchase.listing_id == row.id).limit(NAMED + 1)
            names = list(session.scalars(query))
            values = {"purchases": ", ".join(names[:NAMED]) + (", …" if len(names) > NAMED else "")}
            yield Finding(f"listing {row.external_id}", None, findings.OTHER_LISTING, values)
