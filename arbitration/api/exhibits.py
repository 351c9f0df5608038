"""Exhibits: filing them, reading about them, and their files."""

from typing import Any

from flask import Response, g
from sqlalchemy.orm import Session

from arbitration.api.operations import operation
from arbitration.domain.exhibits import Said, number_of
from arbitration.door import contents, guard, uploads
from arbitration.door.uploads import Received
from arbitration.schemas.exhibits import CONTINUOUS, ContentQuery, ExhibitShown, ExhibitsShown, NewExhibit
from arbitration.services import exhibits
from arbitration.services.exhibits import ShownExhibit


@operation("uploadExhibit", takes=NewExhibit, gives=ExhibitShown, status=201, receives=uploads.received)
def upload_exhibit(session: Session, said: dict[str, Any], external_id: str, received: Received) -> dict[str, Any]:
    """File an exhibit

    A form with a file, up to 100 MB. Both sides see it from then on; it can't be taken back. The other side gets a copy
    without what a camera or a program writes into a file besides; the original is kept for the arbiter.
    """
    of_file = Said(
        said["kind"],
        said["shows"],
        said["taken_at"],
        said["starts_at"],
        said["ends_at"],
        CONTINUOUS[said["continuous"]],
    )
    filed = exhibits.file_exhibit(session, guard.actor(), external_id, of_file, received.file(), g.now, uploads.quota())
    received.keep()
    return _shown(exhibits.get_exhibit(session, guard.actor(), external_id, number_of(filed.number))[1])


@operation("listExhibits", gives=ExhibitsShown)
def list_exhibits(session: Session, external_id: str) -> dict[str, Any]:
    """List the exhibits of a purchase

    All of them, in the order in which they were filed. Reading the list does not count as being shown them.
    """
    return {
        "items": [_shown(shown) for shown in exhibits.list_exhibits(session, guard.actor(), external_id)[1]],
        "next": None,
    }


@operation("getExhibit", gives=ExhibitShown)
def get_exhibit(session: Session, external_id: str, number: str) -> dict[str, Any]:
    """Read about an exhibit

    What it is, who filed it, what was said of it, who has been shown it.
    """
    return _shown(exhibits.get_exhibit(session, guard.actor(), external_id, number)[1])


@operation("getExhibitContent", asks=ContentQuery, gives=None)
def get_exhibit_content(asked: dict[str, Any], external_id: str, number: str) -> Response:
    """Get the file of an exhibit

    The original for its filer and the case's arbiter, a cleaned copy for everybody else. Ranges can be asked for.
    Getting it counts as being shown the exhibit.
    """
    return contents.send(external_id, number, asked["part"])


def _shown(shown: ShownExhibit) -> dict[str, Any]:
    exhibit = shown.exhibit
    same = ("kind", "filed_at", "position", "media_type", "bytes", "sha256", "width", "height", "duration")
    return {
        **{name: getattr(exhibit, name) for name in (*same, "pages", "preview", "opened_at", "parts")},
        **{name: shown.instant(name) for name in ("taken_at", "starts_at", "ends_at")},
        "name": shown.name,
        "number": number_of(exhibit.number),
        "by": exhibit.filed_role,
        "shows": shown.shows,
        "continuous": shown.continuous,
        "original": shown.original,
        "shown_to": [{"role": view.role, "first_at": view.first_at} for view in shown.views],
    }
