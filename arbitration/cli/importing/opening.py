"""Opening the file that is to be imported: which form it has, and by which sum it is known."""

import hashlib
import os
import sys
from pathlib import Path
from typing import BinaryIO

from arbitration.cli.importing.jsonl import BOM, JsonLines
from arbitration.cli.importing.rows import Reader, UnusableFileError
from arbitration.cli.importing.table import Table

BY_SUFFIX = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl"}
CHUNK = 1024 * 1024


def open_file(name: str) -> BinaryIO:
    """The file, or standard input for ``-``. Raises UnusableFileError if it can't be opened."""
    if name == "-":
        return _standard_input()
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise UnusableFileError(f"can't be read ({error.strerror}).") from None


def _standard_input() -> BinaryIO:
    """Under a number of its own: a process that is started to read it has its standard input closed."""
    try:
        return os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    except (OSError, ValueError):
        return sys.stdin.buffer


def is_regular(file: BinaryIO) -> bool:
    """Whether it can be read twice: a file, and no pipe."""
    try:
        return file.seekable() and os.path.isfile(file.fileno())
    except (OSError, ValueError):
        return False


def sum_of(file: BinaryIO) -> tuple[str, int]:
    """The SHA-256 and the size of a file, which is then at its beginning again."""
    digest, size = hashlib.sha256(), 0
    while chunk := file.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    file.seek(0)
    return digest.hexdigest(), size


def reader_of(file: BinaryIO, name: str, form: str | None) -> Reader:
    """What reads the file: by the form asked for, else by the file's suffix, else by its first character.

    Raises:
        UnusableFileError: it is empty, or of no form that can be imported.
    """
    start = _peek(file).removeprefix(BOM).lstrip()
    if not start:
        raise UnusableFileError("There is nothing in it.")
    form = form or BY_SUFFIX.get(Path(name).suffix.lower()) or ("jsonl" if start[:1] in b"{[" else "csv")
    if form == "csv":
        return Table(file)
    if start[:1] == b"[":
        raise UnusableFileError("This is one JSON list. Write an object a line instead (JSON Lines): jq -c '.[]' FILE")
    return JsonLines(file)


def _peek(file: BinaryIO) -> bytes:
    peek = getattr(file, "peek", None)
    return bytes(peek(4096)[:4096]) if peek else b""
