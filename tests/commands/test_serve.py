"""The server as a process: it says where it is, refuses what is unsafe, and ends without dropping anybody."""

import signal
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from threading import Barrier
from time import monotonic
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from arbitration.cli import main
from arbitration.config import Settings
from arbitration.services import installation
from tests.support.processes import environment, started

Work = Callable[[], AbstractContextManager[Session]]
SERVING = r"Serving at (http://127\.0\.0\.1:\d+)"


def test_it_says_where_it_listens_answers_there_and_logs_no_tokens(settings: Settings) -> None:
    with started(environment(settings), "serve", "--port", "0") as server:
        address = server.until(SERVING)[1]
        with urlopen(address + "/healthz", timeout=60) as answer:
            assert answer.status == 200
            assert "Server" not in answer.headers
        with pytest.raises(HTTPError):
            urlopen(address + "/sign-in/" + "x" * 43, timeout=60)
        server.until(r"GET /sign-in/<token>")
        assert server.tell(signal.SIGINT) == 0
    assert "xxx" not in "".join(server.said)


def test_a_request_under_way_is_answered_before_it_ends(settings: Settings) -> None:
    with started(environment(settings), "serve", "--port", "0") as server:
        place = urlsplit(server.until(SERVING)[1])
        where = (place.hostname, place.port)
        with socket.create_connection(where, 60) as half:
            half.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
            with urlopen(f"http://{place.netloc}/healthz", timeout=60):
                pass  # by now the half request has been read
            server.process.send_signal(signal.SIGTERM)
            _wait_until_closed(where)
            half.sendall(b"Connection: close\r\n\r\n")
            assert half.makefile("rb").readline() == b"HTTP/1.1 200 OK\r\n"
        assert server.process.wait(60) == 0


def test_it_ends_soon_though_people_go_on_asking_and_none_of_them_is_dropped(settings: Settings) -> None:
    """Connections stay open between requests: their owners are told with the next answer that it is the last one."""
    with started(environment(settings), "serve", "--port", "0") as server:
        place = urlsplit(server.until(SERVING)[1])
        busy = Barrier(9)

        def ask_on_and_on() -> str:
            """Gives what the server told with its last answer."""
            asking = HTTPConnection(str(place.hostname), place.port, timeout=60)
            for asked in count():
                asking.request("GET", "/healthz")
                answer = asking.getresponse()
                assert (answer.status, len(answer.read()) > 0) == (200, True)
                if asked == 20:
                    busy.wait(60)
                if answer.getheader("Connection") == "close":
                    return "the last one"
            raise AssertionError

        with ThreadPoolExecutor(8) as people, socket.create_connection((place.hostname, place.port), 60) as silent:
            asked = [people.submit(ask_on_and_on) for _ in range(8)]
            busy.wait(60)
            begun = monotonic()
            server.process.send_signal(signal.SIGTERM)
            assert [each.result(60) for each in asked] == ["the last one"] * 8
            assert silent.recv(1) == b""  # whoever asks nothing keeps nobody waiting
            assert server.process.wait(60) == 0
        assert monotonic() - begun < 10  # a second on a machine at leisure, and never the twenty of half a request


def test_what_was_asked_together_is_answered_together_before_it_ends(settings: Settings) -> None:
    with started(environment(settings), "serve", "--port", "0") as server:
        place = urlsplit(server.until(SERVING)[1])
        where = (place.hostname, place.port)
        with socket.create_connection(where, 60) as asking:
            asking.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
            with urlopen(f"http://{place.netloc}/healthz", timeout=60):
                pass  # by now the half request has been read
            server.process.send_signal(signal.SIGTERM)
            _wait_until_closed(where)
            asking.sendall(b"\r\n" + 2 * b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            heads = [line for line in asking.makefile("rb") if line.startswith((b"HTTP/1.1", b"Connection"))]
        assert heads == 3 * [b"HTTP/1.1 200 OK\r\n"] + [b"Connection: close\r\n"]
        assert server.process.wait(60) == 0


def _wait_until_closed(where: tuple[str, int]) -> None:
    while True:
        try:
            socket.create_connection(where, 60).close()
        except OSError:
            return


def serve(env: dict[str, str], *options: str) -> Result:
    return CliRunner().invoke(main, ["serve", "--port", "0", *options], env=env)


def test_a_port_that_is_taken_is_told_in_a_sentence(unprepared: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = serve(unprepared, "--port", str(taken.getsockname()[1]))
    assert done.exit_code == 2
    assert "choose another with --port" in done.output


def test_it_refuses_the_database_of_a_demo(settings: Settings, work: Work) -> None:
    with work() as session:
        installation.mark_demo(session)
    done = serve(environment(settings))
    assert done.exit_code == 2
    assert "arbitration demo" in done.output


def test_it_refuses_a_database_that_nobody_prepared(unprepared: dict[str, str]) -> None:
    done = serve(unprepared)
    assert done.exit_code == 2
    assert "arbitration init" in done.output


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ({"ARBITRATION_SECRET_KEY": "secret"}, "too weak"),
        ({"ARBITRATION_BASE_URL": "http://disputes.example.com"}, "https"),
        ({"ARBITRATION_TYPO": "1"}, "no such setting"),
    ],
)
def test_it_refuses_unsafe_settings(unprepared: dict[str, str], stated: dict[str, str], told: str) -> None:
    done = serve(unprepared | stated)
    assert done.exit_code == 2
    assert told in done.output


def test_it_refuses_plain_http_where_others_can_reach_it(unprepared: dict[str, str]) -> None:
    done = serve(unprepared, "--host", "0.0.0.0")
    assert done.exit_code == 2
    assert "https" in done.output


def test_it_refuses_files_that_others_can_read(unprepared: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "instance").chmod(0o755)
    done = serve(unprepared)
    assert done.exit_code == 2
    assert "chmod 700" in done.output
