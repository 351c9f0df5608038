"""JSON as programs write it, read in a fraction of the time that the strict reader takes, and to the same value."""

from typing import Any

import orjson


def read_plain_json(raw: bytes) -> object:
    """The value that ``rules.jsontext.parse_json`` gives, but faster; None where it might give another.

    A key that stands twice shows in the count of quotes before colons, as long as no white space comes between them.
    """
    raw = raw.strip(b" \t\r\n")
    if b'" :' in raw or b'"  ' in raw or b"\t" in raw or b"\r" in raw or b"\n" in raw or b'\\\\":' in raw:
        return None
    try:
        value = orjson.loads(raw)
        return value if raw.count(b'":') - raw.count(b'\\":') == _keys(value) else None
    except (ValueError, TypeError, RecursionError):
        return None


def _keys(value: Any) -> int:
    """How many keys stand in an object and in all that is in it. Raises TypeError where a number is no whole one."""
    count = 0
    if type(value) is dict:
        count, value = len(value), value.values()
    for inner in value:
        kind = type(inner)
        if kind is dict or kind is list:
            count += _keys(inner)
        elif kind is float:
            raise TypeError
    return count
