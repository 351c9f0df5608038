"""gunicorn with two workers, two schedulers and PostgreSQL, behind nginx with the site that is delivered."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.app import create_app
from arbitration.config import Settings
from arbitration.db import db, unit_of_work
from arbitration.models import Heartbeat
from arbitration.services import installation
from tests.support.databases import PostgresqlTemplate, settings_for
from tests.support.processes import Running, environment, started

Work = Callable[[], AbstractContextManager[Session]]
SITE = Path(__file__).parents[2] / "deploy" / "nginx.conf"
GUNICORN = Path(sys.executable).with_name("gunicorn")


@contextmanager
def gunicorn(env: dict[str, str], *options: str) -> Iterator[Running]:
    command = [str(GUNICORN), "-c", "python:arbitration.gunicorn_settings", *options, "arbitration.wsgi:app"]
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield Running(process)
    finally:
        process.terminate()
        process.wait(60)
        process.stdout.close()


def ask(address: str, **headers: str) -> tuple[int, str, dict[str, str]]:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urlopen(Request(address, headers=told), timeout=60) as answer:
            return answer.status, answer.read().decode(), dict(answer.headers)
    except HTTPError as error:
        return error.code, error.read().decode(), dict(error.headers)


@pytest.fixture
def behind(postgresql_template: PostgresqlTemplate, tmp_path: Path) -> Iterator[Settings]:
    with postgresql_template.fresh(tmp_path) as url:
        yield settings_for(tmp_path / "instance", url)


def test_two_workers_and_two_schedulers_behind_a_proxy_on_postgresql(behind: Settings, tmp_path: Path) -> None:
    env = environment(behind, ARBITRATION_METRICS_NETWORKS="10.9.9.9", ARBITRATION_TRUSTED_PROXIES="1")
    with ExitStack() as stack:
        schedulers = [stack.enter_context(started(env, "scheduler")) for _ in range(2)]
        server = stack.enter_context(gunicorn(env, "--bind", f"unix:{tmp_path}/web.sock", "--bind", "127.0.0.1:0"))
        inside = server.until(r"(http://127\.0\.0\.1:\d+)")[1]
        server.until("Booting worker")
        address = stack.enter_context(nginx(tmp_path))
        for _ in range(8):
            assert ask(f"{address}/sign-in")[0] == 200
        told = ask(f"{inside}/metrics", X_Forwarded_For="10.9.9.9")[1]
        assert 'arbitration_http_requests_total{method="GET",route="/sign-in",status="200"} 8.0' in told
        _nobody_else_says_who_asks(address)
        for scheduler in schedulers:
            scheduler.until("The scheduler runs")
        while ask(f"{inside}/readyz")[0] != 200:
            pass  # until the first of them has shown itself
        for scheduler in schedulers:
            scheduler.tell(signal.SIGKILL)
        _a_minute_passes(behind)
        code, said, _ = ask(f"{inside}/readyz")
        assert (code, said.partition(":")[0]) == (503, "scheduler")
        assert ask(f"{address}/healthz")[0] == 200
        assert server.tell() == 0


def _nobody_else_says_who_asks(address: str) -> None:
    forged = {"X_Request_Id": "forged-by-a-browser", "X_Forwarded_For": "10.9.9.9"}
    code, _, headers = ask(f"{address}/healthz", **forged)
    assert code == 200
    assert len(headers["X-Request-Id"]) == 32  # the proxy's own
    for hidden in ("/metrics", "//metrics", "/x/../metrics", "/metrics/", "/%6detrics", "/readyz"):
        assert ask(address + hidden, **forged)[0] == 404


def _a_minute_passes(settings: Settings) -> None:
    """What a minute changes for those who look: the last beat is that much longer ago."""
    app = create_app(settings)
    with app.app_context():
        with unit_of_work() as session:
            for row in session.scalars(select(Heartbeat)):
                row.at -= timedelta(minutes=1)
        db.engine.dispose()


@contextmanager
def nginx(folder: Path) -> Iterator[str]:
    """The site as it is delivered, on a free port and without a certificate."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = [line for line in SITE.read_text("utf-8").splitlines() if "ssl_" not in line and "[::]" not in line]
    site = "\n".join(kept).replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port};")
    site = site.replace("/run/arbitration/web.sock", f"{folder}/web.sock")
    site = site[: site.rindex("server {")]  # without the redirect, which listens on port 80
    paths = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.getuid() == 0 else ""
    main = f"{user}\npid {folder}/nginx.pid;\nerror_log stderr;\ndaemon off;\nevents {{}}\n"
    (folder / "nginx.conf").write_text(f"{main}http {{\naccess_log off;\n{paths}{site}\n}}\n", "utf-8")
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    process = subprocess.Popen([program, "-c", str(folder / "nginx.conf"), "-p", str(folder)])
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 60).close()
                break
            except ConnectionRefusedError:
                assert process.poll() is None
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)


def test_it_refuses_what_serve_refuses(settings: Settings, work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)
    with work() as session:
        installation.mark_demo(session)
    mask = os.umask(0o077)
    try:
        with pytest.raises(SystemExit, match="arbitration demo"):
            import_module("arbitration.wsgi")
    finally:
        os.umask(mask)


@pytest.mark.in_turn
def test_a_worker_need_not_compile_the_pages_that_people_ask_for_first(settings: Settings, tmp_path: Path) -> None:
    """What is loaded before the workers fork is there for each that takes another's place, too."""
    program = (
        "from arbitration import gunicorn_settings\ngunicorn_settings.when_ready(None)\n"
        "from arbitration.wsgi import app\nprint(*(name for _, name in app.jinja_env.cache.keys()))"
    )
    command = [sys.executable, "-c", program]
    env = environment(settings, PROMETHEUS_MULTIPROC_DIR=str(tmp_path))
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    compiled = set(done.stdout.split())
    assert {"layout.html", "purchases/list.html", "purchases/show.html", "purchases/_composer.html"} <= compiled


def test_requests_take_turns_where_the_database_is_sqlite_and_only_there(settings: Settings) -> None:
    """On PostgreSQL another process answers, and threads work side by side."""
    program = (
        "import types\nfrom gunicorn.config import Config\nfrom arbitration import gunicorn_worker\n"
        "from arbitration.wsgi import app\nloaded = types.SimpleNamespace(wsgi=lambda: app)\n"
        "worker = gunicorn_worker.Worker(0, 0, [], loaded, 30, Config(), None)\n"
        "worker.load_wsgi()\nprint(isinstance(worker.tpool, gunicorn_worker.Pool))"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env=environment(settings), capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(settings.database_url.startswith("sqlite"))


def test_who_sends_slowly_keeps_nobody_waiting_who_asks_the_same_worker(settings: Settings) -> None:
    with ExitStack() as stack:
        server = stack.enter_context(
            gunicorn(environment(settings), "--bind", "127.0.0.1:0", "--workers", "1", "--threads", "3")
        )
        address = server.until(r"(http://127\.0\.0\.1:\d+)")[1]
        server.until("Booting worker")
        port = int(address.rpartition(":")[2])
        slow = [stack.enter_context(socket.create_connection(("127.0.0.1", port), 60)) for _ in range(2)]
        form = "Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin"
        for connection in slow:
            connection.sendall(
                f"POST /sign-in HTTP/1.1\r\nHost: x\r\n{form}\r\nContent-Length: 9\r\n\r\naddress".encode()
            )
        for _ in range(20):
            assert ask(f"{address}/sign-in")[0] == 200
        for connection in slow:
            connection.sendall(b"=x")
            assert connection.recv(1 << 16).startswith(b"HTTP/1.1 ")
        assert server.tell() == 0


@pytest.mark.in_turn
def test_a_server_told_to_begin_anew_still_writes_all_its_lines_in_one_form(settings: Settings) -> None:
    """Whatever collects the log reads an object a line."""
    env = environment(settings, ARBITRATION_LOG_FORMAT="json", GUNICORN_CMD_ARGS="--bind 127.0.0.1:0 --workers 1")
    command = [str(GUNICORN), "-c", "python:arbitration.gunicorn_settings"]
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True) as process:
        told = iter(process.stderr.readline, "")
        first = next(line for line in told if "Booting worker" in line)
        process.send_signal(signal.SIGHUP)
        lines = [first, next(told), next(told)]
        while "Worker exiting" not in lines[-1]:
            lines.append(next(told))
        process.terminate()
        lines += list(told)
    assert all(json.loads(line)["logger"] == "gunicorn.error" for line in lines)
    assert len(lines) == len(set(lines))
