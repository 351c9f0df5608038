"""An installation with something in it, and places to take it to."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from arbitration.config import Settings
from arbitration.domain.exhibits import Quota, Said
from arbitration.domain.files import Stored
from arbitration.ids import new_id
from arbitration.services import exhibits
from tests.disputes.hearing import Hearing, at
from tests.support.databases import PostgresqlTemplate
from tests.support.shop import Shop

Work = Callable[[], AbstractContextManager[Session]]


@pytest.fixture
def exhibit(work: Work, shop: Shop, settings: Settings) -> Path:
    """The file of an exhibit in a dispute before the arbiters."""
    hearing = Hearing.opened(work, shop)
    stored, data = new_id().hex, b"what was filed"
    path = settings.exhibits_folder / stored / "original"
    path.parent.mkdir(parents=True, mode=0o700)
    settings.exhibits_folder.chmod(0o700)
    path.write_bytes(data)
    with work() as session:
        filed = Stored(stored, "a.png", "image/png", len(data), hashlib.sha256(data).hexdigest())
        exhibits.file_exhibit(
            session, hearing.buyer, hearing.purchase, Said("screenshot", "The error"), filed, at(1), Quota()
        )
    hearing.called()
    return path


@pytest.fixture
def empty_postgresql(postgresql_template: PostgresqlTemplate) -> Iterator[str]:
    name = f"empty_{uuid4().hex}"
    postgresql_template.execute("CREATE DATABASE {}", name)
    try:
        yield postgresql_template.url(name)
    finally:
        postgresql_template.execute("DROP DATABASE {} WITH (FORCE)", name)
