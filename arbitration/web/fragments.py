"""Parts of pages that look the same whenever they are shown to the same reader with the same values: written once.

A macro is a function of its arguments and of the reader. ``kept`` gives what it wrote for the same ones before; a value
that can't be told apart from others (an object of its own making) has the macro write anew.
"""

from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import Any, Protocol
from uuid import UUID

from flask import Flask, request
from markupsafe import Markup

from arbitration.door import reader
from arbitration.ids import new_id
from arbitration.web.quick_templates import address_of

MOST = 3_000
"""So many parts are kept by a process: some eight megabytes."""
LONGEST = 20_000
LATER_KEY = Markup("<key>")
"""Stands for a key that is not there yet; nobody's words can hold it, since they are escaped."""
_PLAIN = frozenset({str, int, type(None), UUID})
_kept: dict[object, Markup] = {}
_lock = Lock()


class _UnknownError(Exception):
    """A value that has no comparable form."""


def install(app: Flask) -> None:
    """Give the templates ``kept``, ``kept_view``, ``later_key``, ``with_fresh_key``, ``icon_of`` and ``url_for``."""
    environment = app.jinja_env
    environment.globals["kept"] = kept
    environment.globals["kept_view"] = kept_view
    environment.globals["later_key"] = LATER_KEY
    environment.filters["with_fresh_key"] = with_fresh_key
    environment.globals["icon_of"] = _icons(app)
    environment.globals["url_for"] = address_of()


def with_fresh_key(part: Markup) -> Markup:
    """A part with a form that was written with ``later_key``: it gets an idempotency key of its own each time."""
    return Markup(str(part).replace(LATER_KEY, str(new_id())))


class Keyed(Protocol):
    """A thing that knows what tells it from all that look otherwise, before its view is made."""

    key: tuple[Any, ...]
    view: Callable[[], dict[str, Any]]


def kept(name: str, macro: Callable[..., Markup], *arguments: object) -> Markup:
    """What ``macro`` writes for these arguments; ``name`` tells it from other macros.

    The macro must use nothing but its arguments and the reader's way of reading; not even the present moment.
    """
    try:
        key = (name, reader.current(), request.script_root, *map(_comparable, arguments))
    except _UnknownError:
        return macro(*arguments)
    found = _kept.get(key)
    return _keep(key, macro(*arguments)) if found is None else found


def kept_view(name: str, macro: Callable[..., Markup], thing: Keyed, *arguments: str) -> Markup:
    """What ``macro`` writes for the view of a thing, which is made only where that was not written before."""
    key = (name, reader.current(), request.script_root, thing.key, *arguments)
    found = _kept.get(key)
    return _keep(key, macro(thing.view(), *arguments)) if found is None else found


def _keep(key: object, text: Markup) -> Markup:
    """Keep what was written, unless it is very long. The oldest quarter makes room, now and then."""
    if len(text) > LONGEST:
        return text
    with _lock:
        if len(_kept) >= MOST:
            for old in list(_kept)[: MOST // 4]:
                del _kept[old]
        _kept[key] = text
    return text


def _comparable(value: object) -> object:
    """A form of a value that is equal to another's only if they would be written alike."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is bool or kind is Markup or kind is float:
        return kind, value  # True equals 1, and markup the same text, but they are written otherwise
    if isinstance(value, datetime):
        return value, value.tzinfo
    if isinstance(value, dict):
        return dict, *value, *map(_comparable, value.values())
    if isinstance(value, list | tuple):
        return kind, *map(_comparable, value)
    raise _UnknownError


def _icons(app: Flask) -> Callable[[str], Markup]:
    drawn: dict[str, Markup] = {}

    def icon_of(name: str) -> Markup:
        """The icon of a name, as it stands in ``templates/icons/``."""
        found = drawn.get(name)
        if found is None:
            found = drawn[name] = Markup(app.jinja_env.get_template(f"icons/{name}.svg").render())
        return found

    def fresh(name: str) -> Markup:
        return Markup(app.jinja_env.get_template(f"icons/{name}.svg").render())

    return fresh if app.debug else icon_of


def forget() -> None:
    """Forget all that is kept: for tests."""
    with _lock:
        _kept.clear()
