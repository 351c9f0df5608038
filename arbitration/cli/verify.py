"""`arbitration verify`: checks that nothing in the docket was changed after the fact."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import SQLAlchemyError

from arbitration.cli import common
from arbitration.db import reading
from arbitration.rules.faults import printable
from arbitration.services.verification import count_entries, verify

FOUND = 1
UNREADABLE = (ValueError, TypeError, AttributeError)


@click.command("verify")
def command() -> None:
    """Check that nothing was changed after the fact.

    Goes through every entry of the docket, the ends of its chains and their seals, and holds purchases, listings,
    messages, exhibits with their files, and policies against what the entries say of them. Says where something was
    changed, inserted, swapped or taken away, a line each. docs/docket.md says what it can and can't find.

    Ends with 0 if all is as it was written, 1 if something was found, 2 if it can't be checked.
    """
    app = common.application()
    folder = app.config["SETTINGS"].exhibits_folder
    found = checked = 0
    try:
        with app.app_context():
            with reading() as session:
                total = count_entries(session)
            with reading() as session, _progress(total) as progress:

                def count(entries: int) -> None:
                    nonlocal checked
                    checked += entries
                    progress(entries)

                for finding in verify(session, app.config["SECRET_KEY"], count, folder):
                    found += 1
                    click.echo(printable(str(finding)))
    except SQLAlchemyError as error:
        raise common.UnusableError(f"The docket can't be checked: {getattr(error, 'orig', None) or error}") from None
    except UNREADABLE as error:
        found += 1
        click.echo(f"A row can't be read, so the check ended there: it holds what was never written here ({error}).")
    entries = f"{checked} {'entry' if checked == 1 else 'entries'}"
    if found:
        click.echo(f"{entries} checked: {found} {'thing was' if found == 1 else 'things were'} found.", err=True)
        sys.exit(FOUND)
    click.echo(f"{entries} checked: all is as it was written.")


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], object]]:
    """A bar on standard error, if that is a terminal; gives what moves it on by so many entries."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=total, label="Checking", file=sys.stderr) as bar:
        yield bar.update
