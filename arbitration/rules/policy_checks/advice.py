"""What to do about the commonest faults of the format."""

from arbitration.rules.faults import Fault
from arbitration.rules.policy import LANGUAGES

_LOST = {
    "ends": "a deadline without an end has no consequence; state after which period silence counts",
    "within": "a deadline without an end has no consequence; state the period",
    "lasts": "an offer that never ends blocks the dispute; state the period",
    "in_force_from": "state the instant from which purchases are made under this version",
    "version": "state the number of this version, from 1 on",
    "reminders": "state the reminders, or [] for none",
    "remedies": "state what is owed once the period is over",
}


def advice(fault: Fault) -> str:
    """What to add to the fault's own words, or only a full stop."""
    last = fault.path.rpartition(".")[2]
    if fault.message == "is missing":
        if fault.path.startswith("clauses.") and last in LANGUAGES:
            return ": write the clause in this language too, as every reader is shown the clauses in their own."
        return f": {_LOST.get(last, 'add it, as docs/policy.md describes it')}."
    if "must be one of" in fault.message and ("clause" in last or last.startswith("clause")):
        return ": cite a clause that stands under [clauses], or write this one."
    return "."
