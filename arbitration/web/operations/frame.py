"""The frame of the operators' pages: nobody else gets in, and the ways from one to the other stand beside each."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, request

from arbitration.domain.actors import Role
from arbitration.domain.refusals import NotFoundError
from arbitration.door import guard
from arbitration.rules.marking import N_

blueprint = Blueprint("operations", __name__, url_prefix="/operations")


@dataclass(frozen=True, slots=True)
class Section:
    """A way in the navigation of operators; ``within`` are the pages that belong to it besides its own."""

    endpoint: str
    label: str
    within: tuple[str, ...] = ()


GROUPS: Mapping[str, tuple[Section, ...]] = {
    N_("Cases"): (
        Section("index", N_("Overview")),
        Section("disputes", N_("Disputes"), ("show", "decide")),
        Section("refunds", N_("Refunds"), ("confirm", "approve", "ask_again")),
        Section("deadlines", N_("Deadlines"), ("retry_deadline", "retry_deadlines")),
        Section("numbers", N_("Numbers")),
    ),
    N_("People"): (
        Section(
            "people",
            N_("People"),
            ("person", "person_act", "forget", "end_session", "move", "role", "invite", "new_staff"),
        ),
        Section("arbiters", N_("Arbiters"), ("arbiter", "absence", "end_absence", "give_back")),
        Section("tokens", N_("Tokens"), ("new_token", "revoke_token")),
    ),
    N_("Installation"): (
        Section("outbox", N_("Outbox"), ("retry", "retry_all", "hold", "release")),
        Section("imports", N_("Imports")),
        Section("policies", N_("Agreements"), ("policy", "policy_file")),
        Section("installation", N_("Processes and settings")),
        Section("log", N_("Log of operations")),
    ),
}


@blueprint.before_request
def operators_only() -> None:
    """To everybody else these pages are not there."""
    if guard.actor().role is not Role.OPERATOR:
        raise NotFoundError


@blueprint.context_processor
def ways() -> dict[str, object]:
    """The navigation, and which of its entries the page belongs to."""
    name = (request.endpoint or "").rpartition(".")[2]
    here = (each.endpoint for group in GROUPS.values() for each in group if name in (each.endpoint, *each.within))
    return {"groups": GROUPS, "here": next(here, None)}


def typed(name: str = "q") -> str:
    """What was typed into a field of a search, without the space around it."""
    return request.args.get(name, "").strip()[:200]


def chosen(name: str, among: tuple[str, ...]) -> str:
    """What was chosen of several, or the first of them."""
    found = request.args.get(name, "")
    return found if found in among else among[0]


def cursor() -> str | None:
    """Where the list goes on."""
    return request.args.get("cursor") or None
