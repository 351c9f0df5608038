"""The migrations and the tables in the code say the same, on both databases."""

import flask_migrate
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import text

from arbitration.db import db, tell_postgresql


def test_a_migrated_database_has_just_the_tables_of_the_code(app: Flask) -> None:
    tell_postgresql()
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_migrating_again_changes_nothing(app: Flask) -> None:
    with app.app_context():
        before = db.session.execute(text("SELECT version_num FROM alembic_version")).all()
        db.session.rollback()
        flask_migrate.upgrade()
        assert db.session.execute(text("SELECT version_num FROM alembic_version")).all() == before
        db.session.rollback()


def test_migrations_can_be_taken_back_and_run_again(app: Flask) -> None:
    with app.app_context():
        flask_migrate.downgrade(revision="base")
        assert set(db.inspect(db.engine).get_table_names()) == {"alembic_version"}
        flask_migrate.upgrade()
        assert "purchases" in db.inspect(db.engine).get_table_names()
