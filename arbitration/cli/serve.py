"""`arbitration serve`: pages and API, by a production server."""

import click

from arbitration import config, logs
from arbitration.cli import common
from arbitration.cli.serving import Serving, address_of, listen, reaches_this_machine_alone, signals_blocked
from arbitration.cli.turns import dispatcher_of
from arbitration.config import Settings


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address of this machine to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free port.")
@click.option(
    "--threads",
    default=8,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Requests worked on at once; with SQLite they take turns.",
)
def command(host: str, port: int, threads: int) -> None:
    """Serve the pages and the API.

    Run `arbitration scheduler` beside it: it sends the mails. People should reach the server through a proxy that
    speaks https (docs/operating.md); on this machine alone plain http will do. Where PostgreSQL is away when it
    starts, it waits. SIGTERM ends it once the requests under way are answered.
    """
    settings = common.settings()
    bound = listen(host, port)
    address = address_of(bound)
    if not settings.secure and not reaches_this_machine_alone(bound):
        raise common.UnusableError(
            f"Plain http is for this machine alone, and {host} can be reached by others. Set ARBITRATION_BASE_URL to "
            "the https address that people use (docs/operating.md), or leave --host away."
        )
    app = common.application(lasting=True, base_url=_base_url(settings, address))
    common.require_no_demo(app)
    logs.log_requests(app)
    common.make_ready_to_serve(app)
    with signals_blocked():
        serving = Serving(app, bound, threads, dispatcher_of(app))
    base_url = app.config["SETTINGS"].base_url
    elsewhere = "" if base_url == address else f" (people reach it at {base_url})"
    serving.run(lambda: click.echo(f"Serving at {address}{elsewhere}. Ctrl-C ends it."))


def _base_url(settings: Settings, address: str) -> str:
    """Where people reach the server: as set, else where it listens."""
    return address if settings.base_url == config.BASE_URL else settings.base_url
