"""`arbitration import`, on files, streams, and when it is cut off as a real process."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from arbitration.cli import import_
from arbitration.cli.importing import ahead, running
from arbitration.cli.importing.batches import FIRST, MOST
from arbitration.cli.importing.telling import as_json
from arbitration.cli.interrupts import put_off
from arbitration.models import DocketEntry, Import, Purchase
from arbitration.services import readings
from arbitration.services.imports import take_in
from tests.support.marketplace import as_json_lines, as_table, exported
from tests.support.processes import PATIENCE, PROGRAM, call, environment, started


@pytest.fixture
def env(settings):
    return environment(settings)


def told(output):
    return [json.loads(line) for line in output.splitlines()]


def test_the_export_comes_in_as_json_lines_and_again_as_a_table(env, tmp_path):
    lines, table = tmp_path / "export.jsonl", tmp_path / "export.csv"
    lines.write_bytes(as_json_lines(exported()))
    table.write_bytes(as_table(exported(), ";"))
    first, again = call(env, "import", str(lines)), call(env, "import", str(table), "--json")
    assert (first.returncode, again.returncode) == (0, 0)
    assert first.stdout == "240 purchases: 240 created, 0 unchanged, 0 updated, 0 refused.\n"
    assert Counter(row["result"] for row in told(again.stdout)) == {"unchanged": 240}
    assert not any(row["ignored"] or row["errors"] for row in told(again.stdout))


def test_refused_rows_are_told_and_the_others_are_in(env, tmp_path, work):
    file = tmp_path / "export"
    bad = exported()[0] | {"external_id": "BAD", "quantity": -1}
    file.write_bytes(as_json_lines([*exported()[:2], bad]) + b"nonsense\n" + as_json_lines(exported()[2:4]))
    done = call(env, "import", str(file), "--json")
    assert done.returncode == 3
    rows = told(done.stdout)
    assert [(row["line"], row["result"]) for row in rows] == [
        (1, "created"),
        (2, "created"),
        (3, "refused"),
        (4, "refused"),
        (5, "created"),
        (6, "created"),
    ]
    assert (rows[2]["external_id"], rows[2]["errors"][0]["path"]) == ("BAD", "quantity")
    spoken = call(env, "import", str(file))
    assert "line 3, BAD: refused: quantity: This must be a whole number" in spoken.stderr
    with work() as session:
        assert session.scalar(select(func.count()).select_from(Purchase)) == 4


@pytest.mark.parametrize(("step", "told"), [("begin", "nothing"), ("advance", "nothing more after line 0")])
def test_a_disk_that_fills_up_is_told_in_words_and_the_import_goes_on_once_there_is_room(
    env, tmp_path, monkeypatch, step, told
):
    file = tmp_path / "export.jsonl"
    file.write_bytes(as_json_lines(exported()))

    def full(*_asked, **_named):
        raise OperationalError("INSERT", None, Exception("database or disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr(running.runs, step, full)
        stopped = call(env, "import", str(file))
    assert stopped.returncode == 1
    assert f"The database took {told}: database or disk is full." in stopped.stderr
    went_on = call(env, "import", str(file))
    assert went_on.stdout == "240 purchases: 240 created, 0 unchanged, 0 updated, 0 refused.\n"


@pytest.mark.parametrize("arguments", [("nowhere.csv",), (".",), (), ("x", "--format", "xml")])
def test_what_can_not_be_used_ends_with_2(env, tmp_path, arguments):
    assert call(env, "import", *arguments, folder=tmp_path).returncode == 2


FEW = 2
MANY = FIRST + (FEW + 1) * MOST
"""More than two transactions take that are of so few batches; the third waits until it is read what they say."""
BY_FEW = (
    sys.executable,
    "-c",
    f"from arbitration.cli import main\nfrom arbitration.cli.importing import running\nrunning.AT_ONCE = {FEW}\nmain()",
)


def many(count):
    rows = exported()
    return [rows[n % 240] | {"external_id": f"N{n:07d}"} for n in range(count)]


def test_an_import_that_was_killed_goes_on_where_it_stopped(env, tmp_path, work):
    file = tmp_path / "export.jsonl"
    file.write_bytes(as_json_lines(many(MANY)))
    with started(env, "import", str(file), "--json", program=BY_FEW) as importing:
        importing.until('"line": 600,')
        importing.tell(signal.SIGKILL)
    with work() as session:
        done = session.scalar(select(func.count()).select_from(Purchase))
        assert session.scalars(select(Import)).one().line == done
    assert 600 <= done < MANY
    assert done % 100 == 0
    rest = call(env, "import", str(file), "--json")
    assert rest.returncode == 0
    assert f"Going on with an import that was cut off: {done} lines are in already." in rest.stderr
    assert [row["line"] for row in told(rest.stdout)] == list(range(done + 1, MANY + 1))
    assert rest.stderr.splitlines()[-1] == f"{MANY} purchases: {MANY} created, 0 unchanged, 0 updated, 0 refused."
    with work() as session:
        assert session.scalar(select(func.count()).select_from(Purchase)) == MANY
        imported = DocketEntry.kind == "purchase.imported"
        assert session.scalar(select(func.count()).select_from(DocketEntry).where(imported)) == MANY
    assert call(env, "verify").returncode == 0


def test_an_import_that_was_interrupted_says_how_to_go_on(env, tmp_path):
    file = tmp_path / "export.csv"
    file.write_bytes(as_table(many(MANY)))
    with started(env, "import", str(file), "--json", program=BY_FEW) as importing:
        importing.until('"result": "created"')
        importing.process.send_signal(signal.SIGINT)
        importing.until("Run the same command again")
        assert importing.process.wait(30) == 130
    rest = call(env, "import", str(file))
    assert "Going on" in rest.stderr
    assert rest.stdout.endswith(f"{MANY} purchases: {MANY} created, 0 unchanged, 0 updated, 0 refused.\n")
    anew = call(env, "import", str(file))
    assert anew.stdout.endswith(f"{MANY} purchases: 0 created, {MANY} unchanged, 0 updated, 0 refused.\n")


def test_what_is_under_way_when_somebody_presses_ctrl_c_is_finished_and_told(env, tmp_path, monkeypatch, work):
    file = tmp_path / "export.csv"
    file.write_bytes(as_table(many(FIRST + 2)))

    def interrupted(*asked, **named):
        os.kill(os.getpid(), signal.SIGINT)  # a driver would make a fault of its own of it
        return take_in(*asked, **named)

    with monkeypatch.context() as patch:
        patch.setattr(running, "take_in", interrupted)
        stopped = call(env, "import", str(file), "--json")
    assert stopped.returncode == 130
    assert [row["external_id"] for row in told(stopped.stdout)] == [f"N{n:07d}" for n in range(FIRST)]
    assert "Stopped after line" in stopped.stderr
    with work() as session:
        assert session.scalar(select(func.count()).select_from(Purchase)) == FIRST
    assert call(env, "import", str(file)).stdout.startswith(f"{FIRST + 2} purchases: {FIRST + 2} created")


def test_ctrl_c_while_an_import_prints_what_became_of_rows_leaves_none_of_them_untold(env, tmp_path, monkeypatch, work):
    file = tmp_path / "export.jsonl"
    file.write_bytes(as_json_lines(many(FIRST + 2)))
    shown = []

    def interrupted(row):
        shown.append(row)
        if len(shown) == 5:
            os.kill(os.getpid(), signal.SIGINT)
        return as_json(row)

    monkeypatch.setattr(import_, "as_json", interrupted)
    stopped = call(env, "import", str(file), "--json")
    assert stopped.returncode == 130
    assert [row["external_id"] for row in told(stopped.stdout)] == [f"N{n:07d}" for n in range(FIRST)]
    with work() as session:
        assert session.scalar(select(func.count()).select_from(Purchase)) == FIRST


def test_ctrl_c_before_anything_is_taken_in_ends_an_import_as_later(env, tmp_path, monkeypatch):
    file = tmp_path / "export.jsonl"
    file.write_bytes(as_json_lines(many(3)))
    with monkeypatch.context() as patch:
        patch.setattr(running.runs, "begin", lambda *_asked, **_named: os.kill(os.getpid(), signal.SIGINT))
        stopped = call(env, "import", str(file))
    assert (stopped.returncode, stopped.stdout, stopped.stderr) == (130, "", "\nStopped.\n")
    assert call(env, "import", str(file)).returncode == 0


def test_ctrl_c_ends_no_process_that_reads_ahead_for_an_import_in_the_moment_it_begins(env, tmp_path, monkeypatch):
    """A terminal sends it to both, and the other one decides when to stop."""
    file = tmp_path / "export.jsonl"
    file.write_bytes(as_json_lines(many(FIRST + 2)))

    def interrupted(*asked):
        os.kill(os.getpid(), signal.SIGINT)
        return send(*asked)

    send = ahead._send
    monkeypatch.setattr(ahead, "_send", interrupted)
    monkeypatch.setattr(ahead, "_has_room", lambda: True)
    done = call(env, "import", str(file))
    assert done.stdout.startswith(f"{FIRST + 2} purchases: {FIRST + 2} created")


def test_ctrl_c_while_listings_are_read_leaves_the_rest_to_the_scheduler(env, tmp_path, monkeypatch):
    file = tmp_path / "export.csv"
    file.write_bytes(as_table(exported()))

    def interrupted(*asked):
        os.kill(os.getpid(), signal.SIGINT)
        return keep(*asked)

    keep = readings.keep
    monkeypatch.setattr(readings, "keep", interrupted)
    monkeypatch.setattr(readings, "BATCH", 10)
    stopped = call(env, "import", str(file))
    assert stopped.returncode == 130
    assert "the scheduler reads the rest" in stopped.stderr


def test_whoever_presses_ctrl_c_twice_is_obeyed_at_once():
    with pytest.raises(KeyboardInterrupt), put_off() as interrupted:
        os.kill(os.getpid(), signal.SIGINT)
        assert interrupted
        os.kill(os.getpid(), signal.SIGINT)
        raise AssertionError("the second one was put off as well")


def test_an_import_can_be_begun_again_on_purpose(env, tmp_path, work):
    file = tmp_path / "export.jsonl"
    file.write_bytes(as_json_lines(many(1500)))
    with started(env, "import", str(file), "--json") as importing:
        importing.until('"line": 1,')
        importing.tell(signal.SIGKILL)
    anew = call(env, "import", str(file), "--from-start", "--json")
    assert "Going on" not in anew.stderr
    assert len(told(anew.stdout)) == 1500
    with work() as session:
        assert session.scalar(select(func.count()).select_from(Import).where(Import.finished_at.is_(None))) == 0


@pytest.mark.parametrize("count", [3, 1600])
def test_a_stream_is_taken_in_too_however_long(env, count):
    said = as_json_lines(many(count))
    command = [PROGRAM, "import", "-"]
    done = subprocess.run(command, env=env, input=said, capture_output=True, check=False, timeout=PATIENCE)
    assert done.stderr == b""
    assert done.stdout == f"{count} purchases: {count} created, 0 unchanged, 0 updated, 0 refused.\n".encode()
