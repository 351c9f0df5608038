"""`arbitration init`: from nothing, or from an older version, to an installation that can serve."""

import click
from flask import Flask
from sqlalchemy import make_url

from arbitration import clock
from arbitration.cli import common
from arbitration.cli.preparing import migrate, prepare_folder
from arbitration.db import unit_of_work

NEXT = """
Next:
  1. Look over {file}: base_url and smtp_url above all.
     Another database_url there? Then run init again. --operator EMAIL lets in the first operator.
  2. arbitration import FILE    takes in the marketplace's purchases
  3. arbitration serve          serves pages and API
     arbitration scheduler      runs beside it and sends the mails
  arbitration doctor says at any time whether something is missing."""


@click.command("init")
@click.option("--operator", metavar="EMAIL", help="The first operator; prints the link that sets up the account.")
def command(operator: str | None) -> None:
    """Prepare an installation, or bring an older one up to date.

    Makes the instance folder (ARBITRATION_INSTANCE, else ./instance) with a settings file and a random secret, both for
    this user alone; brings the database to this version's tables; installs the agreement that purchases are judged by.
    What is there already stays. Run it again after each update, with the servers stopped. There are no accounts to
    begin with: `--operator` makes the first one, where there is no operator yet.
    """
    for done in prepare_folder(common.settings()):
        click.echo(f"{done[0].upper()}{done[1:]}.")
    settings = common.settings()
    app = common.application(migrated=False)
    before, after = migrate(app)
    where = make_url(settings.database_url).render_as_string(hide_password=True)
    if before == after:
        click.echo(f"The database {where} is up to date (revision {after}).")
    else:
        click.echo(f"Brought the database {where} from {before or 'nothing'} to revision {after}.")
    click.echo(install_agreement(app))
    if count := seal_replacements(app):
        click.echo(f"Sealed what was delivered as a replacement before contents were sealed: {count}.")
    if operator:
        click.echo("\n".join(first_operator(app, operator)))
    click.echo(NEXT.format(file=settings.settings_file))


def first_operator(app: Flask, email: str) -> list[str]:
    """Make the first operator, unless there is one; gives what to print.

    Raises:
        ClickException: it is no address, or already that of an arbiter.
    """
    from arbitration.cli.operating import OPERATOR, told
    from arbitration.cli.setting_up import set_up_lines
    from arbitration.domain.actors import Role
    from arbitration.services import staff

    with told(), app.app_context(), unit_of_work() as session:
        if staff.any_operator(session):
            return ["There is an operator already; `arbitration user add --role operator` adds another."]
        token = staff.add(session, OPERATOR, Role.OPERATOR, email, None, None, clock.now())
        return [f"The first operator is {email}.", *set_up_lines(token)]


def seal_replacements(app: Flask) -> int:
    """Seal the contents of replacements that an earlier version kept as they were; gives how many."""
    from arbitration.services.disputes import replacements

    with app.app_context(), unit_of_work() as session:
        return replacements.seal_the_rest(session)


def install_agreement(app: Flask) -> str:
    """Install the agreement that comes with this version, unless it is there; gives a sentence about it."""
    from arbitration.services import policies

    with app.app_context(), unit_of_work() as session:
        version = policies.install_builtin(session, clock.now())
        return f"The agreement “{version.name}”, version {version.version}, is installed."
