"""All sixty stories, played once on each database with their own dates; every test then looks at one of them."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from arbitration.app import create_app
from arbitration.db import db, reading, unit_of_work
from arbitration.demo import playing
from arbitration.demo.files import Samples
from arbitration.demo.story import Arrival, arbiters, events, stories
from arbitration.domain.actors import Role
from arbitration.models import DocketEntry, Purchase
from arbitration.scheduler.readings import read_waiting
from arbitration.services import policies
from arbitration.services.staff import demo_staff
from tests.support.databases import settings_for

BACKENDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def played(backend: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An installation in which all stories were played to their last step, the clock's steps included."""
    template = request.getfixturevalue(f"{backend}_template")
    folder: Path = tmp_path_factory.mktemp(f"stories_{backend}")
    with template.fresh(folder) as url:
        app = create_app(settings_for(folder / "instance", url))
        play(app)
        yield app
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def begin(app: Flask, at: datetime) -> Samples:
    """Put the agreement and the arbiters of the stories in place; gives the files that people file in them."""
    with app.app_context(), unit_of_work() as session:
        policies.install_builtin(session, at)
        for each in arbiters():
            demo_staff(session, each["email"], each["name"], each["language"], Role.ARBITER, at)
    samples = Samples(app.config["SETTINGS"].exhibits_folder)
    samples.folder.mkdir(parents=True, exist_ok=True)
    return samples


def play(app: Flask) -> None:
    """Play each story to its own last step: what would fall due after that is no part of it."""
    told = events()
    samples = begin(app, told[0].at)
    for event in told:
        playing.fall_due(app, event.at)
        with app.app_context(), unit_of_work() as session:
            playing.happen(session, event, samples)
        if isinstance(event, Arrival):
            for _ in read_waiting(app, event.at):
                pass
    last = max(step.at for story in stories() for step in story.steps())
    playing.fall_due(app, last + playing.JUST)


@pytest.fixture(scope="session")
def purchase_ids(played: Flask) -> dict[str, Any]:
    """The purchases of the stories, by the marketplace's number."""
    with played.app_context(), reading() as session:
        return {purchase.external_id: purchase.id for purchase in session.query(Purchase)}


@pytest.fixture(scope="session")
def entries(played: Flask) -> dict[Any, list[Any]]:
    """The docket of every purchase."""
    query = select(DocketEntry.chain_id, DocketEntry.kind, DocketEntry.at, DocketEntry.body)
    found: dict[Any, list[Any]] = defaultdict(list)
    with played.app_context(), reading() as session:
        for entry in session.execute(query.order_by(DocketEntry.chain_id, DocketEntry.sequence)):
            found[entry.chain_id].append(entry)
    return found
