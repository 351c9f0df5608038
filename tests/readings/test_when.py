"""Descriptions are read by themselves: by the command that imported them, or else by the scheduler."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from arbitration.config import Settings
from arbitration.scheduler.sweep import sweep
from arbitration.services.readings import count_waiting
from tests.moments import NOW
from tests.support.processes import call, environment
from tests.support.shop import Shop

Work = Callable[[], AbstractContextManager[Session]]


def waiting(work: Work) -> int:
    with work() as session:
        return count_waiting(session)


def test_the_import_command_reads_what_it_brought(settings: Settings, shop: Shop, work: Work, tmp_path: Path) -> None:
    file = tmp_path / "export.jsonl"
    rows = [shop.row(listing={"description": f"Warranty {days} days.", "terms": None}) for days in (3, 5, 5)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    done = call(environment(settings), "import", str(file))
    assert done.returncode == 0
    assert done.stderr == ""
    assert waiting(work) == 0


def test_the_scheduler_reads_what_came_otherwise_some_at_a_tick(
    app: Flask, describe: Callable[..., str], work: Work
) -> None:
    for days in (2, 3, 4):
        describe(f"Warranty {days} days.")
    assert waiting(work) == 3
    assert sweep(app, NOW, most_readings=2)["read"] == 2
    assert waiting(work) == 1
    assert sweep(app, NOW)["read"] == 1
    assert "read" not in sweep(app, NOW)
