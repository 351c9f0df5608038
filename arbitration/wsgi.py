"""The application for a server such as gunicorn: ``gunicorn -c python:arbitration.gunicorn_settings``.

Refuses to start where `arbitration serve` would, in the same words.
"""

import click
from flask import Flask

from arbitration import logs
from arbitration.cli import common


def make() -> Flask:
    """The application with the settings in effect, ready to answer.

    Raises:
        SystemExit: the settings are unsafe, or the database is missing, behind or a demo's; with what to do.
    """
    try:
        app = common.application(lasting=True)
        common.require_no_demo(app)
    except click.ClickException as error:
        raise SystemExit(f"Error: {error.format_message()}") from None
    common.make_ready_to_serve(app)
    logs.log_requests(app)
    logs.of_gunicorn()
    return app


app = make()
