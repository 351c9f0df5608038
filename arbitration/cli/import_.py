"""`arbitration import`: takes in a marketplace's purchases from a file."""

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import BinaryIO

import click
from flask import Flask
from sqlalchemy.exc import OperationalError

from arbitration import clock
from arbitration.cli import INTERRUPTED, common, memory
from arbitration.cli.importing.opening import is_regular, open_file, reader_of, sum_of
from arbitration.cli.importing.rows import Reader, UnusableFileError
from arbitration.cli.importing.running import Run, Told
from arbitration.cli.importing.telling import as_json, as_text, summary
from arbitration.cli.interrupts import put_off
from arbitration.db import reading
from arbitration.scheduler.readings import read_waiting
from arbitration.services.readings import count_waiting

PARTLY = 3


@click.command("import")
@click.argument("file")
@click.option("--json", "wants_json", is_flag=True, help="Print a JSON object for each row on standard output.")
@click.option("--from-start", is_flag=True, help="Don't go on with an import of this file that was cut off.")
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), help="What the file is, if its name misleads.")
def command(file: str, wants_json: bool, from_start: bool, form: str | None) -> None:
    """Take in a marketplace's purchases from FILE, or from standard input for -.

    FILE is JSON Lines, or CSV with columns such as listing.title and JSON in the cells of listing.terms and
    seller.working_hours; docs/importing.md describes each field. Import as often as you like: a row that is known
    already may log the delivery once and change names, hours, zones and languages; a bad row is refused by itself. An
    import that was cut off goes on where it stopped when the same file is imported again.

    Ends with 0 if all rows are in, 3 if some were refused, 2 if the file can't be used, 1 if the database took no more.
    """
    memory.keep_large_blocks_apart()
    with usable(file) as opened, _application_and_sum(opened) as (app, source, size):
        run = _begun(reader_of(opened, file, form), source, file, from_start)
        if run.goes_on:
            click.echo(f"Going on with an import that was cut off: {run.stands.line} lines are in already.", err=True)
        tell = _tell_json if wants_json else _tell_text
        with _progress(size, run.stands.offset) as progress:
            _go(run, tell, progress)
        click.echo(summary(run.stands), err=wants_json)
        _read_listings(app)
        sys.exit(PARTLY if run.stands.refused else 0)


@contextmanager
def usable(name: str) -> Iterator[BinaryIO]:
    """The file to import. A fault of the file as a whole ends the command."""
    try:
        with open_file(name) as opened:
            yield opened
    except UnusableFileError as error:
        raise common.UnusableError(f"{'Standard input' if name == '-' else name}: {error}") from None
    except OSError as error:
        raise common.UnusableError(f"{name}: can't be read ({error.strerror}).") from None


@contextmanager
def _application_and_sum(file: BinaryIO) -> Iterator[tuple[Flask, str | None, int | None]]:
    """The application within its context; and the sum and size of a regular file, taken while the rest is loaded."""
    with ThreadPoolExecutor(1) as beside:
        summing = beside.submit(sum_of, file) if is_regular(file) else None
        app = common.application(doors=False)
        source, size = summing.result() if summing else (None, None)
    with app.app_context():
        yield app, source, size


def _begun(rows: Reader, source: str | None, name: str, from_start: bool) -> Run:
    try:
        return Run(rows, source, name, from_start)
    except OperationalError as error:
        raise click.ClickException(
            f"The database took nothing: {error.orig}. Run the same command again once there is room and it answers."
        ) from None


def _go(run: Run, tell: Callable[[Sequence[Told]], None], progress: Callable[[int], None]) -> None:
    try:
        for told in run:
            tell(told)
            progress(run.stands.offset)
    except KeyboardInterrupt:
        click.echo(f"\nStopped after line {run.stands.line}; all up to there is in.", err=True)
        if run.can_go_on:
            click.echo("Run the same command again to go on from there.", err=True)
        sys.exit(INTERRUPTED)
    except OperationalError as error:
        raise click.ClickException(
            f"The database took nothing more after line {run.stands.line}: {error.orig}. All up to there is in; run "
            "the same command again once there is room and it answers."
        ) from None


def _read_listings(app: Flask) -> None:
    """Read the terms out of the new descriptions. What is left when this is cut off, the scheduler reads."""
    try:
        with put_off() as interrupted, reading() as session:
            waiting = count_waiting(session)
        reads = read_waiting(app, clock.now())
        with _bar(waiting if sys.stderr.isatty() else 0, "Reading the listings") as move:
            done = 0
            while not interrupted:
                with put_off() as interrupted:
                    read = next(reads, None)
                if read is None:
                    return
                move(done := done + read)
        raise KeyboardInterrupt
    except KeyboardInterrupt:
        click.echo("\nStopped reading the listings; the scheduler reads the rest.", err=True)
        sys.exit(INTERRUPTED)
    except OperationalError as error:
        click.echo(f"All rows are in; the scheduler reads the listings that are left ({error.orig}).", err=True)


def _tell_json(told: Sequence[Told]) -> None:
    click.echo("\n".join(map(as_json, told)))


def _tell_text(told: Sequence[Told]) -> None:
    for each in told:
        if each.result.errors or each.result.ignored:
            click.echo("\n".join(as_text(each)), err=True)


@contextmanager
def _progress(size: int | None, done: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error if that is a terminal and the size is known; gives what moves it on to a byte."""
    with _bar(size if size and sys.stderr.isatty() else 0, "Importing", done) as move:
        yield move


@contextmanager
def _bar(length: int, label: str, done: int = 0) -> Iterator[Callable[[int], None]]:
    if not length:
        yield lambda _: None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        bar.update(done)
        yield lambda place: bar.update(place - bar.pos)
