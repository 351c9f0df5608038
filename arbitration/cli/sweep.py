"""`arbitration sweep`: what is due by a moment, once."""

import json
from datetime import datetime

import click

from arbitration import clock
from arbitration.cli import common
from arbitration.schemas.common import EARLIEST, LATEST

COUNTED = (
    "reminded",
    "ran out",
    "could not be done",
    "refunded",
    "refused by the provider",
    "could not be refunded",
    "sent",
    "skipped",
    "put off",
    "failed",
    "lost",
    "read",
    "tidied",
)


class Instant(click.ParamType[datetime]):
    """An instant as RFC 3339 writes it, with an offset."""

    name = "instant"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None or not EARLIEST.year <= moment.year < LATEST.year:
            self.fail(f"{value!r} is no instant such as 2026-11-21T12:00:00Z", param, ctx)
        return moment


@click.command("sweep")
@click.option("--now", "moment", type=Instant(), help="Do what is due by this instant; the present if left away.")
@click.option("--json", "as_json", is_flag=True, help="Say what was done as one JSON object.")
def command(moment: datetime | None, as_json: bool) -> None:
    """Run once what is due by a given moment, and stop.

    Does what `arbitration scheduler` does at a tick, for an installation that would rather be woken by a timer of its
    own. With a later moment it does today what falls due until then, for good: that is for trying out what a later
    day brings, in an installation made for it, and never in one that people use.
    """
    from arbitration.scheduler.sweep import sweep

    done = sweep(common.application(), moment or clock.now())
    if as_json:
        click.echo(json.dumps({name.replace(" ", "_"): done[name] for name in COUNTED}))
    else:
        click.echo(", ".join(f"{count} {what}" for what, count in sorted(done.items())) or "Nothing was due.")
