"""What the sweep costs with a million deadlines waiting, of which a thousand are due.

    python -m benchmarks.sweep [--waiting 1000000] [--due 1000] [--database URL] [--folder FOLDER]

Told are seconds by the clock and on the processor: for looking when nothing is due, for claiming all that is due in the
batches in which the scheduler claims, and for carrying it out as the scheduler does (sellers' silence takes disputes to
arbitration). A database that was filled before in the folder is used again, as long as enough is waiting.
"""

import argparse
import os
import statistics
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import cast

import flask_migrate
from flask import Flask
from sqlalchemy import Table, func, insert, select, text, update

from arbitration import clock, config
from arbitration.app import create_app
from arbitration.cli import memory
from arbitration.db import UNHURRIED, db, unit_of_work
from arbitration.ids import new_id
from arbitration.models import DeadlineRow, Dispute
from arbitration.scheduler.deadlines import BATCH, run_due
from arbitration.services import deadline_claims
from benchmarks.filling import THEIR_PURCHASES, Filler
from benchmarks.filling_people import VIEWERS
from benchmarks.pages import SECRET

DISPUTED_OF = 10
CARRIERS = 1_000
CHUNK = 20_000


def prepare(app: Flask, waiting: int, due: int, now: datetime) -> None:
    """Disputes with what will be due; and as many deadlines as are wanted on others, ending days from now."""
    disputed = due + CARRIERS
    Filler(app, disputed * DISPUTED_OF + VIEWERS * THEIR_PURCHASES, now, lambda _number: "negotiation").fill()
    with app.app_context(), db.engine.connect() as connection:
        carriers = connection.execute(
            select(DeadlineRow.dispute_id, DeadlineRow.purchase_id).order_by(DeadlineRow.id.desc()).limit(CARRIERS)
        ).all()
        pattern = dict(connection.execute(select(DeadlineRow.__table__).limit(1)).mappings().one())
        table = cast(Table, DeadlineRow.__table__)
        for start in range(0, waiting, CHUNK):
            rows = []
            for number in range(start, min(start + CHUNK, waiting)):
                dispute_id, purchase_id = carriers[number % CARRIERS]
                ends = now + timedelta(days=10, seconds=number)
                own = {"id": new_id(), "dispute_id": dispute_id, "purchase_id": purchase_id}
                rows.append(pattern | own | {"first_due_at": ends, "due_at": ends, "next_at": ends})
            connection.execute(insert(table), rows)
            connection.commit()
        connection.execute(text("ANALYZE"))
        connection.commit()


def make_due(app: Flask, due: int, now: datetime) -> int:
    """Let the deadlines of so many disputes that are still in negotiation have ended an hour ago; gives how many."""
    with app.app_context(), unit_of_work() as session:
        query = select(DeadlineRow.id).join(Dispute, Dispute.id == DeadlineRow.dispute_id)
        waiting = select(DeadlineRow.dispute_id).where(DeadlineRow.next_at > now + timedelta(days=9)).distinct()
        query = query.where(
            Dispute.stage == "negotiation", DeadlineRow.state == "open", DeadlineRow.dispute_id.not_in(waiting)
        )
        ids = list(session.scalars(query.order_by(DeadlineRow.due_at).limit(due)))
        ended = now - timedelta(hours=1)
        change = update(DeadlineRow).where(DeadlineRow.id.in_(ids))
        session.execute(change.values(due_at=ended, next_at=ended, lease_until=None))
        return len(ids)


def claim_all(app: Flask, now: datetime) -> int:
    """Claim what is due as the scheduler does, without carrying it out."""
    count = 0
    with app.app_context():
        while True:
            with unit_of_work(patience=UNHURRIED) as session:
                claims = deadline_claims.claim(session, now, now, BATCH)
            if not claims:
                return count
            count += len(claims)


def timed(what: str, act: Callable[[], object]) -> None:
    clocked, spent = perf_counter(), process_time()
    result = act()
    clocked, spent = perf_counter() - clocked, process_time() - spent
    said = dict(result) if isinstance(result, Counter) else result
    print(
        f"{what:32}{clocked * 1000:10.1f} ms by the clock{spent * 1000:10.1f} ms on the processor   {said}", flush=True
    )


def measure(app: Flask, due: int) -> None:
    now = clock.now()
    early = now - timedelta(days=300)
    run_due(app, early)
    memory.settle()  # as the scheduler does
    taken = []
    for _ in range(50):
        start = perf_counter(), process_time()
        run_due(app, early)
        taken.append((perf_counter() - start[0], process_time() - start[1]))
    clocked, spent = (statistics.median(column) * 1000 for column in zip(*taken, strict=True))
    print(f"{'nothing due':32}{clocked:10.2f} ms by the clock{spent:10.2f} ms on the processor")
    found = make_due(app, due, now)
    with app.app_context(), db.session() as session:
        left = session.scalar(select(func.count()).select_from(DeadlineRow).where(DeadlineRow.state == "open"))
    print(f"{left:,} waiting, {found:,} of them due")
    timed("claimed", lambda: claim_all(app, now))
    with app.app_context(), unit_of_work() as session:
        session.execute(update(DeadlineRow).where(DeadlineRow.lease_until.is_not(None)).values(lease_until=None))
    timed("claimed and carried out", lambda: run_due(app, now))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--waiting", type=int, default=1_000_000)
    parser.add_argument("--due", type=int, default=1_000)
    parser.add_argument("--folder", type=Path, help="where the filled database lies; a temporary folder if left away")
    parser.add_argument("--database", help="an empty database of another kind, instead of an SQLite file")
    stated = parser.parse_args()
    os.umask(0o077)
    with tempfile.TemporaryDirectory() as temporary:
        folder: Path = (stated.folder or Path(temporary)).absolute()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        url = stated.database or f"sqlite:///{folder / 'arbitration.sqlite3'}"
        app = create_app(config.load({}, instance=folder, secret_key=SECRET, database_url=url))
        filled = folder / "filled"
        with app.app_context():
            flask_migrate.upgrade()
        if not filled.exists():
            prepare(app, stated.waiting, stated.due, clock.now())
            filled.touch()
        measure(app, stated.due)


if __name__ == "__main__":
    main()
