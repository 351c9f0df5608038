"""No route is open by accident, and none lets a stranger in."""

from pathlib import Path

from flask import Flask

from arbitration import services
from arbitration.domain.permissions import PERMISSIONS
from arbitration.door.endpoints import PAGES, action_of


def test_every_route_has_a_line_in_the_permissions(app: Flask) -> None:
    closed = {rule.endpoint for rule in app.url_map.iter_rules() if action_of(rule.endpoint) not in PERMISSIONS}
    assert closed == set()


def test_every_line_for_a_page_belongs_to_a_route(app: Flask) -> None:
    assert set(PAGES) <= {rule.endpoint for rule in app.url_map.iter_rules()}


def test_every_permission_is_asked_for_somewhere(app: Flask) -> None:
    asked = {action_of(rule.endpoint) for rule in app.url_map.iter_rules()}
    sources = "".join(path.read_text("utf-8") for path in Path(services.__file__).parent.rglob("*.py"))
    assert [name for name in PERMISSIONS if name not in asked and f'"{name}"' not in sources] == []
