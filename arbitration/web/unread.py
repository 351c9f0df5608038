"""What the frame of the viewer's pages tells, asked once for a page: how their trade stands, and new notices."""

from collections.abc import Mapping
from uuid import UUID

from flask import g

from arbitration.db import db
from arbitration.domain.actors import Role
from arbitration.door import guard
from arbitration.services import frame
from arbitration.services.frame import Frame
from arbitration.services.sides import Side
from arbitration.web import sessions


def frame_of_viewer() -> Frame:
    """What the viewer's frame tells, as it was when it was first asked for or has since been noted."""
    if "frame" not in g:
        g.frame = frame.frame_of(db.session(), guard.actor(), shops_of_viewer())
    found: Frame = g.frame
    return found


def ask_anew() -> None:
    """Let the frame be asked for again: what it tells has changed."""
    g.pop("frame", None)


def sides_of_viewer() -> Mapping[str, Side]:
    """Whether the viewer has bought and sold anything, and how many messages are unread there, and disputes wait."""
    return frame_of_viewer().sides


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


def new_notices() -> int:
    """How many notices the viewer has not been shown."""
    return frame_of_viewer().notices
