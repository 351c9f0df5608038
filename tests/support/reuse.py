"""What each application of a run would work out again, worked out once: only time is saved, nothing is shared that a
test could change."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine
from werkzeug.routing import Rule

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
    """Let every application use the functions that Werkzeug makes out of the same route."""
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
