"""Pages that are asked for again while nothing has happened: kept for some seconds, as they were written.

Whoever waits for an answer loads the same page again and again. A purchase's is written once for the same reader and
the same stamp of the purchase (``services/stamps.py``), a list for the same reader and the same rows. What follows from
the time alone is told that many seconds late at most.
"""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from flask import Flask, Response, current_app, g, make_response, request, session

from arbitration.db import db
from arbitration.door import guard
from arbitration.door.reader import current_reader
from arbitration.services.stamps import stamp_of
from arbitration.web import sessions
from arbitration.web.fragments import FOUND_BY, KEY, new_key
from arbitration.web.unread import frame_of_viewer

LASTS = timedelta(seconds=10)
MOST = 2 * 1024 * 1024
"""So many bytes of pages are kept by a process. What 16 people load again and again took twice as long with one MB."""
CHUNK = 32 * 1024
"""A page is sent by chunks of so many bytes, since each block of 64 KB and more is taken from the system anew."""
_KEY = KEY.encode("ascii")
Page = tuple[tuple[bytes, ...], ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A page by its chunks, each parted where a form has its key, and until when it may be shown.

    A list's ``rows`` are kept with it, for it is found by them.
    """

    page: Page
    until: datetime
    rows: int = 0

    @property
    def size(self) -> int:
        """Bytes that it takes, with what it is found by, more or less."""
        return sum(len(part) for chunk in self.page for part in chunk) + FOUND_BY * (1 + self.rows)


@dataclass(slots=True)
class Shelf:
    """The pages that a process keeps, the oldest first."""

    pages: dict[object, Kept] = field(default_factory=dict)
    size: int = 0
    lock: Any = field(default_factory=Lock)

    def find(self, key: object, now: datetime) -> Page | None:
        """What is kept under a key, if it may still be shown; not for longer where the clock was set back since."""
        found = self.pages.get(key)
        return found.page if found is not None and now < found.until <= now + LASTS else None

    def keep(self, key: object, page: Page, now: datetime, rows: int = 0) -> None:
        """Keep a page in place of those that are over, and of the oldest where there is no room; none that is huge."""
        new = Kept(page, now + LASTS, rows)
        if new.size > MOST // 3:
            return
        with self.lock:
            self._drop(key)
            for old in list(self.pages):
                if now < self.pages[old].until and self.size + new.size <= MOST:
                    break
                self._drop(old)
            self.pages[key] = new
            self.size += new.size

    def _drop(self, key: object) -> None:
        gone = self.pages.pop(key, None)
        self.size -= gone.size if gone is not None else 0


def install(app: Flask) -> None:
    """Give the application a shelf of its own."""
    app.extensions["arbitration_kept_pages"] = Shelf()


def purchase_once(external_id: str, write: Callable[[], Response | str]) -> Response:
    """The page of a purchase as ``write`` answers, or as it did some seconds ago where it would answer the same."""
    stamp = stamp_of(db.session(), guard.actor(), external_id, sessions.draft_token())
    if stamp is None or stamp.unread or stamp.kept or frame_of_viewer().notices:
        return make_response(write())  # it is more than a look: something is new, or waits to be shown
    return written_once(stamp.state, write)


def written_once(told: Hashable, write: Callable[[], Response | str]) -> Response:
    """A page that only shows, as ``write`` answers, or as it did some seconds ago for the same reader and address.

    ``told`` is all that the page tells but for its frame, and what follows from the time.
    """
    key = _key(told)
    if key is None:
        return make_response(write())
    shelf: Shelf = current_app.extensions["arbitration_kept_pages"]
    page = shelf.find(key, g.now)
    if page is None:
        g.is_kept = True
        try:
            page = tuple(_chunks(make_response(write()).get_data()))
        finally:
            g.is_kept = False
        shelf.keep(key, page, g.now, _rows(told))
    return Response([_with_keys(*chunk) for chunk in page], mimetype="text/html")


def _chunks(page: bytes) -> Iterator[tuple[bytes, ...]]:
    """Stretches of a page, cut before a tag and so never within the place of a key, each parted at those places."""
    start = 0
    while start < len(page):
        end = start + CHUNK
        if end < len(page):
            tag = page.rfind(b"<", start + 1, end + 1)
            end = tag if tag > 0 else end
        yield tuple(page[start:end].split(_KEY))
        start = end


def _with_keys(first: bytes, *others: bytes) -> bytes:
    return b"".join([first, *(new_key().encode("ascii") + other for other in others)]) if others else first


def _rows(told: Hashable) -> int:
    """How many rows a list tells; a purchase has none."""
    return sum(len(each) for each in told if isinstance(each, tuple)) if isinstance(told, tuple) else 0


def _key(told: Hashable) -> Hashable | None:
    """What tells a page from others; None where it has a message of the last act to tell as well."""
    who = sessions.signed_in()
    if who is None or session or request.method != "GET":
        return None
    frame = frame_of_viewer()
    asked = (request.script_root, request.path, request.query_string)
    viewer = (who.person_id, who.role, who.name, who.email, tuple(who.shops), current_reader())
    return asked, viewer, tuple(frame.sides.values()), frame.notices, told
