"""Addresses are written by what Werkzeug makes for a route, but that is made when one is first written."""

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.routing import Map, Rule

from arbitration.door.late_rules import LateRule

ROUTES = ("/purchases/<external_id>", "/cases/<uuid:id>", "/purchases/<external_id>/messages/<int:position>", "/")
VALUES: tuple[dict[str, Any], ...] = (
    {"external_id": "a b/ü", "asked": "é &"},
    {"id": "0190b5e0-0000-7000-8000-000000000000"},
    {"external_id": "A", "position": 3},
    {"next": "/x?y=1"},
)


def addresses(kind: type[Rule]) -> Callable[[], list[str]]:
    """What writes the addresses of these routes, with what belongs behind the question mark."""
    known = Map([kind(path, endpoint=path) for path in ROUTES]).bind("example.com")
    return lambda: [
        known.build(path, values, append_unknown=more)
        for more in (True, False)
        for path, values in zip(ROUTES, VALUES, strict=True)
    ]


def test_they_read_as_werkzeug_writes_them_the_first_time_and_later() -> None:
    ours = addresses(LateRule)
    assert ours() == ours() == addresses(Rule)()


def test_nothing_is_made_for_a_route_before_its_address_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """It leans on a part of Werkzeug that isn't documented; where that changed, each start takes longer."""
    made: list[str] = []
    make = Rule._compile_builder

    def noted(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        made.append(rule.rule)
        return make(rule, append_unknown)

    monkeypatch.setattr(Rule, "_compile_builder", noted)
    write = addresses(LateRule)
    assert made == []
    write()
    once = sorted(made)
    assert once == sorted(2 * ROUTES)
    write()
    assert sorted(made) == once
