"""What each application of a run would work out again, worked out once: only time is saved, nothing is shared that a
test could change."""

import os
from collections.abc import Callable
from types import CodeType
from typing import IO, Any
from weakref import WeakKeyDictionary

import pytest
from flask import Flask
from flask.sansio.app import App
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from werkzeug.routing import Map

from arbitration.cli.checks import languages
from arbitration.door.late_rules import LateRule

STATEMENTS = 5_000


def share_statements(engine: Engine, known: dict[str, Engine]) -> None:
    """Let an engine use the statements that the others of its kind have compiled; ``known`` keeps the first of each.

    A compiled statement belongs to a dialect, so the engines share that as well.
    """
    first = known.setdefault(engine.dialect.name, engine)
    if first is engine:
        with engine.connect():
            pass  # the dialect learns what it must know of the server
        engine._compiled_cache.capacity = STATEMENTS
    else:
        engine.dialect = engine.pool._dialect = first.dialect
        engine._compiled_cache = first._compiled_cache


class CompiledTemplates(FileSystemBytecodeCache):
    """Templates, compiled once for all the processes of a run and read once by each."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self._read: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template's code, if it was compiled from the same source."""
        known = (bucket.key, bucket.checksum)
        if known not in self._read:
            super().load_bytecode(bucket)
            if bucket.code is None:
                return
            self._read[known] = bucket.code
        bucket.code = self._read[known]


def share_catalogues(patch: pytest.MonkeyPatch) -> None:
    """Let the doctor read each catalogue once for as long as its file stays as it is."""
    read, known = languages.read_po, dict[tuple[Any, ...], Any]()

    def remembered(file: IO[bytes], locale: str) -> Any:
        state = (file.name, os.fstat(file.fileno()).st_mtime_ns, locale)
        if state not in known:
            known[state] = read(file, locale=locale)
        return known[state]

    patch.setattr(languages, "read_po", remembered)


def share_routes(patch: pytest.MonkeyPatch, first: Callable[[], Flask]) -> None:
    """Let every application find addresses by the routes of a first one, as long as it is given the same ones.

    One that is given another route gets a map of its own, with all it was given so far.
    """
    add, told = App.add_url_rule, list[tuple[Any, ...]]()
    taken: WeakKeyDictionary[App, tuple[Map, int] | None] = WeakKeyDictionary()

    def noted(app: App, *route: Any, **options: Any) -> None:
        if app.url_rule_class is LateRule:
            told.append(_in_order(*route, **options))
        add(app, *route, **options)

    def remembered(app: App, *route: Any, **options: Any) -> None:
        state = taken.get(app, (app.url_map, 0))
        if app.url_rule_class is not LateRule or state is None:
            add(app, *route, **options)
            return
        (own, place), (key, view) = state, _in_order(*route, **options)
        if told[place : place + 1] and told[place][0] == key and _asks_the_same(told[place][1], view):
            app._check_setup_finished("add_url_rule")
            assert app.view_functions.setdefault(key[1], view) == view
            app.url_map, taken[app] = shared, (own, place + 1)
            return
        app.url_map, taken[app] = own, None
        for (rule, endpoint, automatic, more), _ in told[:place]:
            add(app, rule, endpoint, app.view_functions[endpoint], automatic, **dict(more))
        add(app, *route, **options)

    with pytest.MonkeyPatch.context() as while_noting:
        while_noting.setattr(App, "add_url_rule", noted)
        shared = first().url_map
    patch.setattr(App, "add_url_rule", remembered)


def _in_order(
    rule: str, endpoint: str, view: Any = None, automatic: bool | None = None, **more: Any
) -> tuple[tuple[str, str, bool | None, tuple[tuple[str, Any], ...]], Any]:
    """What a blueprint says of a route, and the function behind it."""
    view, automatic = more.pop("view_func", view), more.pop("provide_automatic_options", automatic)
    return (rule, endpoint, automatic, tuple(sorted(more.items()))), view


def _asks_the_same(one: Any, other: Any) -> bool:
    names = ("methods", "required_methods", "provide_automatic_options")
    return all(getattr(one, name, None) == getattr(other, name, None) for name in names)
