"""Small pieces that stand many times on a page: icons, moments and names. Templates call them by these names.

They are functions and not macros because a page has hundreds, and a macro takes longer than what it writes.
"""

import re
from collections.abc import Callable
from datetime import datetime

from flask import Flask
from markupsafe import Markup, escape

from arbitration.door.reader import current_reader
from arbitration.rules.directions import straight

_ITS_OWN_STYLE = re.compile(r'(<svg viewBox="[^"]+")[^>]+')
"""How an icon is drawn stands in the style sheet, once for all of them."""


def install(app: Flask) -> None:
    """Give the templates ``icon``, ``when``, ``clock`` and ``person``, and the filter ``straight``."""
    app.jinja_env.globals |= {"icon": _icons(app), "when": when, "clock": clock, "person": person}
    app.jinja_env.filters["straight"] = straight


def when(instant: datetime, zone: bool = False) -> Markup:
    """An instant in words, with the machine's form beside it; with its offset if ``zone`` is true."""
    told = escape(current_reader().instant(instant, zone=zone))
    return Markup(f'<time datetime="{instant.isoformat()}">{told}</time>')


def clock(instant: datetime, under: datetime | None = None) -> Markup:
    """The same, only the time of day shown; where it stands ``under`` something of another day, with its own day."""
    reader = current_reader()
    elsewhere = under is not None and reader.day(under) != reader.day(instant)
    told = escape(reader.instant(instant) if elsewhere else reader.clock_time(instant))
    whole = escape(reader.instant(instant, zone=True))
    return Markup(f'<time datetime="{instant.isoformat()}" title="{whole}">{told}</time>')


def person(name: str) -> Markup:
    """Somebody's own name, whichever way it is written."""
    return Markup(f'<bdi dir="auto">{escape(name)}</bdi>')


def _icons(app: Flask) -> Callable[..., Markup]:
    """``icon(name, label=None, directional=False)``: an icon of ``templates/icons/``.

    With a label it speaks, without one it is silent; a directional one turns round where one reads from right to left.
    While templates are being worked on it is read anew each time.
    """
    drawn: dict[tuple[str, bool], tuple[str, str]] = {}

    def draw(name: str, directional: bool) -> tuple[str, str]:
        picture = app.jinja_env.get_template(f"icons/{name}.svg").render()
        picture = _ITS_OWN_STYLE.sub(r"\1", picture, count=1)
        return f'<span class="icon{" icon--directional" if directional else ""}" ', f">{picture}</span>"

    def icon(name: str, label: str | None = None, directional: bool = False) -> Markup:
        found = drawn.get((name, directional))
        if found is None or app.debug:
            found = drawn[name, directional] = draw(name, directional)
        speaks = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
        return Markup(speaks.join(found))

    return icon
