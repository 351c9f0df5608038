"""The services as JSON over HTTP, described by an OpenAPI document. Tokens come in, cookies don't."""

from flask import Flask

from arbitration.api import (  # noqa: F401 (they register operations)
    arbiters,
    disputes,
    docket,
    document,
    exhibits,
    facts,
    listings,
    messages,
    problems,
    purchases,
    remedies,
    rulings,
    tokens,
)
from arbitration.api.operations import api


def init_app(app: Flask) -> None:
    """Register the operations, the page of their document, and how the API finds out who calls."""
    app.extensions.setdefault("arbitration_identify", {})["api"] = tokens.identify
    app.extensions.setdefault("arbitration_ask_who", {})["api"] = problems.unauthorized
    app.json.sort_keys = False  # type: ignore[attr-defined]
    problems.handle_unknown_paths(app)
    app.register_blueprint(api)
    app.register_blueprint(document.pages)
