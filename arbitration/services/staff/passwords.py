"""Passwords: hashed with Argon2id (19 MiB, two passes), and checked in the same time whoever it is."""

from functools import cache
from typing import TYPE_CHECKING
from unicodedata import normalize

from arbitration.meanwhile import others_may_go_on

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1


def hash_of(password: str) -> str:
    """What is stored of a password."""
    others_may_go_on()
    return _hasher().hash(_typed(password))


def fits(password: str, stored: str | None) -> bool:
    """Whether it is the password; where none is stored the same work is done, and the answer is no."""
    from argon2.exceptions import InvalidHashError, VerificationError

    nobodys = _nobodys()
    others_may_go_on()
    try:
        _hasher().verify(stored or nobodys, _typed(password))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def _typed(password: str) -> str:
    """The password in one form, however a keyboard puts its letters together."""
    return normalize("NFKC", password)


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)


@cache
def _nobodys() -> str:
    """The hash of a password that nobody has."""
    from secrets import token_urlsafe

    return _hasher().hash(token_urlsafe(32))
