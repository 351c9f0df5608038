"""The clocks of a policy: the periods and counts by which the life of a dispute runs (docs/policy.md, "clocks").

``CLOCKS`` says which there are and of what form; ``docs/policy.md`` says what each means.
"""

from collections.abc import Callable, Mapping

from arbitration.rules.policy import Step
from arbitration.rules.policy_table import Table

COUNTED_IN = ("plain", "working")


def _period(table: Table, key: str) -> object:
    return table.period(key)


def _count(table: Table, key: str) -> object:
    return table.number(key, 0)


def _time(table: Table, key: str) -> object:
    return table.time_of_day(key)


def _optional_reminders(table: Table, key: str) -> object:
    """Reminders that a policy may leave out, so that there are none."""
    return _reminders(table, key) if key in table.data else ()


def _reminders(table: Table, key: str) -> object:
    """Reminders stand in the order of the file, which is that in which they fall due."""
    steps = []
    for item in table.tables(key):
        steps.append(Step(item.period("after"), item.choice("counted_in", COUNTED_IN)))
        item.finish()
    return tuple(steps)


CLOCKS: Mapping[str, Mapping[str, Callable[[Table, str], object]]] = {
    "working_day": {"from": _time, "to": _time},
    "seller_answer": {"reminders": _reminders, "ends": _period},
    "buyer_answer": {"reminders": _reminders, "ends": _period},
    "escalation": {"opens": _period},
    "offer": {"lasts": _period, "counter_offers": _count},
    "exhibit": {"lies_open": _period},
    "exhibit_request": {"reminder_before_end": _period, "reminder_if_longer_than": _period},
    "extension": {"in_all": _period},
    "ruling": {"within": _period},
    "appeal": {"within": _period},
    "correction": {"within": _period},
    "remedy": {"reminders": _optional_reminders, "within": _period},
    "reopening": {"within": _period, "times": _count},
}


def read_clocks(table: Table) -> dict[str, dict[str, object]]:
    """The clocks, each with all its values; faults go where the table gathers them."""
    clocks = {}
    for name, values in CLOCKS.items():
        clock = table.table(name)
        clocks[name] = {key: read(clock, key) for key, read in values.items()}
        clock.finish()
    table.finish()
    return clocks
