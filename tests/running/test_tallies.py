"""Where the processes of a server count: nothing is left behind by what was killed, and nothing is forgotten."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from arbitration import tallies
from arbitration.config import Settings
from tests.running.test_gunicorn import ask, gunicorn
from tests.support.processes import environment


@contextmanager
def running(program: str, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-c", f"import os, sys\nfrom arbitration import tallies\n{program}\nsys.stdin.read()"]
    process = subprocess.Popen(
        [*command, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment()
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def said(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_server_that_was_killed_leaves_no_folder_to_the_next_one(tmp_path: Path) -> None:
    with running("print(tallies.make_folder(sys.argv[1]), flush=True)", str(tmp_path)) as server:
        killed = Path(said(server))
        (killed / "counter_1.db").write_bytes(b"x")
        beside = Path(tallies.make_folder(str(tmp_path)))
        assert killed.is_dir()  # it still runs
        server.kill()
        server.wait()
    assert Path(tallies.make_folder(str(tmp_path))).is_dir()
    assert (killed.exists(), beside.is_dir()) == (False, True)


def test_a_folder_lasts_as_long_as_a_worker_of_a_killed_server(tmp_path: Path) -> None:
    server_and_worker = "made = tallies.make_folder(sys.argv[1])\nif os.fork():\n  print(made, flush=True)"
    with running(server_and_worker, str(tmp_path)) as server:
        folder = Path(said(server))
        server.kill()
        server.wait()
        tallies.make_folder(str(tmp_path))
        assert folder.is_dir()


def test_each_process_has_a_place_that_another_takes_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(tallies.FOLDER, str(tmp_path))
    say = "print(tallies.place(), tallies.place(), flush=True)"
    with running(say) as first, running(say) as second:
        assert {said(first), said(second)} == {"0 0", "1 1"}
        first.kill()
        first.wait()
        with running(say) as third:
            assert said(third) in ("0 0", "1 1")


@pytest.mark.in_turn
def test_requests_of_workers_that_were_replaced_stay_counted_without_more_files(
    settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "counted"
    folder.mkdir()
    env = environment(settings, ARBITRATION_METRICS_NETWORKS="127.0.0.1/32", PROMETHEUS_MULTIPROC_DIR=str(folder))
    with gunicorn(env, "--bind", "127.0.0.1:0", "--workers", "1") as server:
        address = server.until(r"(http://127\.0\.0\.1:\d+)")[1]
        for _ in range(3):
            worker = int(server.until(r"Booting worker with pid: (\d+)")[1])
            assert ask(f"{address}/healthz")[0] == 200
            os.kill(worker, signal.SIGTERM)
        server.until("Booting worker")
        told = ask(f"{address}/metrics")[1]
        assert 'arbitration_http_requests_total{method="GET",route="/healthz",status="200"} 3.0' in told
    assert len(list(folder.glob("counter_*.db"))) <= 2  # one, or two where the next came before the last had gone
