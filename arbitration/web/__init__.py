"""The pages: thin views over the services, and the templates they fill."""

from flask import Flask

from arbitration.door import guard
from arbitration.web import (
    cases,
    cases_acts,
    cases_ruling,
    disputes,
    errors,
    exhibits,
    fragments,
    handovers,
    health,
    home,
    kept_pages,
    listing_check,
    messages,
    metrics,
    notices,
    objections,
    opening,
    operations,
    pieces,
    purchases,
    replacements,
    sessions,
    settings,
    sign_in,
    staff_account,
    staff_set_up,
    staff_sign_in,
    staff_ties,
    statements,
)
from arbitration.web.asking_who import ask_who
from arbitration.web.frame import on_every_page
from arbitration.web.quick_session import QuickSessions

STAFF = (staff_sign_in, staff_set_up, staff_account, staff_ties)
CASES = (cases, cases_acts, cases_ruling, operations)
DISPUTES = (disputes, opening, statements, replacements)
OF_PURCHASES = (purchases, messages, exhibits, objections)
SUBJECTS = (
    home,
    health,
    metrics,
    sign_in,
    handovers,
    *STAFF,
    settings,
    notices,
    *OF_PURCHASES,
    *DISPUTES,
    *CASES,
    listing_check,
)


def init_app(app: Flask) -> None:
    """Register the pages, who is behind a cookie, and what every template has at hand."""
    app.extensions.setdefault("arbitration_identify", {})["web"] = sessions.identify
    app.extensions.setdefault("arbitration_ask_who", {})["web"] = ask_who
    secure = app.config["SETTINGS"].secure
    app.config.update(
        SESSION_COOKIE_NAME="__Host-notices" if secure else "notices",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.session_interface = QuickSessions()
    app.before_request(sessions.note_seen)
    app.jinja_env.globals["current_actor"] = guard.actor
    fragments.install(app)
    kept_pages.install(app)
    pieces.install(app)
    app.context_processor(on_every_page)
    errors.init_app(app)
    for subject in SUBJECTS:
        app.register_blueprint(subject.blueprint)
