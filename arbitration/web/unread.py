"""How the two sides of the viewer's trade stand; asked once for a page."""

from collections.abc import Mapping
from uuid import UUID

from flask import g

from arbitration.db import db
from arbitration.domain.actors import Role
from arbitration.services import purchases
from arbitration.services.purchases import SIDES, Side
from arbitration.web import sessions


def sides_of_viewer() -> Mapping[str, Side]:
    """Whether the viewer has bought and sold anything, and how many messages are unread there, and disputes wait."""
    who = sessions.signed_in()
    if who is None or who.role is not Role.PARTY:
        return {side: Side() for side in SIDES}
    if "sides" not in g:
        g.sides = purchases.sides(db.session(), who.person_id, shops_of_viewer())
    found: Mapping[str, Side] = g.sides
    return found


def shops_of_viewer() -> list[UUID]:
    """The shops for which the viewer answers."""
    who = sessions.signed_in()
    return who.shops if who is not None and who.role is Role.PARTY else []


def all_unread() -> int:
    """How many messages are unread in all."""
    return sum(side.unread for side in sides_of_viewer().values())


def all_waiting() -> int:
    """In how many disputes the viewer owes something."""
    return sum(side.waiting for side in sides_of_viewer().values())
