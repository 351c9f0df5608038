"""Deadlines as they are kept: reminders and the way of counting in plain JSON, and back."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import Any

from arbitration.domain.deadlines import Deadline, Kind, Step
from arbitration.domain.working_time import END_OF_DAY, WorkingHours
from arbitration.rules.durations import parse_duration
from arbitration.rules.instants import parse_instant, show_instant


def steps_kept(deadline: Deadline) -> list[dict[str, str]]:
    """The reminders: ``name``, ``at`` (RFC 3339, UTC), ``counted_in``."""
    return [{"name": it.name, "at": show_instant(it.at), "counted_in": it.counted_in} for it in deadline.steps]


def counting_kept(deadline: Deadline) -> dict[str, Any]:
    """How it was counted: ``period`` (ISO 8601), and ``zone`` and ``week`` where it went by working hours."""
    kept: dict[str, Any] = {}
    if deadline.period is not None:
        kept["period"] = str(deadline.period)
    if deadline.hours is not None:
        kept["zone"] = deadline.hours.zone
        kept["usual"] = deadline.hours.usual
        kept["week"] = [[[_shown(opens), _shown(closes)] for opens, closes in day] for day in deadline.hours.week]
    return kept


def restored(
    kind: str,
    owed_by: str,
    base_event: str,
    base_at: datetime,
    first_due_at: datetime,
    due_at: datetime,
    consequence: str,
    steps: Iterable[Mapping[str, str]],
    counting: Mapping[str, Any] | None,
) -> Deadline:
    """The deadline from its kept form."""
    counting = counting or {}
    return Deadline(
        Kind(kind),
        owed_by,
        base_event,
        base_at,
        due_at,
        consequence,
        period=parse_duration(counting["period"]) if "period" in counting else None,
        steps=tuple(Step(it["name"], parse_instant(it["at"]), it.get("counted_in", "plain")) for it in steps),
        extended_by=due_at - first_due_at,
        hours=_hours(counting) if "week" in counting else None,
    )


def _hours(counting: Mapping[str, Any]) -> WorkingHours:
    week = tuple(tuple((_read(opens), _read(closes)) for opens, closes in day) for day in counting["week"])
    return WorkingHours(counting["zone"], week, bool(counting.get("usual")))


def _shown(moment: time) -> str:
    return END_OF_DAY if moment == time.max else moment.isoformat("minutes")


def _read(text: str) -> time:
    return time.max if text == END_OF_DAY else time.fromisoformat(text)
