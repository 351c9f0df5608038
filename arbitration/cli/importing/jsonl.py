"""Reads JSON Lines: one object a line, in UTF-8."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from arbitration.cli.importing.pieces import SPACE, Pieces
from arbitration.cli.importing.plainjson import read_plain_json
from arbitration.cli.importing.rows import FileRow, Lines, too_long
from arbitration.domain.refusals import FieldFault
from arbitration.rules.faults import BadInputError
from arbitration.rules.jsontext import REPEATED, parse_json
from arbitration.rules.marking import N_

BOM = b"\xef\xbb\xbf"


class JsonLines:
    """The rows of a file of JSON Lines. Empty lines are passed over, and counted."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file

    def rows(self, offset: int, line: int) -> Iterator[FileRow]:
        """The rows after a byte and a line."""
        if offset:
            self.file.seek(offset)
        lines, pieces = Lines(self.file, offset, line), Pieces()
        for raw in lines:
            if raw is None:
                yield FileRow(lines.line, lines.offset, lines.line, faults=[too_long()])
                continue
            raw = raw.removeprefix(BOM) if lines.line == 1 else raw
            bare = raw.strip(SPACE)
            said = pieces.read(bare)
            if said is not None:
                yield FileRow(lines.line, lines.offset, lines.line, said)
            elif raw.strip():
                value, faults = read_json(raw)
                pieces.learn(bare, value)
                yield FileRow(lines.line, lines.offset, lines.line, value, faults)


def read_json(raw: bytes, path: str = "") -> tuple[object, list[FieldFault]]:
    """A JSON text as a value, or the faults that keep it from being one."""
    if not path and (value := read_plain_json(raw)) is not None:
        return value, []
    try:
        value = parse_json(raw)
        return value, list(_repeated(value, path))
    except BadInputError as error:
        if not _is_utf8(raw):
            return None, [FieldFault(path or "$", NOT_UTF8)]
        return None, [
            FieldFault(
                path or "$",
                NOT_JSON,
                {"reason": fault.message.removeprefix("not JSON: ").removeprefix("not JSON that can be read: ")},
            )
            for fault in error.faults
        ]
    except RecursionError:
        return None, [FieldFault(path or "$", NOT_JSON, {"reason": "it is nested too deeply"})]


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _repeated(value: Any, path: str) -> Iterator[FieldFault]:
    """A fault for each key that stands more than once in its object."""
    if value is REPEATED:
        yield FieldFault(path or "$", N_("This key stands more than once."))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _repeated(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _repeated(inner, f"{path}[{number}]")


NOT_UTF8 = N_("This is not UTF-8. Save the file as UTF-8, then import it again.")
NOT_JSON = N_("This can't be read as JSON: %(reason)s.")
