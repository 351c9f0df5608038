"""What acts write goes to the driver as text that was made once; nobody sees a difference."""

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from arbitration.ids import new_id
from arbitration.models import InstallationValue, Intent
from arbitration.services.sending import send
from tests.disputes.hearing import Work
from tests.moments import NOW

VALUES = InstallationValue.__table__
ADD = insert(VALUES)
CHANGE = update(VALUES).where(VALUES.c.name == bindparam("at"))


def test_rows_are_written_one_by_one_and_together(work: Work) -> None:
    with work() as session:
        send(session.connection(), ADD, {"name": "first", "value": "1 % of “all”: :x ?"})
        send(session.connection(), ADD, {"name": "second", "value": "2"}, {"name": "third", "value": "3"})
        assert send(session.connection(), CHANGE, {"at": "second", "value": "two"}).rowcount == 1
        assert send(session.connection(), CHANGE, {"at": "no such", "value": "two"}).rowcount == 0
    with work() as session:
        kept = {row.name: row.value for row in session.execute(select(VALUES.c.name, VALUES.c.value))}
    assert kept.items() >= {"first": "1 % of “all”: :x ?", "second": "two", "third": "3"}.items()


def test_what_is_left_out_is_as_the_table_says(work: Work) -> None:
    mail = {"id": new_id(), "kind": "event", "payload": {"position": 3}, "message_id": "<1@x>"}
    with work() as session:
        send(session.connection(), insert(Intent.__table__), mail | {"created_at": NOW, "due_at": NOW})
    with work() as session:
        kept = session.get_one(Intent, mail["id"])
        assert (kept.state, kept.fence, kept.attempts) == ("waiting", 0, 0)
        assert (kept.payload, kept.created_at, kept.person_id) == ({"position": 3}, NOW, None)


def test_a_fault_is_told_as_ever_and_without_what_was_written(work: Work) -> None:
    with pytest.raises(IntegrityError) as fault, work() as session:
        for _ in range(2):
            send(session.connection(), ADD, {"name": "twice", "value": "a secret"})
    assert "a secret" not in str(fault.value)
