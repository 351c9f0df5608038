"""Connections that nothing happens on keep nobody out, however many there are."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from waitress import create_server, wasyncore

from arbitration.cli import crowd
from arbitration.config import Settings
from tests.commands.test_serve import SERVING
from tests.support.processes import environment, started

HALF = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture
def address(settings: Settings) -> Iterator[str]:
    with started(environment(settings), "serve", "--port", "0") as server:
        yield server.until(SERVING)[1]
        assert server.tell() == 0


def test_of_those_who_are_slow_only_who_has_fallen_silent_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd, "CROWDED", 3)
    server = create_server(lambda *_: [], host="127.0.0.1", port=0)
    crowded = crowd.Crowd(server)
    with ExitStack() as stack:
        stack.callback(server.close)
        for sent in (HALF, HALF, b""):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", server.effective_port), 60))
            client.sendall(sent)
        while sum(channel.request is not None for channel in server.active_channels.values()) < 2:
            wasyncore.loop(timeout=1, map=server._map, count=1)
        while len(server.active_channels) < 3:
            wasyncore.loop(timeout=1, map=server._map, count=1)
        crowded.thin_out()
        left = [*server.active_channels.values()]
        assert [channel.request is not None for channel in left] == [True, True]
        monkeypatch.setattr(crowd, "CROWDED", 2)
        crowded.thin_out()
        assert len(server.active_channels) == 2
        left[0].last_activity -= crowd.QUIET
        crowded.thin_out()
        assert [*server.active_channels.values()] == [left[1]]


def test_hundreds_of_idle_connections_lock_nobody_out(address: str) -> None:
    place = urlsplit(address)
    with ExitStack() as stack:
        half = stack.enter_context(socket.create_connection((place.hostname, place.port), 60))
        half.sendall(HALF)
        for _ in range(crowd.MOST + 20):
            stack.enter_context(socket.create_connection((place.hostname, place.port), 60))
        with urlopen(address + "/healthz", timeout=20) as answer:
            assert answer.status == 200
        half.sendall(b"Connection: close\r\n\r\n")  # somebody in the middle of a request was not cut off
        assert half.makefile("rb").readline() == b"HTTP/1.1 200 OK\r\n"
