"""How a page looks does not hang on the database: such tests run on one of the two, half of them on each."""

from zlib import crc32

import pytest

MARKER = "appearance: of how pages look and read aloud; runs on one of the databases, chosen by the test's name"


def on_one_database(items: list[pytest.Item], backends: tuple[str, ...]) -> list[pytest.Item]:
    """Those of the tests that are left out: the same ones on every machine."""
    return [item for item in items if item.get_closest_marker("appearance") and _elsewhere(item, backends)]


def _elsewhere(item: pytest.Item, backends: tuple[str, ...]) -> bool:
    callspec = getattr(item, "callspec", None)
    if callspec is None or "backend" not in callspec.params:
        return False
    backend = callspec.params["backend"]
    return backends[crc32(item.nodeid.replace(backend, "", 1).encode()) % len(backends)] != backend
