"""`arbitration hold`: holding back all that leaves, and letting it go."""

import click

from arbitration import clock
from arbitration.cli.operating import OPERATOR, acting
from arbitration.services import holding


@click.command("hold")
@click.option("--release", is_flag=True, help="Let everything go out again.")
def command(release: bool) -> None:
    """Hold back all that leaves the installation: mails, and refunds that a payment provider would pay.

    People go on reading and acting; what is to be sent waits. A restored backup begins so.
    """
    with acting() as session:
        if release:
            holding.end(session, OPERATOR, clock.now())
        else:
            holding.begin(session, OPERATOR, clock.now())
    click.echo(
        "What waits goes out now." if release else "Held back from now on: `arbitration hold --release` lets it go."
    )
