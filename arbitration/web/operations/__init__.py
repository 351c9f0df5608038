"""The pages of operators: what waits for them, the people, and the machinery."""

from arbitration.web.operations import (
    arbiters,
    cases,
    deadlines,
    exporting,
    forgetting,
    imports,
    installation,
    log,
    numbers,
    outbox,
    people,
    policies,
    refunds,
    staff,
    tokens,
)
from arbitration.web.operations.frame import blueprint

SUBJECTS = (
    cases,
    refunds,
    deadlines,
    arbiters,
    people,
    forgetting,
    staff,
    tokens,
    outbox,
    imports,
    policies,
    installation,
    log,
    numbers,
    exporting,
)

__all__ = ["SUBJECTS", "blueprint"]
