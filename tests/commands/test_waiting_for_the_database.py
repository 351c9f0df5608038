"""After a reboot the database may come up later than what needs it, and nobody has to start that again."""

import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest

from tests.commands.test_serve import SERVING
from tests.support.databases import PostgresqlTemplate, settings_for
from tests.support.processes import Running, call, environment, run, started

GUNICORN = (str(Path(sys.executable).with_name("gunicorn")), "-c", "python:arbitration.gunicorn_settings")
AWAY = r"WARNING arbitration\.cli\.waiting .*the database can't be reached, trying again every second: .+"


class Reboot:
    """A database whose server is not there before ``comes_up``."""

    def __init__(self, url: str, folder: Path) -> None:
        (self._there,) = parse_qs(urlsplit(url).query)["host"]
        self._place = folder / "s"
        self.url = url.replace(self._there, str(self._place))
        self.env = environment(settings_for(folder / "instance", self.url))

    def comes_up(self) -> None:
        self._place.symlink_to(self._there)


@pytest.fixture
def reboot(postgresql_template: PostgresqlTemplate) -> Iterator[Reboot]:
    folder = Path(tempfile.mkdtemp(prefix="up-"))  # the path of a socket has to be short
    try:
        with postgresql_template.fresh(folder) as url:
            yield Reboot(url, folder)
    finally:
        shutil.rmtree(folder)


def test_a_scheduler_waits_for_the_database_and_says_so(reboot: Reboot) -> None:
    with started(reboot.env, "scheduler") as ticking:
        ticking.until(AWAY)
        reboot.comes_up()
        ticking.until("the database can be reached")
        ticking.until("The scheduler runs")
        assert ticking.tell() == 0


def test_a_server_waits_for_the_database_and_serves(reboot: Reboot) -> None:
    with started(reboot.env, "serve", "--port", "0") as server:
        server.until(AWAY)
        reboot.comes_up()
        _answers(server, SERVING)


def test_gunicorn_waits_for_the_database_and_serves(reboot: Reboot) -> None:
    with started(reboot.env, *GUNICORN[1:], "--bind", "127.0.0.1:0", program=GUNICORN[:1]) as server:
        server.until(AWAY)
        reboot.comes_up()
        _answers(server, r"(http://127\.0\.0\.1:\d+)")


def _answers(server: Running, where: str) -> None:
    with urlopen(server.until(where)[1] + "/healthz", timeout=60) as answer:
        assert answer.status == 200
    assert server.tell() == 0


@pytest.mark.parametrize("command", ["scheduler", "serve"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_waits_can_be_stopped(reboot: Reboot, command: str, number: int) -> None:
    with started(reboot.env, command, *(["--port", "0"] if command == "serve" else [])) as waiting:
        waiting.until(AWAY)
        assert waiting.tell(number) != 0
        assert "Traceback" not in "".join([*waiting.said, *(waiting.process.stdout or ())])


def test_what_waiting_does_not_mend_is_told_at_once(reboot: Reboot) -> None:
    reboot.comes_up()
    done = run(reboot.env | {"ARBITRATION_DATABASE_URL": reboot.url.replace("/test_", "/no_")}, "scheduler")
    assert (done.returncode, "does not exist" in done.stderr) == (2, True)


def test_a_command_that_somebody_waits_for_says_at_once_that_the_database_is_away(reboot: Reboot) -> None:
    done = call(reboot.env, "user", "list")
    assert (done.returncode, "The database can't be reached" in done.stderr) == (2, True)
