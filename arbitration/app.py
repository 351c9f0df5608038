"""Putting the application together."""

from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from arbitration import config, models  # noqa: F401 (registers the tables)
from arbitration.assets import PACKAGE, asset_dir
from arbitration.config import Settings
from arbitration.db import db, engine_options

LARGEST_REQUEST = 4 * 1024 * 1024


def create_app(settings: Settings | None = None, *, doors: bool = True) -> Flask:
    """The application with these settings, or with those in effect.

    Without ``doors`` it answers nobody: pages and API, a third of what there is to load, stay away.

    Raises:
        UnsafeSettingsError: a setting is unknown, wrong or unsafe.
    """
    settings = settings or config.load()
    app = Flask(
        "arbitration",
        template_folder=str(asset_dir("templates")),
        static_folder=str(asset_dir("static")),
        instance_path=str(settings.instance),
    )
    faults = config.faults(settings, debug=app.debug)
    if faults:
        raise config.UnsafeSettingsError(faults)
    app.config.from_mapping(
        SETTINGS=settings,
        REFUND_TERMS=settings.refund_terms,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        MAX_FORM_PARTS=100,
    )
    db.init_app(app)
    app.extensions["migrate"] = _Migrations(app)
    if doors:
        _open_doors(app, settings.trusted_proxies)
    return app


class _Migrations:
    """Stands where Flask-Migrate looks for itself, and loads it when somebody migrates: servers never do."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    @property
    def migrate(self) -> Any:
        """Flask-Migrate for this application, which takes this place."""
        from flask_migrate import Migrate

        Migrate(self._app, db, directory=str(PACKAGE / "migrations"), render_as_batch=True)
        return self._app.extensions["migrate"].migrate


def _open_doors(app: Flask, proxies: int) -> None:
    from arbitration import api, door, web
    from arbitration.door.conditions import ConditionalResponse
    from arbitration.door.late_rules import LateRule
    from arbitration.door.uploads import Request
    from arbitration.web.quick_templates import QuickEnvironment

    app.request_class = Request
    app.response_class = ConditionalResponse
    app.url_rule_class = LateRule
    app.url_map.merge_slashes = False  # it would send browsers on, to whatever host the request named
    app.jinja_environment = QuickEnvironment
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    door.init_app(app)
    web.init_app(app)
    api.init_app(app)
