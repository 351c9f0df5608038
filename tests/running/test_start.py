"""What a server loads before it answers, and how much memory that takes."""

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask import Flask

from arbitration.cli import common
from arbitration.config import Settings
from arbitration.db import db
from tests.support.databases import SqliteTemplate, settings_for
from tests.support.processes import environment

START = """
import json, re, sys
from pathlib import Path
from arbitration.cli import main, serving

def told(_serving, _once_up):
    status = Path("/proc/self/status").read_text("ascii")
    print(json.dumps([[*sys.modules], int(re.search(r"RssAnon:\\s+(\\d+)", status)[1]) // 1024]))

serving.Serving.run = told
main(["serve", "--port", "0"], standalone_mode=False)
"""
LATER = {
    "the operations of the API": ("marshmallow", "flask_smorest", "webargs", "apispec", "arbitration.api.purchases"),
    "people's texts": ("markdown_it", "nh3"),
    "the reader of listings": ("arbitration.rules.listings.reader", "arbitration.rules.drafts"),
    "checks of agreements": ("arbitration.rules.policy_checks", "arbitration.rules.policy_text"),
    "catalogues that nobody compiled": ("babel.messages",),
    "other commands": ("arbitration.cli.importing", "arbitration.demo", "alembic"),
    "the scheduler": ("apscheduler", "arbitration.scheduler", "smtplib"),
    "files of strangers": ("PIL", "av", "pypdfium2"),
    "the other database": ("psycopg", "sqlalchemy.dialects.postgresql"),
    "secrets": ("cryptography", "argon2"),
    "the Persian calendar": ("jdatetime", "greenlet"),
}
MOST_MEMORY = 66
"""Megabytes of its own that a server has taken before the first request; libraries come on top."""


@pytest.fixture
def begun(sqlite_template: SqliteTemplate, tmp_path: Path) -> tuple[list[str], int]:
    """The modules of a server that is about to answer, and its megabytes; on SQLite, which loads nothing of its own."""
    command = [sys.executable, "-c", START]
    with sqlite_template.fresh(tmp_path) as url:
        settings = settings_for(tmp_path / "instance", url)
        done = subprocess.run(command, env=environment(settings), capture_output=True, text=True, check=True)
    modules, megabytes = json.loads(done.stdout)
    return modules, megabytes


def test_a_server_starts_without_what_only_some_requests_need(begun: tuple[list[str], int]) -> None:
    modules, _ = begun
    loaded = {what: [name for name in names if name in modules] for what, names in LATER.items()}
    assert {what: names for what, names in loaded.items() if names} == {}


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is looked up in /proc")
def test_a_server_starts_small(begun: tuple[list[str], int]) -> None:
    assert begun[1] < MOST_MEMORY


def test_a_request_goes_on_with_the_connection_that_still_holds_what_the_last_one_read(
    sqlite_template: SqliteTemplate, application: Callable[[Settings], AbstractContextManager[Flask]], tmp_path: Path
) -> None:
    with sqlite_template.fresh(tmp_path) as url, application(settings_for(tmp_path / "instance", url)) as app:
        common.make_ready_to_serve(app)
        with app.app_context():
            first, second = db.engine.connect(), db.engine.connect()
            used_last = first.connection.driver_connection
            second.close()
            first.close()
            for _ in range(3):
                with db.engine.connect() as next_one:
                    assert next_one.connection.driver_connection is used_last


HOLES = """
import re
from pathlib import Path
from arbitration.cli import memory

def taken():
    return int(re.search(r"RssAnon:\\s+(\\d+)", Path("/proc/self/status").read_text("ascii"))[1]) // 1024

kept = [bytes(700) for _ in range(100_000)]
del kept[::2], kept[: len(kept) - 10]
full = taken()
memory.give_back()
print(full - taken())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is looked up in /proc")
def test_holes_in_the_heap_are_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", HOLES], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 30


PAGES = """
import re
from pathlib import Path
from arbitration.cli import memory

def taken():
    return int(re.search(r"RssAnon:\\s+(\\d+)", Path("/proc/self/status").read_text("ascii"))[1]) // 1024

memory.keep_large_blocks_apart()
pages = [bytes(80_000) + b"." for _ in range(500)]
full = taken()
del pages[::2]
print(full - taken())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is looked up in /proc")
def test_pages_leave_no_holes_in_the_heap() -> None:
    done = subprocess.run([sys.executable, "-c", PAGES], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 15
