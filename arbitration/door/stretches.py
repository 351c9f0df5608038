"""A stretch of a file, as a file of its own."""

import os
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import BinaryIO


def open_stretch(path: Path, start: int, stop: int) -> BinaryIO:
    """What stands in a file from byte ``start`` up to ``stop``, which is not in it. Raises OSError as ``open`` does.

    It has no number of the system's: a server that sends a file by its number would send the whole.
    """
    return BufferedReader(_Stretch(path, start, stop))


class _Stretch(RawIOBase):
    def __init__(self, path: Path, start: int, stop: int) -> None:
        self._file, self._start, self._stop = path.open("rb", buffering=0), start, stop
        self._file.seek(start)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, into: memoryview) -> int | None:  # type: ignore[override] # what a BufferedReader gives
        left = max(0, self._stop - self._file.tell())
        return self._file.readinto(into[:left])

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        origin = {os.SEEK_SET: self._start, os.SEEK_CUR: self._file.tell(), os.SEEK_END: self._stop}[whence]
        return self._file.seek(origin + offset) - self._start

    def close(self) -> None:
        self._file.close()
        super().close()
