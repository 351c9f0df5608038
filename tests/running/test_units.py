"""The systemd units: in order, locked down; what they start works under their filters, with sockets held for it."""

import json
import shutil
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from arbitration.config import Settings
from tests.running.test_gunicorn import ask
from tests.support.processes import environment
from tests.support.units import HERE, INSTALLED, UNITS, program, said, under

WEB, SCHEDULER, BACKUP = "arbitration-web.service", "arbitration-scheduler@.service", "arbitration-backup.service"
pytestmark = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
MOST_EXPOSED = 25  # of 100, by systemd's own count; nginx has 96


@pytest.mark.parametrize("name", [WEB, SCHEDULER, BACKUP])
def test_systemd_understands_each_unit_and_finds_it_locked_down(name: str, tmp_path: Path) -> None:
    for unit in UNITS.iterdir():
        (tmp_path / unit.name).write_text(unit.read_text("utf-8").replace(INSTALLED, HERE), "utf-8")
    path = str(tmp_path / name)
    verified = subprocess.run(["systemd-analyze", "verify", "--man=no", path], capture_output=True, text=True)
    assert (verified.returncode, verified.stderr) == (0, "")
    command = ["systemd-analyze", "security", "--offline=yes", f"--threshold={MOST_EXPOSED}", "--no-pager", path]
    assert subprocess.run(command, stdout=subprocess.DEVNULL).returncode == 0


@pytest.mark.in_turn
def test_requests_wait_while_the_server_is_started_anew(settings: Settings, tmp_path: Path) -> None:
    """systemd holds the sockets: whoever asks in between is answered by the next server."""
    inside = socket.create_server(("127.0.0.1", 0))
    proxied = socket.socket(socket.AF_UNIX)
    proxied.bind(str(tmp_path / "web.sock"))
    proxied.listen()
    address = f"http://127.0.0.1:{inside.getsockname()[1]}/healthz"
    env = environment(settings)
    with inside, proxied, ThreadPoolExecutor(1) as other:
        with under(WEB, env, proxied, inside) as server:
            server.until("Booting worker")
            assert ask(address)[0] == 200
            assert server.tell() == 0
        assert (tmp_path / "web.sock").exists()
        asked = other.submit(ask, address)
        with under(WEB, env, proxied, inside) as server:
            server.until("Booting worker")
            assert asked.result(60)[0] == 200
            assert server.tell() == 0


def test_the_sockets_are_those_that_the_proxies_sites_and_monitoring_name() -> None:
    proxied, inside = said("arbitration-web.socket", "ListenStream")
    for site in ("nginx.conf", "Caddyfile"):
        assert f"unix:{proxied}" in (UNITS.parent / site).read_text("utf-8").replace("unix//", "unix:/")
    assert inside == "127.0.0.1:8001"


def test_files_are_looked_at_under_the_filter_as_they_are_without_it() -> None:
    probe = [sys.executable, "-m", "arbitration.media", "--probe"]
    free = subprocess.run(probe, env=environment(), capture_output=True, text=True, check=True).stdout
    with under(WEB, environment(), command=probe) as process:
        out, _ = process.process.communicate(timeout=60)
    assert json.loads(out) == json.loads(free)


def test_a_scheduler_and_a_backup_work_under_their_filters(settings: Settings, tmp_path: Path) -> None:
    env = environment(settings)
    with under(SCHEDULER, env) as scheduler:
        scheduler.until("The scheduler runs")
        assert scheduler.tell() == 0
    command = [str(tmp_path) if part == "/var/backups/arbitration" else part for part in program(BACKUP)]
    with under(BACKUP, env, command=command) as backup:
        out, _ = backup.process.communicate(timeout=60)
    assert (backup.process.returncode, "Backed up" in out) == (0, True), out
