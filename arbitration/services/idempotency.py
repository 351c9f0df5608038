"""Keys that make a request count once."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, UpdateBase, bindparam, select, update
from sqlalchemy.orm import Session

from arbitration.models import IdempotentAnswer
from arbitration.services.inserting import dialect_of, insert_for
from arbitration.services.sending import send

KEPT = timedelta(hours=48)
KEY = ("scope", "operation", "key")
NEW = ("fingerprint", "status", "headers", "body", "answered_at")


class First(NamedTuple):
    """The first request with a key, and what it was answered."""

    fingerprint: str
    status: int
    headers: dict[str, str]
    body: bytes


_ANSWERS = cast(Table, IdempotentAnswer.__table__)
_PLACE = [_ANSWERS.c[name] == bindparam(f"at_{name}") for name in KEY]
_FIRST = select(*(_ANSWERS.c[name] for name in First._fields)).where(*_PLACE).with_for_update()
_ANSWER = update(_ANSWERS).where(*_PLACE)


@cache
def _claim(dialect: str) -> UpdateBase:
    first = insert_for(dialect, IdempotentAnswer).values({name: bindparam(name) for name in (*KEY, *NEW)})
    return first.on_conflict_do_update(
        index_elements=list(KEY),
        set_={name: first.excluded[name] for name in NEW},
        where=IdempotentAnswer.answered_at < bindparam("old"),
    )


def claim(session: Session, scope: str, operation: str, key: str, fingerprint: str, now: datetime) -> First | None:
    """Claim a key for a request; or give the first request that came with it, and how that was answered.

    Waits while another transaction holds the same key. An answer older than 48 hours counts for nothing any more.
    """
    values: dict[str, Any] = {"scope": scope, "operation": operation, "key": key, "fingerprint": fingerprint}
    values |= {"status": 0, "headers": {}, "body": b"", "answered_at": now, "old": now - KEPT}
    connection = session.connection()
    if send(connection, _claim(dialect_of(session)), values).rowcount:
        return None
    return First._make(connection.execute(_FIRST, _place(scope, operation, key)).one())


def answer(
    session: Session, scope: str, operation: str, key: str, status: int, headers: Mapping[str, str], body: bytes
) -> None:
    """Keep what a request was answered whose key was claimed in this transaction."""
    values = {"status": status, "headers": dict(headers), "body": body}
    send(session.connection(), _ANSWER, _place(scope, operation, key) | values)


def _place(scope: str, operation: str, key: str) -> dict[str, Any]:
    return {"at_scope": scope, "at_operation": operation, "at_key": key}
