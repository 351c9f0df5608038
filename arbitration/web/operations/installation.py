"""Which processes are alive, and the settings in effect."""

from flask import current_app, g, render_template

from arbitration import __version__
from arbitration.db import reading
from arbitration.door import guard
from arbitration.services import heartbeat
from arbitration.services.operations import overview
from arbitration.web.operations.frame import blueprint
from arbitration.web.operations.settings_in_effect import in_effect


@blueprint.get("/installation")
def installation() -> str:
    """The schedulers with their last sign of life, and the settings."""
    with reading() as session:
        return render_template(
            "operations/installation.html",
            health=overview.health(session, guard.actor(), g.now),
            pulses=heartbeat.pulses(session, g.now),
            settings=in_effect(current_app.config["SETTINGS"]),
            version=__version__,
            now=g.now,
        )
