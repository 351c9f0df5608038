"""How Alembic reaches the database: through the application's engine, one transaction for all that is to be done.

On SQLite a change of a table copies it; foreign keys are off meanwhile, or the copy would delete the rows that refer to
it, and the docket's triggers are made again by the migration that copies its table.
"""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from arbitration.columns import UtcDateTime
from arbitration.db import db, tell_postgresql


def render_item(kind: str, item: Any, _autogen: AutogenContext) -> str | Literal[False]:
    """Write our own column types by what they are in the database."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Bring the database to the revision asked for."""
    tell_postgresql()
    with db.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        on_sqlite = connection.dialect.name == "sqlite"
        if on_sqlite:
            driver.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_item=render_item,
            render_as_batch=True,
            compare_type=True,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        if on_sqlite:
            driver.execute("PRAGMA foreign_keys=ON")


run()
