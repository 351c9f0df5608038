"""Reads the tables of a policy file, gathering every fault with the path of its key."""

import re
from collections.abc import Collection
from datetime import datetime, time
from typing import Any

from arbitration.rules.durations import Duration, parse_duration
from arbitration.rules.faults import Fault, printable
from arbitration.rules.instants import parse_instant

_MISSING = object()
_TIME_OF_DAY = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00").fullmatch


class Table:
    """One table of a policy file. Each reader returns its value, or a stand-in once it has noted a fault."""

    def __init__(self, data: dict[str, Any], path: str, faults: list[Fault]) -> None:
        self.data = data
        self.path = path
        self.faults = faults
        self.read: set[str] = set()

    def at(self, key: str) -> str:
        """The path of a key; one that holds a dot stands in quotation marks, as in the file."""
        shown = printable(f'"{key}"' if "." in key else key)
        return f"{self.path}.{shown}" if self.path else shown

    def fault(self, key: str, message: str) -> None:
        self.faults.append(Fault(self.at(key), message))

    def value(self, key: str, kind: type, wanted: str) -> Any:
        """The value if it is there and of that kind, else None and a fault."""
        self.read.add(key)
        value = self.data.get(key, _MISSING)
        if value is _MISSING:
            self.fault(key, "is missing")
        elif not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.fault(key, f"must be {wanted}")
        else:
            return value
        return None

    def table(self, key: str) -> "Table":
        return Table(self.value(key, dict, "a table") or {}, self.at(key), self.faults if key in self.data else [])

    def tables(self, key: str) -> "list[Table]":
        """An array of tables."""
        items = self.value(key, list, "a list of tables") or []
        found = [
            Table(item, f"{self.at(key)}[{n}]", self.faults) for n, item in enumerate(items) if isinstance(item, dict)
        ]
        if len(found) < len(items):
            self.fault(key, "must be a list of tables")
        return found

    def text(self, key: str) -> str:
        value = self.value(key, str, "a text")
        if value is not None and not value.strip():
            self.fault(key, "must not be empty")
        return value or ""

    def number(self, key: str, least: int) -> int:
        value = self.value(key, int, "a whole number")
        if value is not None and value < least:
            self.fault(key, f"must be at least {least}")
        return value or 0

    def texts(self, key: str, allowed: Collection[str]) -> tuple[str, ...]:
        """A list without repetitions of some of the allowed texts."""
        items = self.value(key, list, "a list of texts") or []
        for number, item in enumerate(items):
            if not isinstance(item, str) or item not in allowed:
                known = ", ".join(sorted(allowed))
                self.faults.append(Fault(f"{self.at(key)}[{number}]", f"must be one of {known}"))
            elif item in items[:number]:
                self.faults.append(Fault(f"{self.at(key)}[{number}]", "stands there twice"))
        return tuple(item for item in items if isinstance(item, str))

    def choice(self, key: str, allowed: Collection[str]) -> str:
        value = self.text(key)
        if value and value not in allowed:
            self.fault(key, f"must be one of {', '.join(sorted(allowed))}")
        return value

    def period(self, key: str) -> Duration:
        try:
            text = self.value(key, str, "a duration such as PT24H")
            return parse_duration(text) if text is not None else Duration()
        except ValueError as error:
            self.fault(key, str(error))
            return Duration()

    def instant(self, key: str) -> datetime | None:
        try:
            text = self.value(key, str, "an instant such as 2026-03-01T10:00:00Z, in quotation marks")
            return parse_instant(text) if text is not None else None
        except ValueError as error:
            self.fault(key, str(error))
            return None

    def time_of_day(self, key: str) -> time:
        text = self.value(key, str, "a time such as 09:00")
        if text is not None and not _TIME_OF_DAY(text):
            self.fault(key, "must be a time such as 09:00")
        elif text is not None:
            return time.max if text == "24:00" else time.fromisoformat(text)
        return time.min

    def finish(self) -> None:
        """Notes a fault for each key that nobody has read."""
        for key in self.data:
            if key not in self.read:
                self.fault(key, "is not a known key")
