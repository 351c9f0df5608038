"""On PostgreSQL what is asked all the time goes along indexes, whatever else there is.

PostgreSQL plans by what it has counted, and goes through small tables whatever their indexes: so there have to be
thousands of rows. What pages and the scheduler ask is explained with the rows that each step read: none may go through
a large table, or read many of its rows.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Column, DateTime, Engine, String, Table, UniqueConstraint, Uuid, event

from arbitration.db import Model, db
from arbitration.domain.actors import Actor
from arbitration.scheduler.deadlines import run_due
from tests.disputes.hearing import Hearing, Work
from tests.support.shop import Shop
from tests.workplace.conftest import Watch

TIMES = 1_000
"""How many more there are of all that the hearings made, each with people of its own and a day farther away."""
ONCE = {"policy_versions", "installation_values", "staff_accounts", "browser_sessions", "imports", "outbox"}
LARGE = {"people", "purchases", "messages", "message_versions", "disputes", "deadlines", "docket_entries"}
TO_COME = {"due_at", "first_due_at", "next_at", "next_due_at"}
MOST_READ, MOST_COUNTED = 300, 1_001
"""Rows of a large table that one step of a plan may read, and entries of an index that it may count."""
Said = list[tuple[str, Any]]


@pytest.fixture
def asked(app: Flask) -> Iterator[Said]:
    """What is asked of the database from here on."""
    said: Said = []
    with app.app_context():
        engine = db.engine

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_rest: object) -> None:
        said.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    yield said
    event.remove(engine, "before_cursor_execute", note)


def test_pages_and_sweeps_go_along_indexes_however_much_there_is(
    work: Work, shop: Shop, browser: Callable[[Actor], FlaskClient], watch: Watch, app: Flask, asked: Said, backend: str
) -> None:
    if backend != "postgresql":
        return  # SQLite's plans are held by test_along_indexes
    hearings = [Hearing.opened(work, shop) for _ in range(3)]
    hearings[1].called()
    hearings[2].called()
    helen = hearings[2].taken(25)
    with app.app_context():
        engine = db.engine
    multiply(engine)
    watch.to(30)
    own = f"/purchases/{hearings[0].purchase}"
    pages = {
        hearings[0].buyer: (own, "/purchases", "/purchases?q=harbour", "/disputes", "/disputes?show=all", "/notices"),
        hearings[0].seller: (own, "/purchases?role=seller", "/disputes?show=closed", "/disputes?show=mine", "/notices"),
        helen: (f"/cases/{hearings[2].dispute_id}", "/cases", "/cases?show=free", "/cases?show=mine", "/notices"),
        hearings[0].operator: ("/operations/disputes", "/operations/deadlines", "/notices"),
    }
    found: dict[str, list[str]] = {}
    for actor, addresses in pages.items():
        client = browser(actor)
        for address in addresses:
            asked.clear()
            assert client.get(address).status_code == 200, address
            assert asked
            found[address] = [fault for said in list(asked) for fault in faults(engine, *said)]
    asked.clear()
    assert run_due(app, watch.moment)
    found["sweep"] = [fault for said in list(asked) for fault in faults(engine, *said)]
    assert {address: faults for address, faults in found.items() if faults} == {}


def multiply(engine: Engine) -> None:
    """Make all that there is many times more, and let PostgreSQL count it."""
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")  # ids are made to fit each other
        for table in Model.metadata.sorted_tables:
            if table.name not in ONCE and any(isinstance(column.type, Uuid) for column in table.primary_key):
                names = ", ".join(f'"{column.name}"' for column in table.columns)
                values = ", ".join(copied(table, column) for column in table.columns)
                many = f"generate_series(1, {TIMES}) AS n"
                connection.exec_driver_sql(
                    f"INSERT INTO {table.name} ({names}) SELECT {values} FROM {table.name}, {many}"
                )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM (ANALYZE)")
        # As on any disk of today; and thousands of rows are then planned as hundreds of thousands are.
        connection.exec_driver_sql(f'ALTER DATABASE "{engine.url.database}" SET random_page_cost = 1.1')
    engine.dispose()


def copied(table: Table, column: Column[Any]) -> str:
    """The expression for a column of the nth copy of a row."""
    name = f'"{column.name}"'
    if isinstance(column.type, Uuid):
        once = any(key.column.table.name in ONCE for key in column.foreign_keys)
        return name if once else f"md5({name}::text || n)::uuid"
    if isinstance(column.type, DateTime) or column.type.__class__.__name__ == "UtcDateTime":
        return f"{name} {'+' if column.name in TO_COME else '-'} n * interval '1 day'"
    alone = [
        each for each in table.constraints if isinstance(each, UniqueConstraint) and list(each.columns) == [column]
    ]
    return f"md5({name} || n)" if isinstance(column.type, String) and alone else name


def faults(engine: Engine, statement: str, values: Any) -> Iterator[str]:
    """What is wrong with how PostgreSQL goes about a statement that only looks."""
    if not statement.startswith(("SELECT", "WITH")):
        return
    with engine.connect() as connection:
        told = connection.exec_driver_sql(
            f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}", values
        ).scalar_one()
    for node in nodes(told[0]["Plan"]):
        name, way = node.get("Relation Name"), node["Node Type"]
        read = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        if name in LARGE and read > 0 and (way == "Seq Scan" or read > (MOST_COUNTED if "Only" in way else MOST_READ)):
            yield f"{way} of {name}, {read} rows: {statement[:200]}"


def nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A step of a plan and those below it."""
    yield node
    for below in node.get("Plans", ()):
        yield from nodes(below)
