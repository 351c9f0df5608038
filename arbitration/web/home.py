"""The front door: for strangers a welcome; those signed in go where their day begins."""

from flask import Blueprint, current_app, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from arbitration.web import sessions
from arbitration.web.navigation import landing

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def show() -> str | AnyResponse:
    """What this is, and the way in."""
    if who := sessions.signed_in():
        where = landing(who.role)
        return render_template("staff/home.html") if where == url_for("home.show") else sessions.see_other(where)
    return render_template("home.html", demo_links=current_app.config.get("DEMO_LINKS", {}))
