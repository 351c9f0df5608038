"""One HTTP request to somebody else's server: to a checked address, without redirects, within a time and a size.

The name is resolved once, what it leads to is checked, and that very address is connected to: a name that leads
elsewhere a moment later changes nothing. Certificates are checked against the name.
"""

import socket
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from threading import Timer
from urllib.parse import urlsplit

from arbitration import __version__
from arbitration.elapsed import time_run
from arbitration.outside.addresses import ClosedAddressError, Network, checked

LARGEST_ANSWER = 64 * 1024
TIMEOUT = 15.0
AGENT = f"arbitration/{__version__}"


class NoAnswerError(Exception):
    """Nothing is known of what the other side did; the message says what happened, without what was sent."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A status, and the first 64 kB of what came with it; ``whole`` says whether that was all.

    ``retry_after`` is the header of that name, empty if there is none.
    """

    status: int
    body: bytes
    whole: bool
    retry_after: str = ""


class _Connection(HTTPConnection):
    """A connection to addresses that were checked, whatever the name leads to by now."""

    def __init__(
        self, host: str, port: int, addresses: Sequence[str], timeout: float, until: timedelta, *, secure: bool
    ) -> None:
        super().__init__(host, port, timeout=timeout)
        self.default_port = 443 if secure else 80  # what needs not stand in the header Host
        self._addresses = addresses
        self._secure = secure
        self._patience = timeout
        self._until = until
        self.is_cut = False

    def connect(self) -> None:
        """Connect to the first address that takes the connection; speak TLS with whoever has the name."""
        self.sock = self._first_that_connects()
        self.sock.settimeout(self._patience)
        if self._secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)
        if self.is_cut:
            raise TimeoutError

    def _first_that_connects(self) -> socket.socket:
        trouble: OSError = TimeoutError()
        for address in self._addresses:
            try:
                return socket.create_connection((address, self.port), self._patience / len(self._addresses))
            except OSError as error:
                trouble = error
        raise trouble

    def is_late(self) -> bool:
        """Whether the time is over, also where this process was stopped meanwhile and nobody could cut it."""
        return self.is_cut or time_run() > self._until

    def cut(self) -> None:
        """End it from another thread: whoever waits for the other side stops waiting."""
        self.is_cut = True
        if self.sock is not None:
            with suppress(OSError):
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


def call(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None = None,
    *,
    opened: Sequence[Network] = (),
    timeout: float = TIMEOUT,
) -> Reply:
    """Send one request and read its answer, within ``timeout`` seconds in all (the resolver's own time not counted).

    What is not sent by then, the resolver's time counted, is never sent: a process that was stopped before may wake up
    when somebody else has done its work.

    Raises:
        NoAnswerError: the address is closed, nobody answers there, not in time, or not in HTTP.
    """
    until = time_run() + timedelta(seconds=timeout)
    target = urlsplit(url)
    secure, host = target.scheme == "https", target.hostname or ""
    port = target.port or (443 if secure else 80)
    try:
        addresses = checked(host, port, opened)
    except ClosedAddressError as error:
        raise NoAnswerError(str(error)) from None
    connection = _Connection(host, port, addresses, timeout, until, secure=secure)
    limit = Timer(timeout, connection.cut)
    limit.daemon = True
    limit.start()
    try:
        return _exchange(connection, method, target.path or "/", target.query, headers, body)
    except ssl.SSLCertVerificationError as error:
        raise NoAnswerError(f"{host} shows a certificate that does not hold here ({error.verify_message})") from None
    except (OSError, HTTPException, ValueError) as error:
        late = "in time" if connection.is_cut or isinstance(error, TimeoutError) else f"({type(error).__name__})"
        raise NoAnswerError(f"{host} does not answer {late}") from None
    finally:
        limit.cancel()
        connection.close()


def _exchange(
    connection: _Connection, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes | None
) -> Reply:
    said = {"User-Agent": AGENT, "Accept": "application/json", "Connection": "close", **headers}
    connection.connect()
    if connection.is_late():
        raise TimeoutError
    connection.request(method, f"{path}?{query}" if query else path, body, said)
    response = connection.getresponse()
    read = response.read(LARGEST_ANSWER + 1)
    if connection.is_cut:
        raise TimeoutError
    whole = len(read) <= LARGEST_ANSWER
    return Reply(response.status, read[:LARGEST_ANSWER], whole, response.getheader("Retry-After", ""))
