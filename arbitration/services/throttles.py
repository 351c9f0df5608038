"""Counting tries, so that nobody can guess or flood. The counts are rows: all processes count together."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address
from math import ceil

from sqlalchemy.orm import Session

from arbitration.domain.refusals import TooOftenError
from arbitration.models import Throttle
from arbitration.services.inserting import insert


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries of one kind within a window."""

    name: str
    tries: int
    window: timedelta = timedelta(minutes=15)


LINKS_TO_ADDRESS_FROM_PLACE = Limit("links to an address from a place", 5)
LINKS_TO_ADDRESS = Limit("links to an address", 20)
LINKS_TO_ADDRESS_SLOWLY = Limit("links to an address beyond these", 1, timedelta(minutes=3))
"""Strangers in many places can use up the 20, but keep nobody out: a link goes out all the time, each good for long
enough that whoever reads the mailbox has one that works (``domain.sign_in.LINK_LASTS``)."""
LINKS_FROM_PLACE = Limit("links from a place", 30)
DEAD_LINKS = Limit("dead links tried", 30)
DEAD_HANDOVERS = Limit("dead hand-overs tried", 30)
KEPT_TEXTS = Limit("texts kept", 20)
WRONG_TOKENS = Limit("wrong tokens", 30)
PASSWORDS_FROM_PLACE = Limit("passwords from a place", 30)
PASSWORDS_AT_ADDRESS = Limit("passwords at an address", 60)
PASSWORDS_AT_ADDRESS_FROM_PLACE = Limit("passwords at an address from a place", 10)
SECOND_FACTORS = Limit("second factors", 6)
SECOND_FACTORS_IN_A_DAY = Limit("second factors in a day", 40, timedelta(days=1))
FILES_LOOKED_AT = Limit("files looked at", 120)
LISTINGS_CHECKED = Limit("listings checked", 120)


def take(session: Session, limit: Limit, of: str, now: datetime) -> None:
    """Count one try of ``of`` (an address, a place) against a limit; see ``count``."""
    count(session, (limit.name, of), now, limit.tries, limit.window)


def count(session: Session, key_parts: Sequence[str], now: datetime, limit: int, window: timedelta) -> None:
    """Count one try under a key, in the window that now is in. Give it a unit of work of its own, before the act:
    a try counts also where the act is refused afterwards.

    Raises:
        TooOftenError: the window is used up; nothing was counted. It says when the next one begins.
    """
    begins = datetime.fromtimestamp(now.timestamp() // window.total_seconds() * window.total_seconds(), UTC)
    ends = begins + window
    key = _key(session.info["seal_key"], key_parts)
    first = insert(session, Throttle).values(key=key, window=begins, count=1, expires_at=ends)
    again = first.on_conflict_do_update(
        index_elements=[Throttle.key, Throttle.window],
        set_={"count": Throttle.count + 1},
        where=Throttle.count < limit,
    )
    if session.scalar(again.returning(Throttle.count)) is None:
        raise TooOftenError(max(1, ceil((ends - now).total_seconds())))


def place_of(address: str | None) -> str:
    """What counts as one place on the network: an IPv4 address, or the /64 that a household gets of IPv6."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else f"{int(found) >> 64:016x}::/64"
    return str(found)


def _key(secret: str, parts: Sequence[str]) -> str:
    """A hash that tells nobody without the installation's secret which address it stands for."""
    return hmac.new(secret.encode(), json.dumps(["throttle", *parts]).encode(), hashlib.sha256).hexdigest()
