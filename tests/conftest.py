"""Fixtures of the whole suite. Whatever touches the database runs twice: on SQLite and on PostgreSQL.

Only what is marked ``appearance`` or ``in_turn`` runs on one of them.
"""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis
from jinja2 import BytecodeCache
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from arbitration.app import create_app
from arbitration.clock import now
from arbitration.config import Settings
from arbitration.db import db
from arbitration.domain.actors import Role
from arbitration.domain.sign_in import canonical_address
from arbitration.models import Person
from arbitration.services import sessions, staff
from arbitration.services.staff import passwords
from arbitration.web.sessions import cookie_name
from tests.support import browser, postgresql
from tests.support.choosing import MARKERS, on_one_database
from tests.support.databases import PostgresqlTemplate, SqliteTemplate, settings_for, unit_of
from tests.support.memory import memory
from tests.support.reuse import CompiledTemplates, share_catalogues, share_routes, share_statements
from tests.support.scheduling import Together, slow_first
from tests.support.serving import serving
from tests.support.shop import Shop
from tests.support.watching import watch_kept_pages

BACKENDS = ("sqlite", "postgresql")

# The same examples on every run, so that a red suite means a change; `--hypothesis-profile=search` looks for new ones.
hypothesis.register_profile("suite", derandomize=True, deadline=None, print_blob=True)
hypothesis.register_profile("search", deadline=None, print_blob=True)
hypothesis.load_profile("suite")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=(*BACKENDS, "both"), default="both", help="which databases to run on")
    parser.addoption("--no-skips", action="store_true", help="fail if anything was skipped, saying what was missing")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and session.config.getoption("--no-skips") and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_configure(config: pytest.Config) -> None:
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    watch_kept_pages()
    if place := memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(place))  # where pytest makes its temporary folders


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--database") == "both":
        left_out = on_one_database(items, BACKENDS)
        config.hook.pytest_deselected(items=left_out)
        gone = set(left_out)
        items[:] = [item for item in items if item not in gone]
    if "PYTEST_XDIST_WORKER" in os.environ:
        slow_first(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    return Together(config, log)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "backend" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--database")
        metafunc.parametrize("backend", BACKENDS if chosen == "both" else (chosen,), scope="session")


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What is there before the first test stays, so no collection of garbage need look at it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _no_settings_of_this_machine() -> Iterator[None]:
    """The suite means the same whatever the environment says of an installation."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("ARBITRATION_"):
                patch.delenv(name)
        yield


@pytest.fixture(scope="session", autouse=True)
def _routes_made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("routes")
    with pytest.MonkeyPatch.context() as patch:
        share_routes(patch, lambda: create_app(settings_for(folder, f"sqlite:///{folder}/never.sqlite3")))
        yield


@pytest.fixture(scope="session", autouse=True)
def _catalogues_read_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        share_catalogues(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def _passwords_hashed_fast() -> Iterator[None]:
    """As in service, but with the least work that the algorithm knows; ``test_staff_passwords`` does the real work."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "MEMORY_KIB", 8)
        patch.setattr(passwords, "PASSES", 1)
        yield


@pytest.fixture(scope="session")
def backends(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """The databases of this run that are here, for a test that is about all of them at once."""
    chosen = request.config.getoption("--database")
    if chosen == "both":
        return BACKENDS if postgresql.programs() else ("sqlite",)
    return (chosen,)


@pytest.fixture(scope="session")
def of_all_workers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the processes of a run share."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    return SqliteTemplate(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresqlTemplate]:
    if postgresql.programs() is None:
        pytest.skip(postgresql.MISSING)
    with postgresql.server() as url:
        template = PostgresqlTemplate(url, tmp_path_factory.mktemp("postgresql"))
        with template.maintenance:
            yield template


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database of the test's own."""
    template = request.getfixturevalue(f"{backend}_template")
    with template.fresh(tmp_path) as url:
        yield url


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "instance", database_url)


@pytest.fixture(scope="session")
def compiled_templates(of_all_workers: Path) -> BytecodeCache:
    """Templates are compiled once for all the applications of a run."""
    folder = of_all_workers / "templates"
    folder.mkdir(exist_ok=True)
    return CompiledTemplates(str(folder))


@pytest.fixture(scope="session")
def compiled_statements() -> dict[str, Engine]:
    """Statements are compiled once for all the databases of a kind."""
    return {}


@pytest.fixture
def application(
    compiled_templates: BytecodeCache, compiled_statements: dict[str, Engine]
) -> Callable[[Settings], AbstractContextManager[Flask]]:
    """``with application(settings) as app:`` for tests that need another one."""

    @contextmanager
    def running(settings: Settings) -> Iterator[Flask]:
        app = create_app(settings)
        app.jinja_env.bytecode_cache = compiled_templates
        app.testing = False
        with app.app_context():
            share_statements(db.engine, compiled_statements)
        try:
            yield app
        finally:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()

    return running


@pytest.fixture
def app(settings: Settings, application: Callable[[Settings], AbstractContextManager[Flask]]) -> Iterator[Flask]:
    """The application on a database of its own."""
    with application(settings) as running:
        yield running


@pytest.fixture
def work(app: Flask) -> Callable[[], AbstractContextManager[Session]]:
    """``with work() as session:`` is one act: committed when the block ends."""
    return partial(unit_of, app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser in which nobody is signed in."""
    return app.test_client()


@pytest.fixture
def shop(work: Callable[[], AbstractContextManager[Session]]) -> Shop:
    return Shop(work)


def _session_of(session: Session, address: str, role: Role) -> str:
    """The secret of a new session; an arbiter or operator who does not work here yet is made one."""
    if role is Role.PARTY:
        person = session.query(Person).filter_by(email=canonical_address(address)).one()
        return sessions.open_session(session, person.id, now(), "Tests")
    person = staff.demo_staff(session, address, address.partition("@")[0].title(), "en", role, now())
    return sessions.open_session(session, person.id, now(), "Tests", role=role, second_factor_at=now())


@pytest.fixture
def signed_in(app: Flask, work: Callable[[], AbstractContextManager[Session]]) -> Callable[..., FlaskClient]:
    """``signed_in(address)`` is a browser in which that person is signed in, as a party or in the ``role`` named."""

    def sign_in_as(address: str, role: Role = Role.PARTY) -> FlaskClient:
        with work() as session:
            secret = _session_of(session, address, role)
        client = app.test_client()
        with app.app_context():
            client.set_cookie(cookie_name(), secret)
        return client

    return sign_in_as


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The application served as in production, on a free port of this machine; gives its address."""
    with serving(app) as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> Iterator[browser.Browser]:
    if browser.program() is None:
        pytest.skip(browser.MISSING)
    with browser.started() as running:
        yield running


@pytest.fixture
def visit(
    chromium: browser.Browser,
    address: str,
    work: Callable[[], AbstractContextManager[Session]],
) -> Iterator[browser.Visit]:
    """``visit(email, ...)`` opens a page of a browser in which that person is signed in, watched until it is closed.

    They come as a party, or in the ``role`` that is named.
    """
    with browser.visits(chromium, address) as open_page:

        def sign_in_as(email: str | None = None, role: Role = Role.PARTY, **options: object) -> browser.Page:
            cookie = None
            if email:
                with work() as session:
                    cookie = cookie_name(), _session_of(session, email, role)
            return open_page(cookie, **options)

        yield sign_in_as
