"""Keys that make a request count once."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from arbitration.models import IdempotentAnswer
from arbitration.services.inserting import insert

KEPT = timedelta(hours=48)


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
    session.execute(
        delete(IdempotentAnswer).where(
            IdempotentAnswer.scope == scope,
            IdempotentAnswer.operation == operation,
            IdempotentAnswer.key == key,
            IdempotentAnswer.answered_at < now - KEPT,
        )
    )
    session.execute(insert(session, IdempotentAnswer).values(values).on_conflict_do_nothing())
    return session.get_one(IdempotentAnswer, (scope, operation, key), with_for_update=True, populate_existing=True)
