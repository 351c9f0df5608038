"""Whether the server is up, and whether the installation does its work."""

import shutil
from math import inf
from pathlib import Path

from flask import Blueprint, Response, current_app, g
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from arbitration.db import newest_revision, reading
from arbitration.door.trouble import is_of_replaced_file
from arbitration.door.uploads import LEFT_FREE
from arbitration.models import InstallationValue
from arbitration.services import measuring

blueprint = Blueprint("health", __name__)
TOO_LITTLE = 20 * 1024**2
SCHEDULER = "scheduler: none was seen for 45 seconds; it is down, or the database can't be written"
TABLES = "tables: not those of this version"
DISK = "disk: full"
ROOM = "disk: too little room for the files of exhibits; none is taken in"
DATABASE = "database: can't be read"
REPLACED = "database: its file is not the one that this server began with; start it again"
DOUBTED = "clock: the scheduler does not believe it yet; nothing runs out for an hour, or until it is set back"
BEHIND = "clock: something happened later than now; it is behind, or was ahead"
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
    """200 while everything does its work: database, tables, disk, a scheduler; else 503, with a line for each fault.

    What is held back, and a clock that may be wrong, are told beside it: that is for people to look at.
    """
    try:
        with reading() as session:
            told = measuring.readiness(session, g.now)
            faults = _faults(session, told)
    except SQLAlchemyError as error:
        return _plain(REPLACED if is_of_replaced_file(error) else DATABASE, 503)
    notes = ((HELD, told.held), (DOUBTED, told.doubted), (BEHIND, told.behind))
    lines = [*(faults or ["ready"]), *(line for line, holds in notes if holds)]
    return _plain("\n".join(lines), 503 if faults else 200)


def _faults(session: Session, told: measuring.Readiness) -> list[str]:
    faults = [SCHEDULER] if told.faults else []
    if session.scalar(text("SELECT version_num FROM alembic_version")) != newest_revision():
        faults.append(TABLES)
    settings = current_app.config["SETTINGS"]
    if _free(settings.instance) < TOO_LITTLE:
        faults.append(DISK)
    elif _free(settings.exhibits_folder) < LEFT_FREE:
        faults.append(ROOM)
    return faults


def _free(folder: Path) -> float:
    """Bytes free for what a folder will hold, which may be on a disk of its own."""
    there = next((each for each in (folder, folder.parent) if each.exists()), None)
    return shutil.disk_usage(there).free if there else inf


def _plain(text: str, status: int) -> Response:
    return Response(f"{text}\n", status, mimetype="text/plain", headers={"Cache-Control": "no-store"})
