"""Waiting for a database that is away when a lasting process begins: after a reboot it may come up later than that."""

import logging
import time

from flask import Flask
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

log = logging.getLogger(__name__)
EVERY = 1.0
"""Seconds between two attempts."""
TELL_EVERY = 60.0
"""Seconds after which the log says again that the database is away."""


def wait_for_database(app: Flask) -> None:
    """Return once the database can be reached, or there is no use in waiting for it; the log says what is waited for.

    Waited for is PostgreSQL that does not answer, or answers that it begins or ends. Not waited for is one that answers
    something else, such as that the password is wrong: that has to be mended. SQLite's file is there, or is not.
    """
    with app.app_context():
        from arbitration.db import db

        engine = db.engine
        told = 0.0
        while engine.dialect.name != "sqlite" and (cause := _why_away(engine)):
            if not told or time.monotonic() - told >= TELL_EVERY:
                log.warning("the database can't be reached, trying again every second: %s", cause)
                told = time.monotonic()
            time.sleep(EVERY)
        if told:
            log.info("the database can be reached")


def _why_away(engine: Engine) -> str | None:
    """What is said of a server that is away; None where it answers."""
    try:
        engine.connect().close()
    except OperationalError as error:
        from psycopg.conninfo import make_conninfo
        from psycopg.pq import PGconn, Ping

        _, stated = engine.dialect.create_connect_args(engine.url)
        stated.pop("context", None)  # means nothing to the server
        answer = PGconn.ping(make_conninfo(**{"connect_timeout": 10, **stated}).encode())
        away = answer in (Ping.REJECT, Ping.NO_RESPONSE)
        return " ".join(str(error.orig).split()) if away else None
    return None
