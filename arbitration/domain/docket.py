"""The docket's arithmetic: canonical bytes, the chain of hashes, and the seal on its end.

An entry's body is JSON with sorted keys and no white space (the subset of RFC 8785 without fractions), so that the same
entry always gives the same bytes. It names people by id and texts by a salted hash: personal text lies beside the
chain, and erasing it leaves the chain whole.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid5

INSTALLATION = UUID(int=0)
GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened: its kind (``message.posted``), when (UTC), by whom (None: the system), and the facts."""

    kind: str
    at: datetime
    by: UUID | None
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Link:
    """An entry in its place in a chain."""

    chain_id: UUID
    sequence: int
    at: datetime
    kind: str
    body: str
    hash: str


def canonical(value: object) -> str:
    """JSON with sorted keys and no white space. Raises TypeError on what has no single form, fractions above all."""
    _refuse_fractions(value)
    return _ENCODER.encode(value)


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _refuse_fractions(value: object) -> None:
    if value is None or isinstance(value, str | int):
        return
    if isinstance(value, float):
        raise TypeError("a docket entry holds no fractions: use minor units, or text")
    if isinstance(value, Mapping):
        value = value.values()
    elif not isinstance(value, list | tuple):
        return
    for part in value:
        _refuse_fractions(part)


def instant(moment: datetime) -> str:
    """RFC 3339 in UTC with all six digits, so that every instant has one form."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def join(chain_id: UUID, length: int, head: str, entry: Entry) -> Link:
    """The entry as the next link of a chain that has ``length`` links and ends in the hash ``head``."""
    sequence = length + 1
    body = canonical(
        {
            "at": instant(entry.at),
            "by": str(entry.by) if entry.by else None,
            "chain": str(chain_id),
            "facts": entry.facts,
            "kind": entry.kind,
            "sequence": sequence,
        }
    )
    return Link(chain_id, sequence, entry.at, entry.kind, body, link_hash(head, body))


def link_hash(previous: str, body: str) -> str:
    """SHA-256 over the hash before and the canonical bytes, in hexadecimal."""
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def seal(key: str, chain_id: UUID | str, length: int, head: str) -> str:
    """HMAC-SHA-256 over where a chain ends: only who knows the installation's secret can move the end."""
    end = f"docket-head\n{chain_id}\n{length}\n{head}".encode()
    return hmac.digest(key.encode(), end, "sha256").hex()


class Seals:
    """Seals many ends, each as ``seal`` would: what depends on the key alone is worked out once (RFC 2104)."""

    BLOCK = 64

    def __init__(self, key: str) -> None:
        raw = key.encode()
        raw = (raw if len(raw) <= self.BLOCK else hashlib.sha256(raw).digest()).ljust(self.BLOCK, b"\0")
        self._inner = hashlib.sha256(bytes(each ^ 0x36 for each in raw))
        self._outer = hashlib.sha256(bytes(each ^ 0x5C for each in raw))

    def seal(self, chain_id: str, length: int, head: str) -> str:
        """The seal of where a chain ends."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(f"docket-head\n{chain_id}\n{length}\n{head}".encode())
        outer.update(inner.digest())
        return outer.hexdigest()


def notes_chain(purchase_id: UUID) -> UUID:
    """The id of the chain that holds what arbiters noted on a purchase, apart from the purchase's own."""
    return uuid5(purchase_id, "notes")


def text_commitment(salt: bytes, text: str) -> str:
    """What the docket holds of a text: SHA-256 over a random salt and the text."""
    return hashlib.sha256(salt + text.encode()).hexdigest()


def digest_of(hashes: Iterable[str]) -> str:
    """One hash for a set of hashes, whatever their order."""
    return hashlib.sha256("\n".join(sorted(hashes)).encode()).hexdigest()


def fault_of(link: Link, previous_sequence: int, previous_hash: str) -> str | None:
    """What is wrong with a link that follows another one: a code, or None if it is sound."""
    if link.sequence != previous_sequence + 1:
        return "gap"
    if link.hash != link_hash(previous_hash, link.body):
        return "hash"
    try:
        body = json.loads(link.body)
    except (ValueError, RecursionError):
        return "body"
    if not isinstance(body, dict):
        return "body"
    told = {"at": instant(link.at), "chain": str(link.chain_id), "kind": link.kind, "sequence": link.sequence}
    return None if all(body.get(name) == value for name, value in told.items()) else "columns"
