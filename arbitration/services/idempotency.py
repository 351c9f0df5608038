"""Keys that make a request count once."""

from datetime import datetime, timedelta
from functools import cache
from typing import cast

from sqlalchemy import Executable, Table, bindparam, delete
from sqlalchemy.orm import Session

from arbitration.models import IdempotentAnswer
from arbitration.services.inserting import dialect_of, insert_for

KEPT = timedelta(hours=48)


_FORGET = delete(cast(Table, IdempotentAnswer.__table__)).where(
    IdempotentAnswer.scope == bindparam("for_scope"),
    IdempotentAnswer.operation == bindparam("for_operation"),
    IdempotentAnswer.key == bindparam("for_key"),
    IdempotentAnswer.answered_at < bindparam("before"),
)


@cache
def _claim(dialect: str) -> Executable:
    names = ("scope", "operation", "key", "fingerprint", "status", "headers", "body", "answered_at")
    return insert_for(dialect, IdempotentAnswer).values({n: bindparam(n) for n in names}).on_conflict_do_nothing()


def claim(session: Session, scope: str, operation: str, key: str, fingerprint: str, now: datetime) -> IdempotentAnswer:
    """The row of a key: a new one with status 0, or that of the first request with its answer.

    Waits while another transaction holds the same key. A row older than 48 hours counts as new.
    """
    values = {
        "scope": scope,
        "operation": operation,
        "key": key,
        "fingerprint": fingerprint,
        "status": 0,
        "headers": {},
        "body": b"",
        "answered_at": now,
    }
    old = {"for_scope": scope, "for_operation": operation, "for_key": key, "before": now - KEPT}
    session.execute(_FORGET, old)
    session.execute(_claim(dialect_of(session)), values)
    return session.get_one(IdempotentAnswer, (scope, operation, key), with_for_update=True, populate_existing=True)
