"""Having a file looked at by a process of its own, which may fail, hang or be taken over without harm to this one."""

import errno
import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from arbitration.domain import files
from arbitration.domain.files import ORIGINAL, Part, Stored, agreed, refused, require_size
from arbitration.media import kinds
from arbitration.media.receiving import Incoming

ROOT = Path(__file__).parents[2]
PATIENCE = 45.0
AT_ONCE, IN_LINE = 2, 2  # fewer together than a server has threads: the others answer meanwhile
LONGEST_WAIT = 20.0  # with ``PATIENCE`` less than a proxy waits for an answer
LONGEST_ANSWER = 64 * 1024
_turns = threading.BoundedSemaphore(AT_ONCE)
_line = threading.BoundedSemaphore(AT_ONCE + IN_LINE)


class BusyError(Exception):
    """Too many files are being looked at just now."""


def examine(incoming: Incoming, given_name: str | None, declared: str) -> Stored:
    """What a file that has come in is, with what was made of it for others to see; all of it is on the disk then.

    Raises:
        InvalidError: it is none that can be filed; the sentence says why, and what to do.
        BusyError: there was no turn for it.
        OSError: the disk is full, or can't be written.
    """
    name = files.shown_name(given_name)
    if incoming.size > incoming.largest:
        raise files.too_large(files.family_of_ending(name))
    if incoming.size == 0:
        raise refused(files.EMPTY)
    seems = kinds.found(incoming.head)
    text = seems is None and files.ending_of(name) in files.FORMATS["text/plain"].endings
    media_type = "text/plain" if text else seems
    form = agreed(name, declared, media_type)
    assert media_type is not None
    require_size(incoming.size, form.family)
    incoming.finish()
    if kinds.is_two_kinds(incoming.original, incoming.head, media_type):
        raise refused(files.REFUSED["two_kinds"])
    told = _asked(incoming.original, media_type)
    stored = _stored(incoming, name, media_type, told)
    incoming.settle()
    return stored


def _asked(original: Path, media_type: str) -> dict[str, Any]:
    with _turn():
        told = ask(str(original), media_type)
    if told.get("full"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if code := told.get("refused"):
        raise refused(files.REFUSED.get(str(code), files.UNREADABLE))
    return told


@contextmanager
def _turn() -> Iterator[None]:
    """One of those that are looked at. Who waits for a turn keeps a thread of the server waiting, so few do."""
    if not _line.acquire(blocking=False):
        raise BusyError
    try:
        if not _turns.acquire(timeout=LONGEST_WAIT):
            raise BusyError
        try:
            yield
        finally:
            _turns.release()
    finally:
        _line.release()


def ask(*arguments: str) -> dict[str, Any]:
    """The answer of the process; that the file is refused, if it fails or takes too long."""
    command = [sys.executable, "-m", "arbitration.media", *arguments]
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}
    try:
        done = subprocess.run(
            command,
            env=environment,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"refused": "takes_too_long"}
    try:
        told = json.loads(done.stdout[:LONGEST_ANSWER])
    except ValueError:
        return {"refused": "takes_too_long" if done.returncode in (-9, -24, -25) else "unreadable"}
    return told if isinstance(told, dict) else {"refused": "unreadable"}


def _stored(incoming: Incoming, name: str, media_type: str, told: dict[str, Any]) -> Stored:
    """The answer, taken for no more than it is worth: every file that it names is looked at from here."""
    assert incoming.place is not None
    parts = tuple(_part(incoming.place, part) for part in told.get("parts", ()))
    wanted = {ORIGINAL, *(part.name for part in parts)}
    for path in incoming.place.iterdir():
        if path.name not in wanted:
            path.unlink()
    return Stored(
        folder=incoming.place.name,
        name=name,
        media_type=media_type,
        bytes=incoming.size,
        sha256=incoming.sha256,
        parts=parts,
        **{key: _number(told.get(key)) for key in ("width", "height", "duration", "pages")},
    )


def _part(place: Path, told: dict[str, Any]) -> Part:
    name, media_type = str(told["name"]), str(told["media_type"])
    page = name.removeprefix(files.PAGE)
    if name not in (files.THUMB, files.CLEAN) and not (name.startswith(files.PAGE) and page.isdecimal()):
        raise ValueError(f"no part of an exhibit is called {name!r}")
    path = place / name
    if path.is_symlink() or media_type not in {*files.FORMATS}:
        raise ValueError(f"no part of an exhibit is like that: {media_type!r}")
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    width, height = _number(told.get("width")), _number(told.get("height"))
    return Part(name, media_type, path.stat().st_size, sha256, width, height)


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and 0 <= value < 2**31 else None
