"""Checking a chain by itself: each link, the head, and the seal."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Row

from arbitration.domain import docket
from arbitration.domain.docket import GENESIS, Link
from arbitration.services.verification import findings
from arbitration.services.verification.findings import Finding

Learn = Callable[[Link, dict[str, Any]], None]


def check_chain(links: Iterator[Link], head: Row[Any] | None, where: str, key: str, learn: Learn) -> Iterator[Finding]:
    """What is wrong with a chain. ``learn`` is called with each link whose body can be read, and its body."""
    sequence, end = 0, GENESIS
    for link in links:
        if fault := docket.fault_of(link, sequence, end):
            yield Finding(where, link.sequence, findings.OF_LINKS[fault])
        if (body := _body(link)) is not None:
            learn(link, body)
        sequence, end = link.sequence, link.hash
    yield from _check_end(sequence, end, head, where, key)


def _check_end(sequence: int, end: str, head: Row[Any] | None, where: str, key: str) -> Iterator[Finding]:
    if head is None:
        if sequence:
            yield Finding(where, sequence, findings.NO_HEAD)
        return
    if sequence == 0:
        yield Finding(where, None, findings.NO_ENTRIES, {"length": head.length})
    elif sequence != head.length:
        msgid = findings.CUT if sequence < head.length else findings.ADDED
        yield Finding(where, sequence, msgid, {"length": head.length})
    elif end != head.hash:
        yield Finding(where, sequence, findings.OTHER_END)
    if head.seal != docket.seal(key, head.chain_id, head.length, head.hash):
        yield Finding(where, head.length, findings.BROKEN_SEAL)


def _body(link: Link) -> dict[str, Any] | None:
    try:
        body = json.loads(link.body)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) and isinstance(body.get("facts"), dict) else None
