"""`arbitration scheduler`: what falls due, every two seconds."""

import signal

import click

from arbitration.cli import common, memory
from arbitration.cli.serving import ENDS, signals_blocked


@click.command("scheduler")
def command() -> None:
    """Run what falls due: deadlines, mails, tidying up.

    Run it beside `arbitration serve`, always. Several of them may run at once, and none does another's work again; if
    one stops, what fell due meanwhile is done by the next. It waits for PostgreSQL where that is away,
    also when it starts. SIGTERM ends it after the work in hand.
    """
    from arbitration.db import db, keep_to_one_file
    from arbitration.scheduler.clock import Clock

    app = common.application(lasting=True)
    with app.app_context():
        keep_to_one_file(db.engine)
    clock = Clock(app)
    with signals_blocked():
        memory.settle()
        clock.start()
        click.echo("The scheduler runs. Ctrl-C ends it.")
        signal.sigwait(ENDS)
        clock.stop()
