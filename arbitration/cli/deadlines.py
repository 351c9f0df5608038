"""`arbitration deadlines`: what is owed in the disputes of an installation, until when, and why then."""

import json
from datetime import datetime, timedelta
from uuid import UUID

import click

from arbitration import clock
from arbitration.cli.operating import looking
from arbitration.cli.sweep import Instant
from arbitration.domain import deadline_words
from arbitration.i18n import Reader
from arbitration.rules.durations import parse_duration
from arbitration.rules.instants import show_instant
from arbitration.services import deadline_lists, deadlines
from arbitration.services.deadline_lists import Listed

READER = Reader("en", "UTC")


class Length(click.ParamType[timedelta]):
    """A length of time as ISO 8601 writes it."""

    name = "duration"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        start = clock.now()
        try:
            end = parse_duration(value).after(start)
        except ValueError:
            end = None
        if end is None:
            self.fail(f"{value!r} is no length of time such as PT24H or P7D", param, ctx)
        return end - start


@click.group()
def command() -> None:
    """Show what is owed in disputes: by whom, until when, and how that was computed.

    What falls due is carried out by `arbitration scheduler`, or by `arbitration sweep`. Times are in UTC.
    """


@command.command("list")
@click.option("--within", type=Length(), help="Only what is due within this time, such as PT24H, or overdue.")
@click.option("--purchase", metavar="ID", help="Only those of the purchase with this id of the marketplace.")
@click.option("--now", "moment", type=Instant(), help="As of this instant; the present if left away.")
@click.option("--json", "as_json", is_flag=True, help="Write a JSON object for each, one a line.")
def list_(within: timedelta | None, purchase: str | None, moment: datetime | None, as_json: bool) -> None:
    """List what is owed, the next due first.

    Ends with 1 if something that the scheduler should have carried out is more than a minute late.
    """
    now = moment or clock.now()
    late = False
    with looking() as session:
        for listed in deadline_lists.walk(session, until=now + within if within is not None else None, of=purchase):
            late = late or now - listed.row.next_at > deadline_lists.LATE
            click.echo(json.dumps(_object(listed)) if as_json else _line(listed, now))
    if late:
        click.echo("Something was due and has not been carried out: is `arbitration scheduler` running?", err=True)
        raise SystemExit(1)


@command.command()
@click.argument("deadline", type=click.UUID)
def explain(deadline: UUID) -> None:
    """Explain the deadline with the id DEADLINE: how its moments were computed and what follows."""
    with looking() as session:
        listed = deadline_lists.find(session, deadline)
        if listed is None:
            raise click.ClickException("There is no such deadline.")
        known = deadlines.read(listed.row)
        owed_by = f" ({known.owed_by})" if known.owed_by else ""
        click.echo(f"{READER.gettext(deadline_words.owed(known))}{owed_by}, purchase {listed.external_id}")
        for said in deadline_words.explain(known):
            click.echo(READER.say(said.msgid, **said.values))
        click.echo(READER.gettext(deadline_words.consequence(known)))
        for step, said in zip(known.steps, deadline_words.explain_steps(known), strict=True):
            past = "  (past)" if step.name in listed.row.passed else ""
            click.echo(f"{READER.say(said.msgid, **said.values)}{past}")
        if listed.row.state != deadlines.OPEN and listed.row.settled_at:
            click.echo(f"{ENDED[listed.row.state]} {READER.instant(listed.row.settled_at)}")


ENDED = {deadlines.MET: "Met:", deadlines.RAN_OUT: "Ran out:", deadlines.DROPPED: "Not owed any more:"}


def _line(listed: Listed, now: datetime) -> str:
    row = listed.row
    when = "OVERDUE" if row.due_at <= now else READER.relative(row.due_at, now)
    failed = f"  FAILED {row.failures} times ({row.trouble})" if row.failures else ""
    return (
        f"{row.id}  {show_instant(row.due_at)}  {listed.external_id}  {row.kind}  {row.owed_by or '-'}  {when}{failed}"
    )


def _object(listed: Listed) -> dict[str, object]:
    row = listed.row
    return {
        "id": str(row.id),
        "purchase": listed.external_id,
        "dispute": str(row.dispute_id),
        "kind": row.kind,
        "owed_by": row.owed_by or None,
        "due_at": show_instant(row.due_at),
        "next_at": show_instant(row.next_at),
        "consequence": row.consequence,
        "passed": row.passed,
        "failures": row.failures,
        "trouble": row.trouble,
    }
