"""Arbiters and operators: who works here, how they sign in, and what ties they declared."""

from arbitration.services.staff.accounts import (
    ROLES,
    add,
    any_operator,
    arbiters,
    change_role,
    demo_staff,
    find_account,
    invite_again,
    list_staff,
    remove,
)
from arbitration.services.staff.ties import is_tied

__all__ = [
    "ROLES",
    "add",
    "any_operator",
    "arbiters",
    "change_role",
    "demo_staff",
    "find_account",
    "invite_again",
    "is_tied",
    "list_staff",
    "remove",
]
