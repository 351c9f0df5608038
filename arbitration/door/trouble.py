"""Telling a database that can't be used just now from a mistake of ours."""

from sqlalchemy.exc import DBAPIError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from arbitration.sqlite import MOVED_AWAY, FileReplacedError

RETRY_AFTER = 30
"""Seconds after which to try again what could not be stored."""

_SQLITE = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_READONLY", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN")
_PASSING = ("25006", "25P03", "25P04")
"""PostgreSQL's states for a transaction that is read-only, lay idle for too long, or lasted for too long."""


def is_storage_trouble(error: BaseException) -> bool:
    """Whether the database was locked, read-only, full, out of reach or moved: nothing was stored, and it will pass.

    What is moved is served from its new place as soon as somebody has started the servers there.
    """
    if isinstance(error, PoolTimeoutError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if is_of_replaced_file(error):
        return True
    name = getattr(error.orig, "sqlite_errorname", None)
    if name is not None:
        return str(name).startswith(_SQLITE) or MOVED_AWAY in str(error.orig) or _follows_trouble(error)
    if isinstance(error, InternalError) and getattr(error.orig, "sqlstate", None) in _PASSING:
        return True
    return isinstance(error, OperationalError) or error.connection_invalidated


def is_of_replaced_file(error: BaseException) -> bool:
    """Whether SQLite's file is not the one any more that this process began with."""
    return isinstance(getattr(error, "orig", None), FileReplacedError)


def _follows_trouble(error: DBAPIError) -> bool:
    """Whether going back to a savepoint failed since SQLite, on a full disk, had rolled back everything by itself."""
    if "no such savepoint" not in str(error.orig):
        return False
    before = error.__context__
    while before is not None and not (isinstance(before, DBAPIError) and is_storage_trouble(before)):
        before = before.__context__
    return before is not None
