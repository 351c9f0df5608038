"""What the demo tells: purchases as a marketplace exports them, and what people do about them, in order of time."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
SCRIPTS = ("conversations.jsonl", "more.jsonl")
CLOCK = "clock"
WEEK, DAY = timedelta(days=7), timedelta(days=1)
SHORTEST_REST = timedelta(days=1)
"""So long ago at most a story that ends open ends; in none does a time run out within twice that."""
_OFFSET = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


@dataclass(frozen=True, slots=True)
class Arrival:
    """Purchases that come in from the marketplace."""

    at: datetime
    rows: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that somebody does in a story. ``moved`` is by how much the story was moved in time."""

    at: datetime
    story: str
    n: int
    purchase: str
    by: str
    act: str
    text: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    arbiter: str | None = None
    moved: timedelta = timedelta(0)

    def instant(self, name: str) -> datetime | None:
        """An instant among the fields, moved along with the story."""
        value = self.fields.get(name)
        return datetime.fromisoformat(value) + self.moved if value else None


Event = Arrival | Step


@dataclass(frozen=True, slots=True)
class Story:
    """A scripted correspondence, with its purchase."""

    script: Mapping[str, Any]
    row: Mapping[str, Any]

    @property
    def id(self) -> str:
        """What it is called: c01 and so on."""
        return str(self.script["id"])

    @property
    def base(self) -> datetime:
        """What its steps are counted from."""
        return datetime.fromisoformat(self.row[self.script["base"]])

    @property
    def ends_open(self) -> bool:
        """Whether its dispute is not closed at the end."""
        return self.script["expect"]["stage"] not in (None, "closed")

    def steps(self, moved: timedelta = timedelta(0)) -> Iterator[Step]:
        """All its steps, those of the clock too: they are what the sweep is expected to do."""
        for step in self.script["steps"]:
            yield Step(
                self.base + moved + offset(step["at_offset"]),
                self.id,
                step["n"],
                self.script["purchase"],
                step["by"],
                step["act"],
                step.get("text") or "",
                step.get("fields") or {},
                step.get("arbiter"),
                moved,
            )


def stories() -> list[Story]:
    """All stories, in the order of the files; those of the second leave something to do to everybody."""
    purchases = {row["external_id"]: row for row in _lines("purchases.jsonl")}
    scripts = [script for name in SCRIPTS for script in _lines(name)]
    return [Story(script, purchases[script["purchase"]]) for script in scripts]


def arbiters() -> list[Mapping[str, str]]:
    """The arbiters of all stories: ``email``, ``name``, ``language``."""
    found = {each["email"]: each for story in stories() for each in story.script["arbiters"]}
    return [found[email] for email in sorted(found)]


def events(now: datetime | None = None) -> list[Event]:
    """All that happens, in order of time; purchases of a day with nothing done in between arrive together.

    With ``now``, stories that end open are moved along with their purchase, so that they end a little before and no
    time runs out in them for a day; without, all keep their dates.
    """
    told = stories()
    moves = {story.script["purchase"]: moved_by(story, now) for story in told if now and story.ends_open}
    single: list[Event] = []
    early = {story.script["purchase"] for story in told if story.script["base"] == "paid_at"}
    for row in _lines("purchases.jsonl"):
        single += _arrivals(_moved(row, moves.get(row["external_id"], timedelta(0))), row["external_id"] in early)
    for story in told:
        moved_story = moves.get(story.script["purchase"], timedelta(0))
        single += [step for step in story.steps(moved_story) if step.by != CLOCK]
    return list(_together(sorted(single, key=lambda event: event.at)))


def moved_by(story: Story, now: datetime) -> timedelta:
    """By how much a story that ends open is moved: whole weeks, so that its weekdays stay, if it then ended within the
    last day; else whole days. No time runs out in any of them within two days of their last step."""
    last = max(step.at for step in story.steps())
    weeks = (now - last) // WEEK * WEEK
    return weeks if now - last - weeks <= SHORTEST_REST else (now - last) // DAY * DAY


def offset(text: str) -> timedelta:
    """An exact length of time from ISO 8601 (days, hours, minutes, seconds). Raises ValueError for another one."""
    match = _OFFSET.fullmatch(text)
    if match is None:
        raise ValueError(f"not an exact length of time: {text!r}")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def edition() -> str:
    """Tells the stories of this version from those of another: SHA-256 of their files."""
    told = b"".join(path.read_bytes() for path in sorted(DATA.glob("*.jsonl")))
    return hashlib.sha256(told).hexdigest()


def _lines(name: str) -> Iterator[dict[str, Any]]:
    with (DATA / name).open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _moved(row: dict[str, Any], by: timedelta) -> dict[str, Any]:
    if not by:
        return row
    times = ("payment_started_at", "paid_at", "delivered_at")
    moved = {name: (datetime.fromisoformat(row[name]) + by).isoformat() for name in times if row[name]}
    return row | moved


def _arrivals(row: dict[str, Any], early: bool) -> list[Event]:
    """A purchase comes in once it is delivered; where something is said before that, once it is paid, and again."""
    whole = Arrival(datetime.fromisoformat(row["delivered_at"] or row["paid_at"]), [row])
    if not early or not row["delivered_at"]:
        return [whole]
    return [Arrival(datetime.fromisoformat(row["paid_at"]), [row | {"delivered_at": None}]), whole]


def _together(single: list[Event]) -> Iterator[Event]:
    for day, group in groupby(single, key=lambda event: event.at.date() if isinstance(event, Arrival) else None):
        if day is None:
            yield from group
            continue
        arrivals = [event for event in group if isinstance(event, Arrival)]
        yield Arrival(arrivals[-1].at, [row for arrival in arrivals for row in arrival.rows])
