"""How fast pages are, beside bare Flask and beside bare views of the same rows, on the production server.

    python -m benchmarks.pages [--purchases 10000] [--purchases 1000000] [--database URL] [--folder FOLDER] [--rounds N]
                               [--server gunicorn]

One worker with two threads is loaded by eight connections. Every kind of page is measured in turn with the others and
with bare Flask in the same round, so that a change of the machine meets all of them alike; the median of the rounds
counts. ``rate`` compares requests a second with bare Flask, ``cpu`` seconds on the processor with bare Flask, and
``bare`` seconds on the processor with the bare view of the same rows: other work disturbs those two less. Then the
statements of one page are counted, and a worker's start and memory are told. With more than one size, servers of the
first and the last take turns in the end, for what a page takes more. A database that was filled before in the folder is
used again, after the buyers have withdrawn the disputes of the last time; the bare views have a copy of it to write in.
"""

import argparse
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from time import perf_counter, sleep
from typing import NamedTuple

from benchmarks.client import Connection, get
from benchmarks.filling import Filler, Seen
from benchmarks.kinds import GOALS, Kinds, hello
from benchmarks.workers import SECRET, SERVERS, Measured, Server, Worker, environment


class Filled(NamedTuple):
    """A database that is filled, or is to be."""

    folder: Path
    url: str
    purchases: int


def prepare(folder: Path, url: str, purchases: int) -> Seen:
    """A filled database, new or from before; whoever is signed in there has just been seen."""
    import flask_migrate
    from sqlalchemy import update

    from arbitration import clock, config
    from arbitration.app import create_app
    from arbitration.db import db, unit_of_work
    from arbitration.models import BrowserSession

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.umask(0o077)
    app = create_app(config.load({}, instance=folder, secret_key=SECRET, database_url=url))
    kept = folder / "seen.json"
    now = clock.now()
    with app.app_context():
        flask_migrate.upgrade()
    if kept.exists():
        seen = Seen(**json.loads(kept.read_text("utf-8")))
    else:
        start = perf_counter()
        seen = Filler(app, purchases, now).fill()
        kept.write_text(seen.kept(), "utf-8")
        print(f"filled in {perf_counter() - start:.0f} seconds", flush=True)
    with app.app_context():
        _withdraw_all(seen, now)
        with unit_of_work() as session:
            session.execute(update(BrowserSession).values(seen_at=now, expires_at=now + timedelta(hours=12)))
        db.engine.dispose()
    return seen


def _withdraw_all(seen: Seen, now: datetime) -> None:
    """Let buyers withdraw the disputes of the last run, so that they can open others: a purchase has one at a time."""
    from sqlalchemy import select

    from arbitration.db import reading, unit_of_work
    from arbitration.domain.actors import Actor
    from arbitration.models import Dispute, Purchase
    from arbitration.services.disputes.talks import withdraw

    names = [name for names in seen.openable for name in names]
    ours = select(Purchase.id).where(Purchase.external_id.in_(names))
    with reading() as session:
        query = select(Dispute.id, Dispute.buyer_id).where(Dispute.purchase_id.in_(ours), Dispute.stage != "closed")
        opened = session.execute(query).all()
    for dispute_id, buyer_id in opened:
        with unit_of_work() as session:
            withdraw(session, Actor(buyer_id), dispute_id, "", now)


@contextmanager
def copied(folder: Path, url: str) -> Iterator[str]:
    """Gives where a copy lies for the bare views, which write what nobody else would; PostgreSQL has them share one."""
    if not url.startswith("sqlite"):
        yield url
        return
    copy = folder / "bare.sqlite3"
    copy.unlink(missing_ok=True)
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as whole, closing(sqlite3.connect(copy)) as into:
        whole.backup(into)
    try:
        yield f"sqlite:///{copy}"
    finally:
        for part in folder.glob("bare.sqlite3*"):
            part.unlink()


Rounds = dict[str, list[tuple[Measured, Measured, Measured]]]


def measure(ours: Worker, bare: Worker, seen: Seen, rounds: int, times: int) -> Rounds:
    """Each kind of page, its bare view, and bare Flask right before, round by round."""
    keys = count(int(perf_counter() * 1e6))
    mine, theirs = Kinds(seen, keys).all(), Kinds(seen, keys).all()
    taken: Rounds = {name: [] for name in mine}
    for number in range(rounds + 1):
        for name, (requests, status) in mine.items():
            writes = status == 303
            often = times if not writes else times // 2
            if name == "dispute opened":
                often = min(often, 500 // (rounds + 1))
            told = (
                bare.measure(hello, times * 4, 200),
                ours.measure(requests, often, status),
                bare.measure(theirs[name][0], often, 302 if writes else 200),
            )
            if number:  # the first round only warms up
                taken[name].append(told)
    return taken


def report(taken: Rounds) -> None:
    """Print what came out."""
    print(f"{'':28}{'a second':>9}{'ms':>7}{'bare ms':>9}{'rate':>7}{'cpu':>7}{'goal':>6}{'bare':>7}")
    for name, told in taken.items():
        rate = statistics.median(page.rate / flask.rate for flask, page, _ in told)
        cpu = statistics.median(flask.cpu / page.cpu for flask, page, _ in told)
        bare = statistics.median(page.cpu / view.cpu for _, page, view in told)
        per_second = statistics.median(page.rate for _, page, _ in told)
        spent = statistics.median(page.cpu for _, page, _ in told)
        of_bare = statistics.median(view.cpu for _, _, view in told)
        print(
            f"{name:28}{per_second:9.0f}{spent:7.2f}{of_bare:9.2f}{rate:7.3f}{cpu:7.3f}{GOALS[name]:6.2f}{bare:6.2f}x"
        )
    hellos = [flask for told in taken.values() for flask, _, _ in told]
    print(
        f"{'bare Flask':28}{statistics.median(h.rate for h in hellos):9.0f}"
        f"{statistics.median(h.cpu for h in hellos):7.2f}",
        flush=True,
    )


def statements(folder: Path, url: str, seen: Seen) -> None:
    """Count the statements of each page, within this process."""
    from sqlalchemy import event

    from arbitration import config
    from arbitration.app import create_app
    from arbitration.db import db

    app = create_app(config.load({}, instance=folder, secret_key=SECRET, database_url=url))
    said: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    print("statements:", end="")
    for name, path, secret in (
        ("purchase page", f"/purchases/{seen.long[0]}", seen.buyers[0]),
        ("with a dispute", f"/purchases/{seen.disputed[0]}", seen.buyers[0]),
        ("written anew", f"/purchases/{seen.long[0]}?asked={{}}", seen.buyers[0]),
        ("with a dispute", f"/purchases/{seen.disputed[0]}?asked={{}}", seen.buyers[0]),
        ("list of a buyer", "/purchases", seen.buyers[0]),
        ("list of a large shop", "/purchases?role=seller", seen.seller),
        ("list of disputes", "/disputes", seen.buyers[0]),
        ("queue", "/cases", seen.arbiters[0]),
    ):
        client = app.test_client()
        client.set_cookie("arbitration", secret)
        client.get(path.format(1))
        said.clear()
        client.get(path.format(2))
        queries = [statement for statement in said if not statement.startswith(("PRAGMA", "BEGIN"))]
        print(f" {name} {len(queries)};", end="")
    print(flush=True)
    with app.app_context():
        db.engine.dispose()


def run(server: Server, folder: Path, url: str, purchases: int, rounds: int, times: int) -> None:
    """All figures of one size."""
    print(f"\n{purchases:,} purchases, {url.partition(':')[0]}", flush=True)
    seen = prepare(folder, url, purchases)
    with (
        copied(folder, url) as same,
        server.bare(environment(folder, same)) as bare,
        server.ours(environment(folder, url)) as ours,
    ):
        fresh = ours.memory()
        report(measure(ours, bare, seen, rounds, times))
        shared = ours.memory("Pss")
        print(f"worker: {ours.memory():.0f} MB after the load ({shared:.0f} MB as Pss), {fresh:.0f} MB at first")
    starts = []
    for _ in range(3):
        with server.ours(environment(folder, url)) as ours:
            connection = Connection(ours.port)
            connection.ask(get("/healthz"))
            connection.close()
            starts.append((ours.started, ours.spent() / 1000))
    least, processor = min(starts)
    print(f"worker starts in {least:.2f} s, {processor:.2f} s of them on the processor")
    statements(folder, url, seen)


def grow(server: Server, small: Filled, large: Filled, rounds: int, times: int) -> None:
    """Print how much more time pages take with more purchases: both sizes in turns, as the machine changes too."""
    print(f"\ngrowth from {small.purchases:,} to {large.purchases:,}, time on the processor:", flush=True)
    keys = count(int(perf_counter() * 1e6))
    kinds = [Kinds(prepare(*each), keys).all() for each in (small, large)]
    taken: dict[str, list[float]] = {name: [] for name in kinds[0]}
    environments = [environment(each.folder, each.url) for each in (small, large)]
    with server.ours(environments[0]) as little, server.ours(environments[1]) as much:
        for number in range(rounds + 1):
            for name, found in taken.items():
                often = min(times // 2, 500 // (rounds + 1))
                before, after = (
                    each.measure(kind[name][0], often, kind[name][1]).cpu
                    for each, kind in zip((little, much), kinds, strict=True)
                )
                if number:
                    found.append(after / before)
    for name, found in taken.items():
        print(f"{name:28}{statistics.median(found):6.2f}x")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--purchases", type=int, action="append", help="how many; give it twice to see the growth")
    parser.add_argument("--folder", type=Path, help="where the filled databases lie; a temporary folder if left away")
    parser.add_argument("--database", help="an empty database of another kind, instead of an SQLite file")
    parser.add_argument("--server", choices=SERVERS, default="serve", help="what serves; gunicorn has to be installed")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--times", type=int, default=160, help="requests of a kind in a round")
    stated = parser.parse_args()
    sizes = stated.purchases or [10_000, 1_000_000]
    catalogues = Path(__file__).parent.parent / "tools" / "catalogues.py"
    subprocess.run([sys.executable, str(catalogues), "compile"], check=True)  # as building the package does
    with tempfile.TemporaryDirectory() as temporary:
        base = stated.folder or Path(temporary)
        filled: list[Filled] = []
        for size in sizes:
            folder = (base / str(size)).absolute()
            url = stated.database or f"sqlite:///{folder / 'arbitration.sqlite3'}"
            filled.append(Filled(folder, url, size))
            run(SERVERS[stated.server], *filled[-1], stated.rounds, stated.times)
            sleep(1)
        if len(filled) > 1:
            grow(SERVERS[stated.server], filled[0], filled[-1], stated.rounds, stated.times)


if __name__ == "__main__":
    main()
