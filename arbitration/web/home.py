"""The front door: for strangers a welcome, for those signed in their purchases."""

from flask import Blueprint, current_app, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from arbitration.web import sessions

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def show() -> str | AnyResponse:
    """What this is, and the way in."""
    if sessions.signed_in():
        return sessions.see_other(url_for("purchases.index"))
    return render_template("home.html", demo_links=current_app.config.get("DEMO_LINKS", []))
