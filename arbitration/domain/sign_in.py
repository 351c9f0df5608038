"""Signing in: what a secret and a way back look like, and how long each thing lasts."""

import hashlib
import re
import secrets
import unicodedata
from datetime import datetime, timedelta

from arbitration.domain.actors import Role
from arbitration.domain.addresses import canonical, is_plausible
from arbitration.domain.refusals import FieldFault, InvalidError
from arbitration.rules.marking import N_

LINK_LASTS = timedelta(minutes=10)
DEMO_LINK_LASTS = timedelta(hours=24)
SESSION_LASTS = timedelta(days=30)
SESSION_IDLES = timedelta(days=7)
STAFF_SESSION_LASTS = timedelta(hours=12)
STAFF_SESSION_IDLES = timedelta(minutes=60)
SEEN_EVERY = timedelta(minutes=10)
LONGEST_PATH = 500

_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


def new_secret() -> str:
    """256 random bits, in 43 characters that can stand in an address and in a cookie."""
    return secrets.token_urlsafe(32)


def is_secret(text: str) -> bool:
    """Whether a text has the shape of ``new_secret``: nothing else is worth a look into the database."""
    return _SECRET.fullmatch(text) is not None


def hash_of(secret: str) -> str:
    """What is stored of a secret: SHA-256, in hexadecimal. Secrets are random, so no salt is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def canonical_address(written: str, path: str = "email") -> str:
    """The one form of an e-mail address under which a person is known.

    Raises:
        InvalidError: nobody could be reached there.
    """
    if not is_plausible(written):
        msgid = N_("This is not an e-mail address. Write it like name@example.com.")
        raise InvalidError(faults=[FieldFault(path, msgid)])
    return canonical(written)


def masked(address: str) -> str:
    """An address as it can be shown to whoever holds a link: enough to recognise one's own."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}"


def own_path(text: str | None) -> str | None:
    """A path of this site as it was given, or None for what would lead elsewhere, or is too long to keep.

    Browsers read a second slash, a backslash or a dropped control character as the beginning of another host.
    """
    if not text or len(text) > LONGEST_PATH or text[0] != "/" or text[:2] == "//" or "\\" in text:
        return None
    return None if any(unicodedata.category(c)[0] in "CZ" for c in text) else text


def lasts(role: Role) -> timedelta:
    """How long a session lasts at most, by the role it was opened in: a party's long, an arbiter's a working day."""
    return SESSION_LASTS if role is Role.PARTY else STAFF_SESSION_LASTS


def idles(role: Role) -> timedelta:
    """How long a session may lie unused."""
    return SESSION_IDLES if role is Role.PARTY else STAFF_SESSION_IDLES


def is_open(expires_at: datetime, seen_at: datetime, now: datetime, role: Role = Role.PARTY) -> bool:
    """Whether a session still counts: not past its end, and used of late."""
    return now <= expires_at and now <= seen_at + idles(role)
