"""The people of an installation: look them up, move their address, keep them out; let arbiters and operators in."""

from collections.abc import Iterator

import click
from sqlalchemy.orm import Session

from arbitration.cli.operating import OPERATOR, acting, looking
from arbitration.cli.setting_up import set_up_lines
from arbitration.clock import now
from arbitration.domain.actors import Actor, Role
from arbitration.domain.forgetting import is_forgotten, neutral_address
from arbitration.i18n import LANGUAGES
from arbitration.models import Person, StaffAccount
from arbitration.services import forgetting, people, sessions, staff, tokens
from arbitration.services.staff import ties

PAGE = 200
ROLES = [role.value for role in staff.ROLES]


@click.group()
def command() -> None:
    """Show, move and sign out the people of an installation; add arbiters and operators.

    Buyers and sellers are known by the e-mail address that the marketplace states, and sign in by a link that is sent
    there. They come in by `arbitration import`; nobody has to be added by hand. Arbiters and operators are added here,
    and sign in with a password and a second factor.
    """


@command.command("list")
@click.option("--search", "text", default="", metavar="TEXT", help="Only those with TEXT in their address or name.")
@click.option("--staff", "staff_only", is_flag=True, help="Only arbiters and operators, with their role and state.")
def list_(text: str, staff_only: bool) -> None:
    """List the people, by address."""
    with looking() as session:
        if staff_only:
            _list_staff(session, text.casefold())
            return
        for person in _all_people(session, text):
            state = "  (suspended)" if person.suspended_at else ""
            state = "  (forgotten)" if is_forgotten(person.id, person.email) else state
            click.echo(f"{person.email}  {person.name or ''}{state}".rstrip())


def _list_staff(session: Session, text: str) -> None:
    for account in staff.list_staff(session, OPERATOR):
        if text in f"{account.person.email} {account.person.name or ''}".casefold():
            click.echo(f"{account.person.email}  {account.person.name or ''}  ({account.role}, {_state(account)})")


def _state(account: StaffAccount) -> str:
    if account.person.suspended_at:
        return "suspended"
    return "set up" if account.second_factor_at else "not set up"


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
        account = staff.find_account(session, person.id)
        open_sessions = [
            each for role in Role for each in sessions.list_sessions(session, Actor(person.id, role), moment)
        ]
        theirs = tokens.list_tokens(session, OPERATOR, person.id)
        _line("Address", person.written_as)
        _line("Name", person.name or "-")
        _line("Id", str(person.id))
        _line("Known since", f"{person.created_at:%Y-%m-%d %H:%M} UTC")
        _line("Language", person.language or "-")
        _line("Time zone", person.time_zone or "-")
        if account is not None:
            _line("Works here as", f"{account.role}, {_state(account)}")
        _line("Purchases", f"{part.bought} bought, {part.sold} sold")
        _line("Signed in on", f"{len(open_sessions)} browser(s)")
        _line(
            "Tokens", f"{sum(tokens.works(token, moment) for token in theirs)} in force; see `arbitration token list`"
        )
        for tie in ties.ties_of(session, OPERATOR, person.id):
            until = f", over since {tie.ended_at:%Y-%m-%d}" if tie.ended_at else ""
            _line("Tied to", f"{tie.tied_to} (since {tie.declared_at:%Y-%m-%d}{until}): {tie.reason}")
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


@command.command()
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask once more.")
def forget(email: str, *, yes: bool) -> None:
    """Forget the person with the address EMAIL, who has asked for it: who they are goes, what happened stays.

    It says what goes and what stays, and asks. Make sure that the request comes from them. Refused while a dispute of
    theirs is open, and for whoever works here or has. It can't be undone; a backup made before still has it all.
    """
    with looking() as session:
        person, remains = forgetting.look(session, OPERATOR, email)
        if is_forgotten(person.id, person.email):
            click.echo("They were forgotten before. Nothing was changed.")
            return
        click.echo("\n".join(_what_goes_and_stays(person, remains)))
        neutral = neutral_address(person.id)
    if not yes:
        click.confirm("Forget them for good?", abort=True)
    with acting() as session:
        forgetting.forget(session, OPERATOR, email, now())
    click.echo(f"Forgotten. What stays is kept under {neutral}.")


def _what_goes_and_stays(person: Person, remains: forgetting.Remains) -> Iterator[str]:
    yield f"Goes:  the name ({person.name or 'none is known'}) and the address {person.written_as}, former ones too;"
    yield "       language, zone and calendar; all that is signed in, links, API tokens. Nothing signs them in again."
    yield f"Stays: {remains.bought} purchase(s) bought and {remains.sold} sold, {remains.messages} message(s),"
    yield "       words and files, disputes, rulings, refunds and the docket, without their name;"
    if remains.shops:
        yield f"       the name of {len(remains.shops)} shop(s): {', '.join(remains.shops)}. Whoever bought there"
        yield "       can open a dispute as before: nobody answers, and the arbiter is called when the time is over;"
    yield "       what others wrote about them, ties that arbiters declared to their address, and backups."


@command.command("sign-out")
@click.argument("email")
def sign_out(email: str) -> None:
    """Sign the person with the address EMAIL out on all browsers, and end links that were sent to them."""
    with acting() as session:
        ended = people.sign_out(session, OPERATOR, email, now())
    click.echo(f"Signed out on {ended} browser(s).")


@command.command()
@click.argument("email")
@click.option("--role", required=True, type=click.Choice(ROLES), help="What they do here.")
@click.option("--name", metavar="NAME", help="What the parties read beside their rulings.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), help="What they read, and decide cases in.")
def add(email: str, role: str, name: str | None, language: str | None) -> None:
    """Make somebody with the address EMAIL an arbiter or operator, and print the link by which they set up an account.

    The link works once, within 24 hours: hand it over on a way that nobody else reads. It asks for a password and
    connects an authenticator. Somebody who also buys or sells keeps signing in to that by mail, apart from this.
    """
    with acting() as session:
        token = staff.add(session, OPERATOR, Role(role), email, name, language, now())
        lines = list(set_up_lines(token))
    click.echo("\n".join(lines))


@command.command("set-up")
@click.argument("email")
def set_up(email: str) -> None:
    """Print a new set-up link for the arbiter or operator with the address EMAIL.

    For a lost link, password or telephone. What they had ends at once: password, codes, everything signed in.
    """
    with acting() as session:
        token = staff.invite_again(session, OPERATOR, email, now())
        lines = list(set_up_lines(token))
    click.echo("\n".join(lines))


@command.command()
@click.argument("email")
@click.argument("role", type=click.Choice(ROLES))
def role(email: str, role: str) -> None:
    """Make the arbiter with the address EMAIL an operator, or the operator an arbiter.

    They are signed out everywhere and API tokens of the old role end; password and authenticator stay.
    """
    with acting() as session:
        account = staff.change_role(session, OPERATOR, email, Role(role), now())
    click.echo(f"{account.person.email} is an {role} now, and signed out everywhere.")


@command.command()
@click.argument("email")
def remove(email: str) -> None:
    """Let the arbiter or operator with the address EMAIL go: no password, session or token of the role works any more.

    What they decided stays theirs. As a buyer or seller they go on as before.
    """
    with acting() as session:
        account = staff.remove(session, OPERATOR, email, now())
    click.echo(f"{account.person.email} works here no more, and is signed out everywhere.")
