"""The ways through the site, by role. A page that does not exist in this installation is left out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import current_app, url_for

from arbitration.domain.actors import Role
from arbitration.rules.marking import N_

LANDINGS: Mapping[Role, str] = {
    Role.PARTY: "purchases.index",
    Role.ARBITER: "cases.index",
    Role.OPERATOR: "operations.index",
}
"""Where the day begins; the home page until that page exists."""


@dataclass(frozen=True, slots=True)
class Way:
    """An entry of the main navigation. ``count`` is how many unread messages, or disputes, wait there."""

    endpoint: str
    label: str
    icon: str
    for_sellers: bool = False
    counts_unread: bool = False
    counts_disputes: bool = False
    count: int = 0


WAYS: Mapping[Role, tuple[Way, ...]] = {
    Role.PARTY: (
        Way("purchases.index", N_("Purchases"), "inbox", counts_unread=True),
        Way("disputes.index", N_("Disputes"), "scale", counts_disputes=True),
        Way("listing_check.show", N_("Check a listing"), "search", for_sellers=True),
    ),
    Role.ARBITER: (
        Way("cases.index", N_("Cases"), "scale"),
        Way("staff_ties.show", N_("Ties"), "flag"),
    ),
    Role.OPERATOR: (
        Way("operations.index", N_("Operations"), "clock"),
        Way("purchases.index", N_("Purchases"), "inbox"),
        Way("listing_check.show", N_("Check a listing"), "search"),
    ),
}


def landing(role: Role) -> str:
    """The address at which somebody in a role begins."""
    endpoint = LANDINGS.get(role, "")
    return url_for(endpoint if endpoint in current_app.view_functions else "home.show")


def ways_of(role: Role, *, sells: bool = False, unread: int = 0, disputes: int = 0) -> list[Way]:
    """The entries of the navigation for somebody in a role."""
    return [
        replace(way, count=unread if way.counts_unread else disputes if way.counts_disputes else 0)
        for way in WAYS.get(role, ())
        if way.endpoint in current_app.view_functions and (sells or not way.for_sellers)
    ]
