"""Every list as a file: CSV for a spreadsheet, JSON for a program; streamed, however long it is."""

from collections.abc import Iterator

from flask import Response, g, stream_with_context

from arbitration.db import reading
from arbitration.domain.refusals import NotFoundError
from arbitration.door import guard
from arbitration.services.operations.lists import require
from arbitration.web.operations.exports import EXPORTS, Export
from arbitration.web.operations.files import as_csv, as_json
from arbitration.web.operations.frame import blueprint


@blueprint.get("/export/<name>.<any(csv,json):form>")
def export(name: str, form: str) -> Response:
    """A list as it is filtered on its page, as a file."""
    require(guard.actor(), "exportLists")
    found = EXPORTS.get(name)
    if found is None:
        raise NotFoundError
    write, kind = (as_csv, "text/csv") if form == "csv" else (as_json, "application/json")
    response = Response(stream_with_context(write(list(found.columns), _rows(found))), mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{g.now:%Y%m%dT%H%M%SZ}.{form}"'
    return response


def _rows(found: Export) -> Iterator[list[object]]:
    with reading() as session:
        yield from found.rows(session, guard.actor(), g.now)
