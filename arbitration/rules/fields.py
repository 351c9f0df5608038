"""Reads the fields of JSON objects, gathering every fault at the path of its field."""

import json
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, TypeVar

from arbitration.rules.durations import Duration, parse_duration
from arbitration.rules.faults import Fault, printable
from arbitration.rules.instants import parse_instant
from arbitration.rules.jsontext import REPEATED

T = TypeVar("T")
Object = Mapping[str, Any]
_MISSING = object()


class Fields:
    """The fields of one object at a path. A reader returns None where the value is not there or cannot be read."""

    __slots__ = ("data", "faults", "prefix")

    def __init__(self, data: Object, prefix: str, faults: list[Fault], known: frozenset[str]) -> None:
        self.data = data
        self.prefix = prefix
        self.faults = faults
        if not data.keys() <= known:
            for key in data:
                if key not in known:
                    self.fault(printable(str(key)), "is not a known field")

    def fault(self, key: str, message: str) -> None:
        self.faults.append(Fault(self.prefix + key, message))

    def _wrong(self, key: str, value: object, wanted: str) -> None:
        """Notes why a value cannot be taken; what a repeated key holds is not judged."""
        if value is _MISSING:
            self.fault(key, "is missing")
        elif value is REPEATED:
            self.fault(key, "stands there more than once")
        else:
            self.fault(key, f"must be {wanted}, not {shown(value)}")

    def instant(self, key: str) -> datetime | None:
        value = self.data.get(key, _MISSING)
        if not isinstance(value, str):
            self._wrong(key, value, "an instant")
            return None
        try:
            return parse_instant(value)
        except ValueError as error:
            self.fault(key, f"{error}: {shown(value)}")
            return None

    def known_instant(self, key: str) -> datetime | None:
        """An instant that may be left out or null."""
        return None if self.data.get(key) is None else self.instant(key)

    def duration(self, key: str) -> Duration | None:
        value = self.data.get(key, _MISSING)
        if not isinstance(value, str):
            self._wrong(key, value, "a duration")
            return None
        try:
            return parse_duration(value)
        except ValueError as error:
            self.fault(key, f"{error}: {shown(value)}")
            return None

    def code(self, key: str, allowed: Collection[str]) -> str | None:
        value = self.data.get(key, _MISSING)
        if isinstance(value, str) and value in allowed:
            return value
        self._wrong(key, value, f"one of {', '.join(allowed)}")
        return None

    def boolean(self, key: str) -> bool | None:
        """True or false; may be left out or null."""
        value = self.data.get(key)
        if value is None or value is True or value is False:
            return value
        self._wrong(key, value, "true or false")
        return None

    def text(self, key: str) -> str | None:
        """A text; may be left out or null."""
        value = self.data.get(key)
        if value is None or isinstance(value, str):
            return value
        self._wrong(key, value, "a text")
        return None

    def count(self, key: str) -> int:
        """A number of things; nought if it is left out or null."""
        value = self.data.get(key)
        if value is None:
            return 0
        if not isinstance(value, int) or isinstance(value, bool):
            self._wrong(key, value, "a whole number")
            return 0
        if value < 0:
            self.fault(key, "must not be negative")
        return value

    def object(self, key: str, known: frozenset[str]) -> "Fields | None":
        """The fields of an object that must be there."""
        value = self.data.get(key, _MISSING)
        if isinstance(value, Mapping):
            return Fields(value, f"{self.prefix}{key}.", self.faults, known)
        self._wrong(key, value, "an object")
        return None

    def known_object(self, key: str, known: frozenset[str]) -> "Fields | None":
        """The fields of an object that may be left out or null."""
        return None if self.data.get(key) is None else self.object(key, known)

    def items(self, key: str, read: Callable[[Any, str, list[Fault]], T]) -> tuple[T, ...]:
        """A list that may be left out or null, each item read with its path."""
        value = self.data.get(key)
        if not value and (value is None or isinstance(value, list)):
            return ()
        if not isinstance(value, list | tuple):
            self._wrong(key, value, "a list")
            return ()
        return tuple([read(item, f"{self.prefix}{key}[{n}]", self.faults) for n, item in enumerate(value)])


def shown(value: object) -> str:
    """A value as JSON on one line, cut where it is long."""
    try:
        text = json.dumps(value, ensure_ascii=False) if isinstance(value, str | int | float | None) else _kind(value)
    except ValueError:
        text = "a number"
    text = printable(text[:200])
    return text if len(text) <= 60 else f"{text[:57]}..."


def _kind(value: object) -> str:
    return "an object" if isinstance(value, Mapping) else "a list" if isinstance(value, list | tuple) else "that"
