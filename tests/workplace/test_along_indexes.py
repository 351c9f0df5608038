"""Lists, the queue, purchases and the numbers on every page go along indexes: none looks at all that there is."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from arbitration.db import db
from arbitration.domain.actors import Actor
from tests.disputes.hearing import Hearing, Work
from tests.support.shop import Shop
from tests.workplace.conftest import Watch

Asked = list[tuple[str, tuple[object, ...]]]
LISTS = {
    "buyer": ("/purchases", "/disputes", "/disputes?show=all", "/disputes?show=mine", "/notices"),
    "seller": ("/purchases?role=seller", "/disputes", "/disputes?show=closed", "/disputes?show=mine", "/notices"),
    "arbiter": ("/cases", "/cases?show=free", "/cases?show=mine", "/notices"),
    "operator": ("/operations/disputes", "/notices"),
}


@pytest.mark.parametrize("who", LISTS)
def test_no_page_goes_through_a_whole_table(
    work: Work,
    shop: Shop,
    browser: Callable[[Actor], FlaskClient],
    watch: Watch,
    app: Flask,
    backend: str,
    who: str,
) -> None:
    if backend != "sqlite":
        return  # PostgreSQL goes through small tables whatever their indexes
    hearings = [Hearing.opened(work, shop) for _ in range(3)]
    hearings[1].called()
    hearings[2].called()
    helen = hearings[2].taken(25)
    watch.to(30)
    client = browser(helen if who == "arbiter" else getattr(hearings[0], who))
    with app.app_context():
        engine = db.engine
    whole = {}
    own = [f"/purchases/{hearings[2].purchase}"] if who in ("buyer", "seller") else []
    for address in (*LISTS[who], *own):
        said: Asked = []
        listener = lambda _c, _u, statement, values, *_, said=said: said.append((statement, values))  # noqa: E731
        event.listen(engine, "before_cursor_execute", listener)
        assert client.get(address).status_code == 200
        event.remove(engine, "before_cursor_execute", listener)
        with engine.connect() as connection:
            for statement, values in said:
                if statement.startswith("SELECT"):
                    plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
                    if scans := [step for step in plan if step.startswith("SCAN ") and _is_table(step.split()[1])]:
                        whole[address, statement[:60]] = scans
    assert whole == {}


STATISTICS = {
    "ix_disputes_next_due_at": "99952 21 1",
    "ix_disputes_free_due": "1998 1998 1",
    "ix_disputes_free_since": "1998 1998 2 1",
}
"""Of 100,000 disputes, 2,000 of which nobody has taken."""


def test_cases_that_nobody_has_taken_are_not_looked_for_among_all_that_are_closed(
    work: Work, shop: Shop, browser: Callable[[Actor], FlaskClient], watch: Watch, app: Flask, backend: str
) -> None:
    if backend != "sqlite":
        return  # PostgreSQL's plans have a test of their own
    hearings = [Hearing.opened(work, shop) for _ in range(2)]
    hearings[0].called()
    hearings[1].called()
    helen = hearings[1].taken(25)
    watch.to(30)
    client = browser(helen)
    with app.app_context():
        engine = db.engine
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
        for index, told in STATISTICS.items():
            connection.exec_driver_sql("DELETE FROM sqlite_stat1 WHERE idx = ?", (index,))
            connection.exec_driver_sql("INSERT INTO sqlite_stat1 VALUES ('disputes', ?, ?)", (index, told))
    engine.dispose()
    said: Asked = []
    event.listen(
        engine, "before_cursor_execute", lambda _c, _u, statement, values, *_: said.append((statement, values))
    )
    assert client.get("/cases").status_code == 200
    queue, values = next(each for each in said if each[0].startswith("SELECT disputes.id"))
    with engine.connect() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {queue}", values)]
    assert [step for step in plan if "ix_disputes_free_since" in step]
    assert [step for step in plan if "ix_disputes_next_due_at" in step] == []


def _is_table(name: str) -> bool:
    """Not a part of the statement itself: a subquery (``anon_1``), or no table at all."""
    return not name.startswith("anon_") and name != "CONSTANT"
