"""Whether the server is up, and whether the installation does its work."""

import shutil

from flask import Blueprint, Response, current_app, g
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from arbitration.db import newest_revision, reading
from arbitration.models import InstallationValue
from arbitration.services import measuring

blueprint = Blueprint("health", __name__)
TOO_LITTLE = 20 * 1024**2
SCHEDULER = "scheduler: none was seen for 45 seconds; it is down, or the database can't be written"
TABLES = "tables: not those of this version"
DISK = "disk: full"
DATABASE = "database: can't be read"
HELD = "outgoing: held back until an operator lets it go"


@blueprint.get("/healthz")
def live() -> Response:
    """200 once requests are answered and the database can be read, else 503."""
    try:
        with reading() as session:
            session.scalar(select(InstallationValue.name).limit(1))
    except SQLAlchemyError:
        return _plain("the database can't be read", 503)
    return _plain("ok", 200)


@blueprint.get("/readyz")
def ready() -> Response:
    """200 while everything does its work: database, tables, disk, a scheduler; else 503, with a line for each fault."""
    try:
        with reading() as session:
            faults, held = _faults(session)
    except SQLAlchemyError:
        return _plain(DATABASE, 503)
    lines = [*(faults or ["ready"]), *([HELD] if held else [])]
    return _plain("\n".join(lines), 503 if faults else 200)


def _faults(session: Session) -> tuple[list[str], bool]:
    told = measuring.readiness(session, g.now)
    faults = [SCHEDULER] if told.faults else []
    if session.scalar(text("SELECT version_num FROM alembic_version")) != newest_revision():
        faults.append(TABLES)
    folder = current_app.config["SETTINGS"].instance
    if folder.exists() and shutil.disk_usage(folder).free < TOO_LITTLE:
        faults.append(DISK)
    return faults, told.held


def _plain(text: str, status: int) -> Response:
    return Response(f"{text}\n", status, mimetype="text/plain", headers={"Cache-Control": "no-store"})
