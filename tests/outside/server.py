"""A server on this machine that does to a connection whatever a test wants, byte by byte."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Script = Callable[[socket.socket, bytes], None]


class Server:
    """Takes connections one after the other; ``requests`` is what came in, whole."""

    def __init__(self, script: Script, *, reads: bool = True) -> None:
        self.reads = reads
        self.script = script
        self.requests: list[bytes] = []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}/refunds"

    def run(self) -> None:
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            said = self._read(connection) if self.reads else b""
            self.requests.append(said)
            self.script(connection, said)

    def _read(self, connection: socket.socket) -> bytes:
        said = b""
        while b"\r\n\r\n" not in said:
            said += connection.recv(65536)
        head, _, body = said.partition(b"\r\n\r\n")
        length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0)
        while len(body) < length:
            more = connection.recv(65536)
            said, body = said + more, body + more
        return said


@contextmanager
def served(script: Script, *, reads: bool = True) -> Iterator[Server]:
    """A server that does this with every connection, having read the request unless the script does."""
    server = Server(script, reads=reads)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.listening.shutdown(socket.SHUT_RDWR)
        server.listening.close()
        thread.join(10)


def saying(status: int, body: str = "", *headers: str) -> Script:
    """Answers with a status and a body, as a proper server does."""
    sent = body.encode()
    head = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(sent)}", "Content-Type: application/json", *headers]
    return lambda connection, _: connection.sendall("\r\n".join([*head, "", ""]).encode() + sent)
