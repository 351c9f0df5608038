"""Writing a file to the disk as it comes in: hashed on the way, in a folder of its own, safe before anybody is told."""

import fcntl
import hashlib
import os
import secrets
import shutil
from pathlib import Path
from types import TracebackType

from arbitration.domain.files import ORIGINAL

HEAD = 4096


class Incoming:
    """A file that is coming in. It goes to ``folder``, under a random name; without one it is only hashed.

    What comes after ``largest`` bytes is hashed and counted, but not kept. Leaving its block discards the file, unless
    it was ``kept`` by then.
    """

    def __init__(self, folder: Path | None, largest: int) -> None:
        self.largest = largest
        self.size = 0
        self.head = b""
        self.kept = False
        self._hash = hashlib.sha256()
        self.place = _new_place(folder) if folder else None
        self._out: int | None = None
        self._lock = _locked(self.place) if self.place else None
        if self.place:
            self._out = os.open(self.original, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)

    @property
    def original(self) -> Path:
        """Where the file lies."""
        assert self.place is not None
        return self.place / ORIGINAL

    @property
    def sha256(self) -> str:
        """The hash of all that has come, in hexadecimal."""
        return self._hash.hexdigest()

    def write(self, data: bytes) -> int:
        """Take in a part of the file."""
        self._hash.update(data)
        self.head = (self.head + data[: HEAD - len(self.head)]) if len(self.head) < HEAD else self.head
        self.size += len(data)
        if self._out is not None and self.size <= self.largest:
            view = memoryview(data)
            while view:
                view = view[os.write(self._out, view) :]
        return len(data)

    def seek(self, _offset: int, _whence: int = 0) -> int:
        """Nothing is read from here; whoever parses a form asks for it all the same."""
        return 0

    def finish(self) -> None:
        """See that the file, and what was made of it, is on the disk before anything refers to it."""
        if self._out is not None:
            os.fsync(self._out)
            os.close(self._out)
            self._out = None

    def settle(self) -> None:
        """See that everything in the file's folder is on the disk, and the folder itself."""
        assert self.place is not None
        for path in self.place.iterdir():
            path.chmod(0o600)
            _sync(path)
        _sync(self.place)
        _sync(self.place.parent)

    def close(self) -> None:
        """Let go of it; what was not kept is gone."""
        if self._out is not None:
            os.close(self._out)
            self._out = None
        if self.place and not self.kept:
            discard(self.place)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> "Incoming":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()


def discard(place: Path) -> None:
    """Remove a file's folder with all that is in it; nothing happens if it is gone."""
    shutil.rmtree(place, ignore_errors=True)


def _new_place(folder: Path) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    place = folder / secrets.token_hex(16)
    place.mkdir(mode=0o700)
    return place


def _locked(place: Path) -> int | None:
    """The folder, locked for as long as its file is coming in or this process lives: whoever removes what nobody wants
    goes by that, since a clock may be wrong. None where the file system knows no locks."""
    descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
