"""How fast a marketplace's purchases come in, beside a bare insert of the rows that they leave in the database.

    python benchmarks/importing.py [--purchases N] [--form jsonl|csv] [--database URL]

The file is made up as a real export is: 2,000 shops, 24,000 listings of which some sell far better than others, 60,000
buyers of whom some come again, in six languages. It is imported into a new installation by the command, and a second
time, when nothing has changed. Told are the seconds from the start of the command until it says what came in (reading
the listings comes after that), the time on the processor, all processes taken together, the rows a second, and by how
much the memory of all its processes grew over that of an import of one purchase. Then the same rows are inserted into
an empty SQLite database with one executemany a table and batch: whatever an import does beside, it can't be faster.
"""

import argparse
import csv
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from arbitration.cli.importing.table import COLUMNS

SHOPS, LISTINGS, BUYERS = 2_000, 24_000, 60_000
START = datetime(2025, 1, 2, tzinfo=UTC)
BATCH = 4_000
TABLES = ("people", "sellers", "listings", "listing_readings", "purchases", "docket_entries", "docket_heads")
PROGRAM = Path(sys.executable).with_name("arbitration")
MEGABYTE = 1024


def purchases(count: int) -> Iterator[dict[str, Any]]:
    """Made-up purchases, the same on every run."""
    chance = random.Random(5)
    text = (files("arbitration") / "demo" / "data" / "purchases.jsonl").read_text("utf-8")
    known = [json.loads(line) for line in text.splitlines()]
    shops = [_shop(chance.choice(known)["seller"], number) for number in range(SHOPS)]
    offers = [_offer(chance, chance.choice(known), shops, number) for number in range(LISTINGS)]
    buyers = [_buyer(chance.choice(known)["buyer"], number) for number in range(BUYERS)]
    for number in range(count):
        paid = START + timedelta(seconds=number * 50_000_000 // count + chance.randrange(60))
        yield {
            "external_id": f"{chance.getrandbits(40):010X}{number:06d}",
            **offers[int(chance.random() ** 1.5 * LISTINGS)],
            "buyer": buyers[int(chance.random() ** 1.3 * BUYERS)],
            "payment_started_at": _instant(paid - timedelta(seconds=45)),
            "paid_at": _instant(paid),
            "delivered_at": _instant(paid + timedelta(seconds=80)) if chance.random() < 0.9 else None,
            "quantity": 1,
        }


def _shop(like: dict[str, Any], number: int) -> dict[str, Any]:
    email = f"shop{number}@{like['email'].partition('@')[2]}"
    return like | {"external_id": str(400_000 + number), "name": f"{like['name']} {number}", "email": email}


def _offer(chance: random.Random, like: dict[str, Any], shops: list[dict[str, Any]], number: int) -> dict[str, Any]:
    listing = like["listing"] | {
        "external_id": str(3_000_000 + number),
        "title": f"{like['listing']['title'][:480]} {number}",
        "description": f"{like['listing']['description']}\n{number}",
    }
    return {"listing": listing, "seller": shops[int(chance.random() ** 2 * SHOPS)], "price": like["price"]}


def _buyer(like: dict[str, Any], number: int) -> dict[str, Any]:
    name, _, domain = like["email"].partition("@")
    return like | {"email": f"{name}{number}@{domain}"}


def _instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def write(path: Path, count: int) -> None:
    """Write the purchases in the form that the file's name says."""
    with path.open("w", encoding="utf-8", newline="") as file:
        if path.suffix == ".jsonl":
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in purchases(count))
            return
        table = csv.writer(file)
        table.writerow(COLUMNS)
        table.writerows([_cell(row, column) for column in COLUMNS] for row in purchases(count))


def _cell(row: Any, column: str) -> Any:
    for name in column.split("."):
        row = row.get(name)
    return json.dumps(row, ensure_ascii=False) if isinstance(row, dict | list) else row


class Measured(NamedTuple):
    """Seconds by the clock and on the processor, the most memory in MB, and what the command said."""

    passed: float
    spent: float
    memory: float
    said: str


def run(env: dict[str, str], file: Path) -> Measured:
    """Import a file until the command says what came in; what it would do after that is cut off."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [PROGRAM, "import", file, "--from-start"], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    most = [0.0]
    watcher = threading.Thread(target=_watch, args=(process, most))
    watcher.start()
    said = process.stdout.readline().strip()
    passed, spent = time.perf_counter() - start, _spent(process.pid)
    if "created" not in said:
        raise SystemExit(f"the import failed: {said} {process.communicate()[1]}")
    process.kill()
    watcher.join()
    process.communicate()
    return Measured(passed, spent, most[0], said)


def _spent(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _watch(process: "subprocess.Popen[str]", most: list[float]) -> None:
    while process.poll() is None:
        most[0] = max(most[0], _memory(process.pid))
        time.sleep(0.1)


def _memory(pid: int) -> float:
    """What a process and its children hold, what they share counted once, in MB."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        own = next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / MEGABYTE
    except (OSError, StopIteration):
        return 0.0
    return own + sum(_memory(int(child)) for child in children)


def bare(imported: Path, empty: Path) -> tuple[float, float]:
    """Seconds by the clock and on the processor for inserting what an import left, as it left it."""
    source, target = sqlite3.connect(imported), sqlite3.connect(empty, isolation_level=None)
    for setting in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL", "cache_size=-12000"):
        target.execute(f"PRAGMA {setting}")
    names = {table: [row[1] for row in source.execute(f"PRAGMA table_info({table})")] for table in TABLES}
    rows = {table: source.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in TABLES}
    policy, place = (
        target.execute("SELECT id FROM policy_versions").fetchone()[0],
        names["purchases"].index("policy_id"),
    )
    rows["purchases"] = [(*row[:place], policy, *row[place + 1 :]) for row in rows["purchases"]]
    for table in ("docket_entries", "docket_heads"):
        rows[table] = [row for row in rows[table] if row[0] != "0" * 32]
    count, done, start = len(rows["purchases"]), dict.fromkeys(TABLES, 0), (time.perf_counter(), time.process_time())
    for end in range(BATCH, count + BATCH, BATCH):
        target.execute("BEGIN IMMEDIATE")
        for table in TABLES:
            apart = len(rows[table]) - count  # people and listings come before the purchases that name them
            upto = min(end, count) if not apart else _upto(rows[table], rows["purchases"], end)
            places = ", ".join("?" * len(names[table]))
            target.executemany(f"INSERT INTO {table} VALUES ({places})", rows[table][done[table] : upto])
            done[table] = upto
        target.execute("COMMIT")
    return time.perf_counter() - start[0], time.process_time() - start[1]


def _upto(rows: list[Any], bought: list[Any], end: int) -> int:
    """How many rows were there when so many purchases were: ids are in the order of time."""
    if end >= len(bought):
        return len(rows)
    return next((number for number, row in enumerate(rows) if row[0] > bought[end][0]), len(rows))


def new_installation(folder: Path, url: str | None) -> dict[str, str]:
    """The environment of an installation that holds nothing yet."""
    folder.mkdir(mode=0o700)
    env = {**os.environ, "ARBITRATION_INSTANCE": str(folder), "ARBITRATION_BASE_URL": "http://127.0.0.1:8000"}
    if url:
        env["ARBITRATION_DATABASE_URL"] = url
    subprocess.run([PROGRAM, "init"], env=env, check=True, capture_output=True)
    return env


def tell(name: str, count: int, measured: Measured, idle: Measured) -> None:
    """A line of the report."""
    print(
        f"{name:24} {measured.passed:7.2f} s, {measured.spent:7.2f} s on the processor, "
        f"{count / measured.passed:8,.0f} rows/s, {measured.memory - idle.memory:5.0f} MB more; {measured.said}"
    )


def main() -> None:
    """Measure, and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--purchases", type=int, default=100_000)
    parser.add_argument("--form", choices=["jsonl", "csv"], default="jsonl")
    parser.add_argument("--database", help="the address of an empty PostgreSQL database; otherwise SQLite")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file, one = folder / f"export.{asked.form}", folder / f"one.{asked.form}"
        write(file, asked.purchases)
        write(one, 1)
        print(f"{asked.purchases:,} purchases, {file.stat().st_size / 1e6:.0f} MB of {asked.form}")
        env = new_installation(folder / "instance", asked.database)
        idle = run(new_installation(folder / "idle", None), one)
        tell("one purchase", 1, idle, idle)
        first = run(env, file)
        tell("first import", asked.purchases, first, idle)
        tell("again, nothing new", asked.purchases, run(env, file), idle)
        if not asked.database:
            new_installation(folder / "bare", None)
            passed, spent = bare(*(folder / each / "arbitration.sqlite3" for each in ("instance", "bare")))
            print(f"{'the bare inserts':24} {passed:7.2f} s, {spent:7.2f} s on the processor")
            print(f"an import takes {first.passed / passed:.2f} times as long by the clock", end=", ")
            print(f"{first.spent / spent:.2f} times on the processor")


if __name__ == "__main__":
    main()
