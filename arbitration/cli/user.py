"""The people of an installation: look them up, move their address, keep them out, sign them out."""

from collections.abc import Iterator

import click
from sqlalchemy.orm import Session

from arbitration.cli.operating import OPERATOR, acting, looking
from arbitration.clock import now
from arbitration.domain.actors import Actor
from arbitration.models import Person
from arbitration.services import people, sessions, tokens

PAGE = 200


@click.group()
def command() -> None:
    """Show, move and sign out the people of an installation.

    Buyers and sellers are known by the e-mail address that the marketplace states, and sign in by a link that is sent
    there. They come in by `arbitration import`; nobody has to be added by hand.
    """


@command.command("list")
@click.option("--search", "text", default="", metavar="TEXT", help="Only those with TEXT in their address or name.")
def list_(text: str) -> None:
    """List the people, by address."""
    with looking() as session:
        for person in _all_people(session, text):
            state = "  (suspended)" if person.suspended_at else ""
            click.echo(f"{person.email}  {person.name or ''}{state}".rstrip())


def _all_people(session: Session, text: str) -> Iterator[Person]:
    after = ""
    while page := people.list_people(session, OPERATOR, text, after, PAGE):
        yield from page
        after = page[-1].email
        session.expunge_all()


@command.command()
@click.argument("email")
def show(email: str) -> None:
    """Show what is known of the person with the address EMAIL."""
    moment = now()
    with looking() as session:
        person = people.find_person(session, email)
        part = people.part_of(session, OPERATOR, person)
        open_sessions = sessions.list_sessions(session, Actor(person.id), moment)
        theirs = tokens.list_tokens(session, OPERATOR, person.id)
        _line("Address", person.written_as)
        _line("Name", person.name or "-")
        _line("Id", str(person.id))
        _line("Known since", f"{person.created_at:%Y-%m-%d %H:%M} UTC")
        _line("Language", person.language or "-")
        _line("Time zone", person.time_zone or "-")
        _line("Purchases", f"{part.bought} bought, {part.sold} sold")
        _line("Signed in on", f"{len(open_sessions)} browser(s)")
        _line(
            "Tokens", f"{sum(tokens.works(token, moment) for token in theirs)} in force; see `arbitration token list`"
        )
        if person.suspended_at:
            _line("Suspended", f"since {person.suspended_at:%Y-%m-%d %H:%M} UTC")
        for former in part.former:
            _line("Address before", f"{former.email} (until {former.left_at:%Y-%m-%d %H:%M} UTC)")


def _line(label: str, value: str) -> None:
    click.echo(f"{label + ':':<16}{value}")


@command.command()
@click.argument("old")
@click.argument("new")
def move(old: str, new: str) -> None:
    """Give the person with the address OLD the address NEW.

    All their purchases and correspondence go along. They are signed out everywhere, links sent to OLD stop working, and
    from then on only NEW signs them in. An import that still names OLD for their purchases fits as before. Make sure
    that the request comes from them: whoever reads the mailbox NEW sees everything.
    """
    moment = now()
    with acting() as session:
        person = people.move(session, OPERATOR, old, new, moment)
        left = sum(tokens.works(token, moment) for token in tokens.list_tokens(session, OPERATOR, person.id))
    click.echo(f"Moved to {person.email}. They are signed out everywhere and sign in there from now on.")
    if left:
        click.echo(
            f"{left} API token(s) of theirs still work: see `arbitration token list`, `arbitration token revoke`."
        )


@command.command()
@click.argument("email")
def suspend(email: str) -> None:
    """Keep the person with the address EMAIL out: no sign-in, no session and no token works until `restore`."""
    with acting() as session:
        person = people.suspend(session, OPERATOR, email, now())
    click.echo(f"{person.email} is suspended and signed out everywhere. `arbitration user restore` lets them in again.")


@command.command()
@click.argument("email")
def restore(email: str) -> None:
    """Let the suspended person with the address EMAIL in again."""
    with acting() as session:
        person = people.restore(session, OPERATOR, email, now())
    click.echo(f"{person.email} can sign in again.")


@command.command("sign-out")
@click.argument("email")
def sign_out(email: str) -> None:
    """Sign the person with the address EMAIL out on all browsers, and end links that were sent to them."""
    with acting() as session:
        ended = people.sign_out(session, OPERATOR, email, now())
    click.echo(f"Signed out on {ended} browser(s).")
