"""In which language, zone, calendar and digits the one who asks reads."""

from functools import lru_cache
from typing import Any, cast

from flask import Flask, g, has_request_context, request

from arbitration.i18n import Reader, choose_language
from arbitration.i18n.jinja import install
from arbitration.i18n.zones import is_zone

LANGUAGE_COOKIE = "language"
ZONE_COOKIE = "time_zone"


_here = cast(Any, g)._get_current_object
"""What ``g`` stands for at this moment: looking through it takes longer than all else of telling a sentence."""


def init_app(app: Flask) -> None:
    """Give the templates the reader's gettext, and the filters that write instants, amounts and numbers."""
    install(app.jinja_env, current_reader)


def current_reader() -> Reader:
    """The reader of this request; outside of requests, one who reads English and UTC."""
    try:
        found: Reader = _here().reader  # asked for by every sentence of a page
    except (AttributeError, RuntimeError):
        if not has_request_context():
            return _reader("en", "UTC")
        found = g.reader = _find()
    return found


def _find() -> Reader:
    settings = g.get("person_settings")
    cookies = {} if request.blueprint == "api" else request.cookies
    stated = (settings and settings.language) or cookies.get(LANGUAGE_COOKIE)
    zone = (settings and settings.time_zone) or cookies.get(ZONE_COOKIE, "")
    return _reader(
        choose_language(stated, request.headers.get("Accept-Language")),
        zone if is_zone(zone) else "UTC",
        (settings and settings.calendar) or "",
        (settings and settings.digits) or "",
        zone_known=is_zone(zone),
    )


_reader = lru_cache(maxsize=1024)(Reader)
"""Those who read alike are one reader: what was written for one is found for the other without comparing them."""
