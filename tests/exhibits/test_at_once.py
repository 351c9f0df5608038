"""Files that take long to look at keep nobody from reading, however many are sent at once."""

import re
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from flask import Flask

from arbitration.cli import serve
from arbitration.media import examining
from tests.api.conftest import Caller
from tests.exhibits import making
from tests.support.serving import serving

THREADS: int = next(option.default for option in serve.command.params if option.name == "threads")
FILES = THREADS
PATIENCE = 6.0
MORE_THAN_WAITS_ON_THE_WAY = 40 * 1024 * 1024
"""More than the server keeps in memory for somebody who does not read, and the system on the way to them."""


@pytest.fixture
def dawdling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is to look at a file does nothing for longer than anybody waits."""
    media = tmp_path / "dawdling" / "arbitration" / "media"
    media.mkdir(parents=True)
    for package in (media.parent, media):
        (package / "__init__.py").touch()
    (media / "__main__.py").write_text("import time\n\ntime.sleep(600)\n", "utf-8")
    monkeypatch.setattr(examining, "ROOT", media.parents[1])
    monkeypatch.setattr(examining, "PATIENCE", PATIENCE)


@pytest.mark.usefixtures("dawdling")
def test_pages_are_answered_while_slow_files_are_looked_at_and_who_comes_then_is_asked_to_come_again(
    app: Flask,
    caller: Callable[[str], Caller],
    purchase: str,
    lying: Callable[[], list[str]],
) -> None:
    token = caller("buyer").token
    body, form = making.multipart({"kind": "document"}, making.document(), "paper.pdf")

    def send(address: str) -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex, "Content-Type": form}
        return asked(Request(f"{address}/api/purchases/{purchase}/exhibits", body, headers))

    def reads(address: str) -> float:
        began = monotonic()
        assert asked(Request(f"{address}/healthz"))[0] == 200
        return monotonic() - began

    waited = []
    with serving(app, THREADS) as address, ThreadPoolExecutor(FILES) as pool:
        sent = [pool.submit(send, address) for _ in range(FILES)]
        while wait(sent, timeout=0.1).not_done:
            waited.append(reads(address))
    answers: list[Any] = [each.result() for each in sent]
    assert max(waited) < PATIENCE / 2
    assert sorted({status for status, _ in answers}) == [422, 429], answers
    assert all(re.search("takes too long|Many files are being looked at", told) for _, told in answers)
    assert lying() == []


def asked(request: Request) -> tuple[int, str]:
    try:
        with urlopen(request, timeout=120) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def test_a_server_has_more_threads_than_may_be_kept_waiting_by_files() -> None:
    gunicorn = Path(examining.__file__).parents[1] / "gunicorn_settings.py"  # not imported: it would set up a server
    workers_have = int(re.findall(r"^threads = (\d+)", gunicorn.read_text("utf-8"), re.M)[0])
    assert min(THREADS, workers_have) >= examining.AT_ONCE + examining.IN_LINE + 2


def test_whoever_stops_a_video_in_the_middle_keeps_no_thread_waiting(
    app: Flask, caller: Callable[[str], Caller], purchase: str, send: Callable[..., Any]
) -> None:
    """Players ask for ranges, and stop reading once they have enough: until then the server waits, not its thread."""
    video = making.filled_video(MORE_THAN_WAITS_ON_THE_WAY)
    filed = send(video, "unboxing.mp4", "video")
    assert filed.status_code == 201, filed.text
    place = f"/api/purchases/{purchase}/exhibits/E1/content"
    head = f"GET {place} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {caller('buyer').token}\r\n"
    with serving(app, threads=1) as address, ExitStack() as stack:
        server = urlsplit(address)
        players = []
        for asked_for in ("Range: bytes=0-\r\n", "Range: bytes=1000-\r\n"):
            player = stack.enter_context(socket.create_connection((server.hostname, server.port), 60))
            player.sendall(f"{head}{asked_for}Connection: close\r\n\r\n".encode())
            players.append(player.makefile("rb"))
            assert players[-1].readline() == b"HTTP/1.1 206 PARTIAL CONTENT\r\n"
        with urlopen(f"{address}/healthz", timeout=30) as answer:
            assert answer.status == 200
        for player, begins in zip(players, (0, 1000), strict=True):  # and whoever goes on gets the rest
            while player.readline() != b"\r\n":
                pass
            assert player.read() == video[begins:]
