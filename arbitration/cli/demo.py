"""`arbitration demo`: a filled installation to look around in, on this machine alone."""

import sys
from logging import WARNING
from socket import socket

import click
from flask import Flask
from sqlalchemy import select

from arbitration import clock, logs
from arbitration.cli import common
from arbitration.cli.preparing import locked, migrate, prepare_folder, unmake
from arbitration.cli.serving import Serving, address_of, listen, signals_blocked
from arbitration.cli.turns import dispatcher_of
from arbitration.config import BASE_URL, is_loopback
from arbitration.db import reading, unit_of_work
from arbitration.demo import people, playing
from arbitration.i18n import OWN_NAMES
from arbitration.mail.links import to_sign_in
from arbitration.models import PolicyVersion
from arbitration.services import installation

ADDRESS = "demo_address"


@click.command("demo")
@click.option("--host", default="127.0.0.1", show_default=True, help="A loopback address; no other is served.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free port.")
@click.option("--links", "links_only", is_flag=True, help="Print new sign-in links for a demo that is there, and stop.")
@click.option("--fresh", is_flag=True, help="Throw away what the demo's database holds, and begin anew.")
@click.option("--no-serve", is_flag=True, help="Fill the database and stop.")
def command(host: str, port: int, links_only: bool, fresh: bool, no_serve: bool) -> None:
    """Fill a database with made-up purchases and serve it on this machine.

    Needs no preparation: settings and an SQLite database are made in the instance folder. Prints sign-in links for
    people of each language; they work for 24 hours. Run again, it goes on with what is there. Mails are written to the
    folder mail/ of the instance. The scheduler runs inside the same process.
    """
    if not is_loopback(host):
        raise common.UnusableError(
            f"The demo's links open every door, so it stays on this machine: {host} is not a loopback address."
        )
    if links_only:
        app = _application(BASE_URL)
        common.require_migrated(app)
        _print_links(app)
        return
    for done in prepare_folder(common.settings()):
        click.echo(f"{done[0].upper()}{done[1:]}.", err=True)
    bound = None if no_serve else listen(host, port)
    address = address_of(bound) if bound else f"http://{host}:{port}" if port else BASE_URL
    app = _application(address)
    _fill(app, fresh)
    with app.app_context(), unit_of_work() as session:
        installation.keep(session, ADDRESS, address)
    if bound is None:
        click.echo("The demo is filled. `arbitration demo` serves it.")
        return
    _serve(app, bound)


def _application(address: str) -> Flask:
    """The demo's application: mails go to files, whatever the settings say. Refuses a database of another kind."""
    app = common.application(migrated=False, base_url=address, smtp_url="", trusted_proxies=0)
    if not _is_ours(app):
        raise common.UnusableError(
            "This database was not made by the demo, so the demo leaves it alone. Give the demo a folder of its own: "
            "ARBITRATION_INSTANCE=demo arbitration demo"
        )
    return app


def _is_ours(app: Flask) -> bool:
    """Whether the database is empty, or was filled by the demo, or only just migrated by it."""
    file = app.config["SETTINGS"].database_file
    if (file is not None and not file.exists()) or common.revisions(app)[0] is None:
        return True
    with app.app_context(), reading() as session:
        return installation.is_demo(session) or session.scalar(select(PolicyVersion.id).limit(1)) is None


def _fill(app: Flask, fresh: bool) -> None:
    if fresh:
        unmake(app)
    migrate(app)
    if playing.is_of_another_version(app):
        raise common.UnusableError(
            "This demo was filled by another version, whose stories were others. Begin anew: arbitration demo --fresh"
        )
    with locked(app.config["SETTINGS"].instance):
        if playing.is_played(app, clock.now()):
            return
        steps = playing.play(app, clock.now())
        with click.progressbar(length=next(steps), label="Filling the demo", file=sys.stderr) as bar:
            for done in steps:
                bar.update(done - bar.pos)


def _serve(app: Flask, bound: socket) -> None:
    from arbitration.scheduler.clock import Clock

    logs.set_up(WARNING)
    logs.log_requests(app)
    with signals_blocked():
        serving = Serving(app, bound, 8, dispatcher_of(app))
        ticking = Clock(app)
        ticking.start()
    try:
        serving.run(lambda: _welcome(app))
    finally:
        ticking.stop()


def _welcome(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    click.echo(f"The demo is served at {settings.base_url}. Ctrl-C ends it.")
    click.echo(f"Its mails are written to {settings.mail_folder}.\n")
    doors: dict[str, list[tuple[str, str, str]]] = {}
    for door in _print_links(app):
        doors.setdefault(door.language, []).append((door.role, door.name, f"/sign-in/{door.token}"))
    app.config["DEMO_LINKS"] = doors


def _print_links(app: Flask) -> list[people.Door]:
    """Makes new links, prints them, and gives them to whoever shows them too."""
    with app.app_context(), unit_of_work() as session:
        address = installation.value(session, ADDRESS)
        if address is None or not installation.is_demo(session):
            raise common.UnusableError("There is no demo yet. Run `arbitration demo` first.")
        doors = list(people.doors(session, clock.now()))
    click.echo("Sign in as (each link works for 24 hours, any number of times):\n")
    for door in doors:
        click.echo(f"  {_who(door)}, {_to_see(door)}")
        click.echo(f"    {to_sign_in(address, door.token)}")
    click.echo("\nThe interface takes the language of your browser, and can be changed at the foot of each page.")
    return doors


def _who(door: people.Door) -> str:
    return f"{OWN_NAMES[door.language]}, {door.role}: {door.name}"


def _to_see(door: people.Door) -> str:
    one, more = THINGS.get(door.role, ("purchase", "purchases"))
    told = f"{door.count} {one if door.count == 1 else more}"
    about = "a correspondence" if door.role in ("buyer", "seller") else "a case"
    return f"{told}, {about} about “{door.title}”" if door.title else told


THINGS = {"arbiter": ("case that waits", "cases that wait"), "operator": ("refund to be paid", "refunds to be paid")}
