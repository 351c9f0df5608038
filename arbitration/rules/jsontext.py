"""Strict JSON: UTF-8 without a byte-order mark, no NaN, and repeated keys kept visible."""

import codecs
import json
from json.scanner import make_scanner
from typing import Any

from arbitration.rules.faults import BadInputError, Fault

_MOST_DIGITS = 4000
_LARGEST: int = 10**_MOST_DIGITS


class _Repeated:
    """Stands for the value of a key that came more than once; no reader takes it for a value of its own."""

    def __repr__(self) -> str:
        return "a repeated key"


REPEATED = _Repeated()


def parse_json(raw: bytes) -> Any:
    """The value of a JSON text. Raises BadInputError with one fault at ``$`` if it is none."""
    if raw.startswith(codecs.BOM_UTF8):
        raise BadInputError([Fault("$", "not JSON: it begins with a byte-order mark; save it as UTF-8 without one")])
    try:
        return _value(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadInputError([Fault("$", f"not UTF-8 (byte {error.start + 1})")]) from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise BadInputError([Fault("$", f"not JSON: {error.msg} ({place})")]) from None
    except RecursionError:
        raise BadInputError([Fault("$", "not JSON that can be read: nested too deeply")]) from None


def _value(text: str) -> Any:
    """As the decoder reads it; a text that is in order is spared the decoder's search for white space around it."""
    text = text.strip(" \t\r\n")
    try:
        value, end = _scan(text, 0)
    except StopIteration:
        return _DECODER.decode(text)
    return value if end == len(text) else _DECODER.decode(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                found[key] = REPEATED
            seen.add(key)
    return found


def _integer(digits: str) -> int:
    """A number too long to be read as one is still a number, and larger than any that matters."""
    if len(digits) <= _MOST_DIGITS:
        return int(digits)
    return -_LARGEST if digits.startswith("-") else _LARGEST


def _no_number(name: str) -> None:
    raise json.JSONDecodeError(f"{name} is no JSON number", "", 0)


def _escape(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    return "".join(f"\\u{ord(c):04x}" for c in error.object[error.start : error.end]), error.end


ESCAPES = "arbitration.json_escapes"
"""How to encode a text of JSON: half a surrogate pair out of somebody's words stays the escape it came as."""
codecs.register_error(ESCAPES, _escape)

_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_constant=_no_number)
_scan = make_scanner(_DECODER)  # type: ignore[arg-type] # its stub asks for itself
