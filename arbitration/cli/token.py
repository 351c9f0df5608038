"""The tokens of the API: make, list, revoke."""

from uuid import UUID

import click

from arbitration.cli.operating import OPERATOR, acting, looking
from arbitration.clock import now
from arbitration.services import tokens


@click.group()
def command() -> None:
    """Make, list and revoke the tokens of the API.

    A token is sent as `Authorization: Bearer TOKEN`. It is shown once, when it is made, and stored hashed: keep it as
    you would keep a password.
    """


@command.command()
@click.option("--role", required=True, type=click.Choice(list(tokens.ROLES)), help="What the token is for.")
@click.option("--email", required=True, metavar="ADDRESS", help="Whose it is; the person is added if there is none.")
@click.option(
    "--days",
    type=click.IntRange(1, tokens.LONGEST_DAYS),
    metavar="N",
    help="How many days it works. Without it, until it is revoked.",
)
def new(role: str, email: str, days: int | None) -> None:
    """Make a token and print it, alone on its line.

    A buyer's or a seller's token sees all that the person is party to, on either side; an operator's sees every
    purchase but no correspondence.
    """
    with acting() as session:
        token = tokens.new_token(session, role, email, now(), days)
    click.echo(token)


@command.command("list")
def list_() -> None:
    """List the tokens: id, role, whose, since when, and until when. What was made can't be shown again."""
    moment = now()
    with looking() as session:
        for token in tokens.list_tokens(session, OPERATOR):
            until = f"until {token.expires_at:%Y-%m-%d}" if token.expires_at else "until revoked"
            state = until if tokens.works(token, moment) else tokens.why_not(token, moment)
            click.echo(f"{token.id}  {token.role:<8}  {token.person.email}  since {token.created_at:%Y-%m-%d}, {state}")


@command.command()
@click.argument("id", type=click.UUID)
def revoke(id: UUID) -> None:
    """End the token with this ID for good. `arbitration token list` shows the ids."""
    with acting() as session:
        token = tokens.revoke(session, OPERATOR, id, now())
        line = f"The {token.role}'s token of {token.person.email} works no more."
    click.echo(line)
