"""What the demo tells: purchases as a marketplace exports them, and what is said about them, in order of time."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
_OFFSET = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


@dataclass(frozen=True, slots=True)
class Arrival:
    """Purchases that come in from the marketplace."""

    at: datetime
    rows: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Saying:
    """A message that one side of a purchase posts."""

    at: datetime
    purchase: str
    by: str
    text: str
    reports_problem: bool


Event = Arrival | Saying


def events() -> list[Event]:
    """All that happens, in order of time; purchases of a day with nothing said in between arrive together."""
    purchases = {row["external_id"]: row for row in _lines("purchases.jsonl")}
    single: list[Event] = [Arrival(_known_from(row), [row]) for row in purchases.values()]
    for story in _lines("conversations.jsonl"):
        if is_told(story):
            single += _sayings(story, purchases[story["purchase"]])
    return list(_together(sorted(single, key=lambda event: event.at)))


def is_told(story: Mapping[str, Any]) -> bool:
    """Whether a story is of messages alone and ends without a dispute."""
    return story["expect"]["stage"] is None and all(step["act"] == "message" for step in story["steps"])


def offset(text: str) -> timedelta:
    """An exact length of time from ISO 8601 (days, hours, minutes, seconds). Raises ValueError for another one."""
    match = _OFFSET.fullmatch(text)
    if match is None:
        raise ValueError(f"not an exact length of time: {text!r}")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _lines(name: str) -> Iterator[dict[str, Any]]:
    with (DATA / name).open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _known_from(row: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(row["delivered_at"] or row["paid_at"])


def _sayings(story: Mapping[str, Any], purchase: Mapping[str, Any]) -> Iterator[Saying]:
    base = datetime.fromisoformat(purchase[story["base"]])
    for step in story["steps"]:
        reports = bool(step.get("fields", {}).get("reports_problem"))
        yield Saying(base + offset(step["at_offset"]), story["purchase"], step["by"], step["text"], reports)


def _together(single: list[Event]) -> Iterator[Event]:
    for day, group in groupby(single, key=lambda event: event.at.date() if isinstance(event, Arrival) else None):
        if day is None:
            yield from group
            continue
        arrivals = [event for event in group if isinstance(event, Arrival)]
        yield Arrival(arrivals[-1].at, [row for arrival in arrivals for row in arrival.rows])
