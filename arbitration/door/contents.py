"""Sending the file of an exhibit: in parts if asked, never as something that could run."""

import logging
from pathlib import Path

from flask import Response, abort, current_app, g, request, send_file
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wsgi import wrap_file

from arbitration.db import BRIEFLY, reading, unit_of_work
from arbitration.domain.files import FORMATS, Family
from arbitration.domain.refusals import RefusalError
from arbitration.door import guard
from arbitration.door.stretches import open_stretch
from arbitration.services import exhibits

log = logging.getLogger(__name__)
POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; sandbox"
SHOWN = (Family.PICTURE, Family.VIDEO)


def send(external_id: str, name: str, part: str | None = None, *, download: bool = False) -> Response:
    """The file, or the range of it that was asked for. Whoever gets it has been shown the exhibit.

    Raises:
        NotFoundError, ForbiddenError: see ``content_of``.
        OSError: the file is gone, or not as long as it was.
    """
    refuse_ahead()
    with reading() as session:
        content, counts = exhibits.content_of(session, guard.actor(), external_id, name, part)
    path = current_app.config["SETTINGS"].exhibits_folder / content.path
    if path.stat().st_size != content.bytes:
        raise OSError(f"{content.path} is not as long as what was filed")
    response = send_file(
        path,
        mimetype=content.media_type,
        as_attachment=download or FORMATS[content.media_type].family not in SHOWN,
        download_name=content.name,
        conditional=True,
        etag=content.sha256,
    )
    if response.status_code == 206:
        _leave_to_the_server(response, path)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "private, no-cache"
    if counts and response.status_code in (200, 206, 304):
        note_shown(external_id, name)
    return response


def _leave_to_the_server(response: Response, path: Path) -> None:
    """Have a range sent as a file, as the whole is: servers have no thread wait for somebody who reads it slowly.

    Every player asks for a video by ranges, and stops reading as soon as it has enough for the next seconds.
    """
    asked = response.content_range
    if asked.start is not None and asked.stop is not None:
        response.close()
        response.response = wrap_file(request.environ, open_stretch(path, asked.start, asked.stop))


def refuse_ahead() -> None:
    """Give a browser that fetches ahead nothing of an exhibit: it can't be noted, since perhaps nobody will look."""
    if "prefetch" in request.headers.get("Sec-Purpose", ""):
        abort(Response(status=503))


def note_shown(external_id: str, name: str) -> None:
    """Note that the one who asks has been shown the exhibit. Reading goes on where that can't be written."""
    if request.method != "GET":
        return
    try:
        with unit_of_work(patience=BRIEFLY) as session:
            exhibits.note_shown(session, guard.actor(), external_id, name, g.now)
    except (SQLAlchemyError, RefusalError) as error:
        log.warning("what was shown could not be noted: %s", type(error).__name__)
