"""Parts of pages that look the same whenever they are shown to the same reader with the same values: written once.

A macro, or a part of a page with a template of its own, is a function of its values and of the reader. ``kept`` and
``part`` give what was written for the same ones before; a value that can't be told apart from others (an object of its
own making) has them write anew. Keys of forms are fresh each time: they are filled in afterwards.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from sys import getsizeof
from threading import Lock
from typing import Any, Protocol, cast
from uuid import UUID

from flask import Flask, g, request
from jinja2 import Environment
from markupsafe import Markup

from arbitration.door.reader import current_reader
from arbitration.ids import new_id
from arbitration.web.quick_templates import address_of

MOST = 5 * 1024 * 1024
"""So many bytes are kept by a process, with what they are found by."""
FOUND_BY = 1_000
"""Bytes that a key takes, more or less: five hundred for a message, two thousand for the words of a demand."""
LONGEST = 40_000
KEY = Markup("<key>")
"""Stands in what is kept where a form has its key; nobody's words can hold it, since they are escaped."""
_asked = cast(Any, request)._get_current_object
_PLAIN = frozenset({str, int, type(None), UUID})


class _Shelf(dict[object, Markup]):
    """What is kept, the oldest first, and how many bytes that is."""

    bytes = 0
    lock = Lock()


_kept = _Shelf()


class _UnknownError(Exception):
    """A value that has no comparable form."""


def install(app: Flask) -> None:
    """Give the templates what they call by these names."""
    environment = app.jinja_env
    environment.globals |= {
        "kept": kept,
        "kept_views": kept_views,
        "part": _parts(environment),
        "url_for": address_of(),
        "new_key": _key_of_form,
    }


def new_key() -> str:
    """A fresh idempotency key for a form."""
    return str(new_id())


class Keyed(Protocol):
    """A thing that knows what tells it from all that look otherwise, before its view is made."""

    key: tuple[Any, ...]
    view: Callable[[], dict[str, Any]]


def kept(name: str, macro: Callable[..., Markup], *arguments: object) -> Markup:
    """What ``macro`` writes for these arguments; ``name`` tells it from other macros.

    The macro must use nothing but its arguments and the reader's way of reading; not even the present moment.
    """
    try:
        key = (name, current_reader(), _asked().script_root, *map(_comparable, arguments))
    except _UnknownError:
        return macro(*arguments)
    return _written(key, lambda: macro(*arguments))


def kept_views(
    name: str, macro: Callable[..., Markup], things: Iterable[Keyed], *arguments: str
) -> Iterator[tuple[Keyed, Markup]]:
    """Things, each with what ``macro`` writes for its view, which is made only where that was not written before."""
    whose = (name, current_reader(), _asked().script_root, *arguments)
    for thing in things:
        yield thing, _written((whose, thing.key), lambda thing=thing: macro(thing.view(), *arguments))  # type: ignore[misc]


def _parts(environment: Environment) -> Callable[..., Markup]:
    def part(template: str, **values: object) -> Markup:
        """What a template writes of these values and no others: it knows neither the request nor who is signed in.

        It must not use the present moment, and of the reader only their way of reading.
        """

        def write() -> Markup:
            return Markup(environment.get_template(template).render(values))

        try:
            key = (template, current_reader(), _asked().script_root, *values, *map(_comparable, values.values()))
        except _UnknownError:
            return write()
        return _written(key, write)

    return part


def _written(key: object, write: Callable[[], Markup]) -> Markup:
    """What was written under a key, or is now; with a fresh key in each of its forms."""
    found = _kept.get(key)
    if found is None:
        outer, g.is_kept = g.get("is_kept", False), True
        try:
            found = _keep(key, write())
        finally:
            g.is_kept = outer
    if KEY not in found or g.get("is_kept", False):
        return found
    first, *others = str.split(found, KEY)
    return Markup("".join([first, *(new_key() + other for other in others)]))


def _key_of_form() -> str:
    return KEY if g.get("is_kept") else new_key()


def _keep(key: object, text: Markup) -> Markup:
    """Keep what was written, unless it is very long. The oldest quarter makes room, now and then."""
    if len(text) > LONGEST:
        return text
    size = _size(text)
    with _kept.lock:
        if _kept.bytes + size > MOST:
            for old in list(_kept)[: len(_kept) // 4 + 1]:
                _kept.bytes -= _size(_kept.pop(old))
        if key not in _kept:
            _kept[key] = text
            _kept.bytes += size
    return text


def _size(text: Markup) -> int:
    return getsizeof(text) + FOUND_BY


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
    if isinstance(value, Enum):
        return value
    if is_dataclass(value):
        return kind, *(_comparable(getattr(value, field.name)) for field in fields(value))
    raise _UnknownError


def forget() -> None:
    """Forget all that is kept: for tests."""
    with _kept.lock:
        _kept.clear()
        _kept.bytes = 0
