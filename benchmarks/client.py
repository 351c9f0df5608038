"""A client that costs little: connections kept alive, requests made beforehand, answers read and their status kept."""

import socket
import threading
from collections import Counter
from collections.abc import Callable
from time import perf_counter

COOKIE = "arbitration"


def get(path: str, secret: str = "") -> bytes:
    """A GET as a browser sends it."""
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n{_cookie(secret)}Accept-Language: en\r\n\r\n".encode()


def post(path: str, secret: str, form: str) -> bytes:
    """A form as a browser of the same site sends it."""
    kind = "Content-Type: application/x-www-form-urlencoded\r\n"
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\n{_cookie(secret)}Sec-Fetch-Site: same-origin\r\n{kind}"
    return f"{head}Content-Length: {len(form.encode())}\r\n\r\n{form}".encode()


def _cookie(secret: str) -> str:
    return f"Cookie: {COOKIE}={secret}\r\n" if secret else ""


class Connection:
    """One connection that is kept."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.rest = b""

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """The status and the body of the answer."""
        self.socket.sendall(request)
        while b"\r\n\r\n" not in self.rest:
            self._more()
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        length = next(
            (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
        )
        while len(self.rest) < length:
            self._more()
        body, self.rest = self.rest[:length], self.rest[length:]
        return int(head[9:12]), body

    def _more(self) -> None:
        got = self.socket.recv(1 << 18)
        if not got:
            raise ConnectionError("the server hung up")
        self.rest += got

    def close(self) -> None:
        self.socket.close()


def load(port: int, requests: Callable[[], bytes], count: int, connections: int = 8) -> tuple[float, Counter[int]]:
    """So many requests over so many connections at once; gives the seconds that passed, and the statuses."""
    statuses: Counter[int] = Counter()
    lock, left = threading.Lock(), iter(range(count))

    def work() -> None:
        connection = Connection(port)
        while True:
            with lock:
                if next(left, None) is None:
                    break
                request = requests()
            status, _ = connection.ask(request)
            with lock:
                statuses[status] += 1
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(connections)]
    start = perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return perf_counter() - start, statuses
