"""The services as JSON over HTTP, described by an OpenAPI document. Tokens come in, cookies don't."""

from flask import Blueprint, Flask

from arbitration.api import browsing, problems, routes, tokens

blueprint = Blueprint("api", __name__, url_prefix="/api")
problems.handle_within(blueprint)
for place in routes.places():
    blueprint.add_url_rule(place.path, place.name, place, methods=[place.method])


def init_app(app: Flask) -> None:
    """Register the operations, the page of their document, and how the API finds out who calls."""
    app.extensions.setdefault("arbitration_identify", {})["api"] = tokens.identify
    app.extensions.setdefault("arbitration_ask_who", {})["api"] = problems.unauthorized
    app.json.sort_keys = False  # type: ignore[attr-defined]
    problems.handle_unknown_paths(app)
    app.register_blueprint(blueprint)
    app.register_blueprint(browsing.pages)


def load() -> None:
    """Load all operations, for processes that share what they have loaded."""
    for place in routes.places():
        place.load()
