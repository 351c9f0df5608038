"""A small shop for digital goods: it sells, hands its people over to Arbitration, and pays refunds when it is asked to.

It knows nothing of Arbitration but what docs/marketplace.md says.
"""

from flask import Flask

from shop import faults, refunds, sales, store
from shop.settings import Settings


def create_app(settings: Settings) -> Flask:
    """The shop with these settings."""
    app = Flask(__name__)
    app.config.update(SHOP=settings, SECRET_KEY=settings.secret_key, MAX_CONTENT_LENGTH=64 * 1024)
    app.config.update(SESSION_COOKIE_NAME="shop", SESSION_COOKIE_SAMESITE="Lax")
    store.prepare(settings.database)
    app.before_request(sales.refuse_other_sites)
    app.jinja_env.filters["money"] = store.written
    for subject in (sales, refunds, faults):
        app.register_blueprint(subject.blueprint)
    return app
