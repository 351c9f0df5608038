"""What does not hang on the database, or on no one pair of database and variant, runs on one of the two."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zlib import crc32

import pytest

MARKERS = (
    "appearance: of how pages look and read aloud; runs on one of the databases, chosen by the test's name",
    "in_turn: of a journey or a server that asks nothing special of a database; its variants take turns with both",
)


def on_one_database(items: list[pytest.Item], backends: tuple[str, ...]) -> list[pytest.Item]:
    """Those of the tests that are left out: the same ones on every machine."""
    return [item for item in items if _elsewhere(item, backends)]


def _number(chosen: Mapping[str, Any], names: str | Sequence[str], values: Iterable[Any]) -> int:
    """Which of its values a test was given."""
    given = chosen[names] if isinstance(names, str) else tuple(chosen[name] for name in names)
    return list(values).index(given)


def _elsewhere(item: pytest.Item, backends: tuple[str, ...]) -> bool:
    callspec = getattr(item, "callspec", None)
    if callspec is None or "backend" not in callspec.params:
        return False
    backend = callspec.params["backend"]
    if item.get_closest_marker("appearance"):
        return backends[crc32(item.nodeid.replace(backend, "", 1).encode()) % len(backends)] != backend
    if item.get_closest_marker("in_turn"):
        variant = sum(_number(callspec.params, *mark.args[:2]) for mark in item.iter_markers("parametrize"))
        variant += crc32(item.originalname.encode())  # so that not all journeys begin with the same pair
        return backends[variant % len(backends)] != backend
    return False
