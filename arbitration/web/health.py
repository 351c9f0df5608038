"""Whether the server is up."""

from flask import Blueprint, Response
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from arbitration.db import reading
from arbitration.models import InstallationValue

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def live() -> Response:
    """200 once requests are answered and the database can be read, else 503."""
    try:
        with reading() as session:
            session.scalar(select(InstallationValue.name).limit(1))
    except SQLAlchemyError:
        return _plain("the database can't be read", 503)
    return _plain("ok", 200)


def _plain(text: str, status: int) -> Response:
    return Response(f"{text}\n", status, mimetype="text/plain", headers={"Cache-Control": "no-store"})
