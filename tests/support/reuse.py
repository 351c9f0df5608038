"""What each application of a run would work out again, worked out once: only time is saved, nothing is shared that a
test could change."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from sqlalchemy import Engine
from werkzeug.routing import BaseConverter, Rule
from werkzeug.routing.rules import RulePart

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


def share_routes(patch: pytest.MonkeyPatch) -> None:
    """Let every application use the parts, and the functions that write addresses, that Werkzeug makes of a route."""
    _share_parts(patch)
    made: dict[object, Callable[..., tuple[str, str]]] = {}
    make = Rule._compile_builder

    def remembered(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if rule.defaults:
            return make(rule, append_unknown)
        key: Any = (tuple(rule._trace), append_unknown)
        if key not in made:
            made[key] = make(rule, append_unknown)
        return made[key]

    patch.setattr(Rule, "_compile_builder", remembered)


def _share_parts(patch: pytest.MonkeyPatch) -> None:
    known: dict[object, tuple[list[RulePart], list[tuple[bool, str]], dict[str, BaseConverter]]] = {}
    parse = Rule._parse_rule

    def remembered(rule: Rule, text: str) -> Iterable[RulePart]:
        key = (text, *rule.map.converters.values())
        if key not in known:
            before = len(rule._trace)
            parts = list(parse(rule, text))
            known[key] = parts, rule._trace[before:], dict(rule._converters)
            return parts
        parts, trace, converters = known[key]
        rule._trace += trace
        rule._converters |= converters
        rule.arguments |= converters.keys()
        return parts

    patch.setattr(Rule, "_parse_rule", remembered)
