"""Numbers for Prometheus, for those whom the settings name; for everybody else there is no such page."""

from flask import Blueprint, Response, abort, g
from sqlalchemy.exc import SQLAlchemyError

from arbitration.db import reading
from arbitration.door import metering
from arbitration.services import measuring

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
def show() -> Response:
    """What this installation has done and has to do. Tells of the requests even where the database can't be read."""
    if not metering.may_ask():
        abort(404)
    try:
        with reading() as session:
            text, kind = metering.written(measuring.gauges(session, g.now), database_up=True)
    except SQLAlchemyError:
        text, kind = metering.written([], database_up=False)
    return Response(text, content_type=kind, headers={"Cache-Control": "no-store"})
