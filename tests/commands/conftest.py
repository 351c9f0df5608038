"""Installations for commands: empty folders and databases that nothing has prepared."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.support.processes import environment


@pytest.fixture
def empty_database(backend: str, request: pytest.FixtureRequest) -> Iterator[str | None]:
    """The address of an empty PostgreSQL database; None for SQLite, whose file the commands make."""
    if backend == "sqlite":
        yield None
        return
    template = request.getfixturevalue("postgresql_template")
    name = f"empty_{uuid4().hex}"
    template.execute("CREATE DATABASE {}", name)
    try:
        yield template.url(name)
    finally:
        template.execute("DROP DATABASE {} WITH (FORCE)", name)


@pytest.fixture
def unprepared(tmp_path: Path) -> dict[str, str]:
    """The environment of a command whose folder holds nothing and is in order."""
    (tmp_path / "instance").mkdir(mode=0o700)
    secret = "0123456789abcdefghijklmnopqrstuvwxyz"
    return environment(ARBITRATION_INSTANCE=str(tmp_path / "instance"), ARBITRATION_SECRET_KEY=secret)


@pytest.fixture
def bare(empty_database: str | None, tmp_path: Path) -> dict[str, str]:
    """The environment of a command in whose folder there is nothing yet."""
    stated = {"ARBITRATION_DATABASE_URL": empty_database} if empty_database else {}
    return environment(ARBITRATION_INSTANCE=str(tmp_path / "instance"), **stated)
