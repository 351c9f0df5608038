"""The kinds of requests that are measured, for a database that was filled for it."""

from collections.abc import Callable, Iterator
from itertools import cycle
from urllib.parse import urlencode

from benchmarks.client import get, post
from benchmarks.filling import Seen

GOALS = {
    "purchase page, 50 messages": 0.15,
    "the same with a dispute": 0.15,
    "the first, written anew": 0.15,
    "the second, written anew": 0.15,
    "list of a buyer": 0.20,
    "list of a large shop": 0.20,
    "list of disputes": 0.20,
    "queue of an arbiter": 0.20,
    "message posted": 0.15,
    "dispute opened": 0.14,
}


class Kinds:
    """The requests of each kind; ``bare`` tells the bare view of the same apart where it needs another address."""

    def __init__(self, seen: Seen, keys: Iterator[int]) -> None:
        self.seen, self.keys = seen, keys
        self.viewers = cycle(range(len(seen.buyers)))
        # A dispute can be opened once: those of the last run count as used up by asking for each purchase in turn.
        self.openable = (
            (viewer, name) for names in zip(*seen.openable, strict=True) for viewer, name in enumerate(names)
        )

    def _of(self, names: list[str], *, anew: bool = False) -> Callable[[], bytes]:
        """A page that is loaded again and again; ``anew``: at another address each time, so that none was kept."""

        def request() -> bytes:
            viewer = next(self.viewers)
            asked = f"?asked={next(self.keys)}" if anew else ""
            return get(f"/purchases/{names[viewer]}{asked}", self.seen.buyers[viewer])

        return request

    def _list(self, path: str, secrets: list[str]) -> Callable[[], bytes]:
        requests = cycle([get(path, secret) for secret in secrets])
        return lambda: next(requests)

    def _post(self) -> bytes:
        viewer = next(self.viewers)
        said = {"text": "Is there any news of **my key**?", "idempotency_key": f"benchmark-{next(self.keys)}"}
        return post(f"/purchases/{self.seen.long[viewer]}/messages", self.seen.buyers[viewer], urlencode(said))

    def _open(self) -> bytes:
        viewer, name = next(self.openable)
        said = {
            "reason": "invalid",
            "requested": "refund",
            "statement": "The key was used before.",
            "open": "open",
            "idempotency_key": f"benchmark-{next(self.keys)}",
        }
        return post(f"/purchases/{name}/dispute/new", self.seen.buyers[viewer], urlencode(said))

    def all(self) -> dict[str, tuple[Callable[[], bytes], int]]:
        """Name, requests, and the status that is wanted; from the bare views that of a redirect is another."""
        seen = self.seen
        return {
            "purchase page, 50 messages": (self._of(seen.long), 200),
            "the same with a dispute": (self._of(seen.disputed), 200),
            "the first, written anew": (self._of(seen.long, anew=True), 200),
            "the second, written anew": (self._of(seen.disputed, anew=True), 200),
            "list of a buyer": (self._list("/purchases", seen.buyers), 200),
            "list of a large shop": (self._list("/purchases?role=seller", [seen.seller]), 200),
            "list of disputes": (self._list("/disputes", seen.buyers), 200),
            "queue of an arbiter": (self._list("/cases", seen.arbiters), 200),
            "message posted": (self._post, 303),
            "dispute opened": (self._open, 303),
        }


def hello() -> bytes:
    return get("/hello")
