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


def _is_table(name: str) -> bool:
    """Not a part of the statement itself: a subquery (``anon_1``), or no table at all."""
    return not name.startswith("anon_") and name != "CONSTANT"
