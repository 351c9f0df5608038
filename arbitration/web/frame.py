"""What the frame of every page shows: the site's name, the languages, and who is signed in."""

from dataclasses import dataclass

from flask import current_app, g
from sqlalchemy.exc import SQLAlchemyError

from arbitration.db import db
from arbitration.domain.actors import Role
from arbitration.door.reader import current_reader
from arbitration.i18n import OWN_NAMES
from arbitration.services import installation
from arbitration.web import sessions
from arbitration.web.navigation import Way, landing, ways_of
from arbitration.web.unread import all_unread, all_waiting, new_notices, shops_of_viewer


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at the page: a name (or None), an address, a role, how many messages and notices are new, whether they
    sell."""

    name: str | None
    email: str
    role: Role
    unread: int
    notices: int
    sells: bool
    home: str
    ways: list[Way]


def on_every_page() -> dict[str, object]:
    """What the layout needs. Where the database is out of reach the pages that say so still get the rest."""
    reader = current_reader()
    frame: dict[str, object] = {
        "site_name": current_app.config["SETTINGS"].site_name,
        "language": reader.language,
        "direction": reader.direction,
        "zone_known": reader.zone_known,
        "languages": list(OWN_NAMES.items()),
    }
    try:
        return frame | {"demo": _is_demo(), "viewer": _viewer()}
    except SQLAlchemyError:
        db.session.rollback()
        return frame | {"demo": False, "viewer": None}


def _is_demo() -> bool:
    if "is_demo" not in g:
        g.is_demo = installation.is_demo(db.session())
    found: bool = g.is_demo
    return found


def _viewer() -> Viewer | None:
    who = sessions.signed_in()
    if who is None:
        return None
    sells, unread = bool(shops_of_viewer()), all_unread()
    ways = ways_of(who.role, sells=sells, unread=unread, disputes=all_waiting())
    return Viewer(who.name, who.email, who.role, unread, new_notices(), sells, landing(who.role), ways)
