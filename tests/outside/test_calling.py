"""Calls to others' servers: where they may go, how long they may take, and how much is read."""

import socket
import ssl
import threading
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from time import monotonic

import pytest

from arbitration.outside import addresses, calling
from arbitration.outside.addresses import LOOPBACK, is_open, networks_of
from arbitration.outside.calling import LARGEST_ANSWER, NoAnswerError, call
from tests.outside.server import Script, saying, served

CERTIFICATE = Path(__file__).parents[1] / "mail" / "localhost.pem"


def ask(script: Script, method: str = "GET", timeout: float = 5.0) -> tuple[int, bytes, bool]:
    with served(script) as server:
        reply = call(method, server.url, {}, opened=LOOPBACK, timeout=timeout)
        return reply.status, reply.body, reply.whole


def test_a_proper_answer_is_read() -> None:
    assert ask(saying(202, '{"a": 1}')) == (202, b'{"a": 1}', True)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "::1", "::", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
     "255.255.255.255", "240.0.0.1", "ff02::1", "192.0.2.1"],
)  # fmt: skip
def test_private_ranges_are_closed_however_they_are_written(address: str) -> None:
    assert not is_open(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_the_open_internet_is_open(address: str) -> None:
    assert is_open(ip_address(address))


def test_what_the_settings_open_is_open_and_nothing_else() -> None:
    opened = networks_of("10.1.2.0/24, fd00::/8")
    assert [is_open(ip_address(each), opened) for each in ("10.1.2.3", "10.1.3.3", "fd12::1", "::ffff:10.1.2.3")] == [
        True,
        False,
        True,
        True,
    ]


def test_nothing_is_sent_to_a_closed_address() -> None:
    with served(saying(200)) as server:
        with pytest.raises(NoAnswerError, match="private range"):
            call("POST", server.url, {}, b"{}")
        assert server.requests == []


def test_a_name_that_leads_elsewhere_a_moment_later_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the check and the connection nobody asks the resolver again."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: str, *rest: object, **more: object) -> object:
        asked.append(host)
        if host == "pay.example.com":
            return real("127.0.0.1", *rest, **more)  # type: ignore[arg-type]
        assert host == "127.0.0.1"
        return real(host, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", resolve)
    with served(saying(200)) as server:
        url = server.url.replace("127.0.0.1", "pay.example.com")
        assert call("GET", url, {}, opened=LOOPBACK).status == 200
        assert asked.count("pay.example.com") == 1
        assert b"Host: pay.example.com:" in server.requests[0]
        with pytest.raises(NoAnswerError, match="private range"):
            call("GET", url, {})


def test_a_redirect_is_not_followed() -> None:
    with served(saying(200)) as elsewhere:
        status, _, _ = ask(saying(307, "", f"Location: {elsewhere.url}"))
        assert status == 307
        assert elsewhere.requests == []


def test_a_large_answer_is_cut_off() -> None:
    status, body, whole = ask(saying(200, "x" * (3 * LARGEST_ANSWER)))
    assert (status, len(body), whole) == (200, LARGEST_ANSWER, False)


def drip(connection: socket.socket, _said: bytes) -> None:
    """One byte of a header every while, for ever: no single wait is long."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    stop = threading.Event()
    while not stop.wait(0.05):
        connection.sendall(b"x")


def hundred(connection: socket.socket, _said: bytes) -> None:
    stop = threading.Event()
    while not stop.wait(0.02):
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


def silence(connection: socket.socket, _said: bytes) -> None:
    connection.recv(1)


@pytest.mark.parametrize("script", [drip, hundred, silence])
def test_an_answer_that_never_ends_ends_with_its_time(script: Script) -> None:
    began = monotonic()
    with pytest.raises(NoAnswerError, match="does not answer in time"):
        ask(script, timeout=0.5)
    assert monotonic() - began < 3


def test_a_process_that_was_stopped_while_it_connected_sends_nothing_when_it_wakes_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Somebody else may have done its work meanwhile."""
    moments = iter([timedelta(seconds=100), timedelta(seconds=300)])
    monkeypatch.setattr(calling, "time_run", lambda: next(moments))
    with served(saying(200)) as server, pytest.raises(NoAnswerError, match="in time"):
        call("POST", server.url, {}, b"{}", opened=LOOPBACK)
    assert [said for said in server.requests if said] == []


def rubbish(connection: socket.socket, _said: bytes) -> None:
    connection.sendall(b"\x00\xff not http at all\r\n\r\n")


def hang_up(connection: socket.socket, _said: bytes) -> None:
    connection.close()


@pytest.mark.parametrize("script", [rubbish, hang_up])
def test_what_is_no_answer_is_none(script: Script) -> None:
    with pytest.raises(NoAnswerError):
        ask(script)


def test_nobody_there_and_no_such_name_are_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}/", "http://no-such-host.invalid/"):
        with pytest.raises(NoAnswerError):
            call("GET", url, {}, opened=LOOPBACK, timeout=2)


def over_tls(connection: socket.socket, _said: bytes) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    with context.wrap_socket(connection, server_side=True) as secure:
        secure.recv(65536)
        secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


def test_over_https_the_certificate_has_to_be_the_names(monkeypatch: pytest.MonkeyPatch) -> None:
    with served(over_tls, reads=False) as server:
        by_name = server.url.replace("http://127.0.0.1", "https://localhost")
        with pytest.raises(NoAnswerError, match="a certificate that does not hold here"):
            call("GET", by_name, {}, opened=LOOPBACK)
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        assert call("GET", by_name, {}, opened=LOOPBACK).status == 200
        monkeypatch.setattr(calling, "checked", lambda *_: ["127.0.0.1"])
        with pytest.raises(NoAnswerError, match="a certificate that does not hold here"):
            call("GET", by_name.replace("localhost", "pay.example.com"), {})
