"""The order of the checks: the machine, the settings, the files, the database, what is sent."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from tempfile import gettempdir

from arbitration import config
from arbitration.cli.checks import database, delivery, files, languages, machine, marketplace, media
from arbitration.cli.checks.finding import Finding, fail, ok
from arbitration.config import Settings, UnsafeSettingsError


def examine(now: datetime) -> Iterator[Finding]:
    """All findings about the installation that the settings in effect name, in order."""
    yield from _safely("Python", machine.python)
    yield from _safely("languages", languages.catalogues)
    try:
        settings = config.load()
    except UnsafeSettingsError as error:
        yield from (_of_fault(fault) for fault in error.faults)
        return
    yield from _safely("settings", lambda: _settings(settings))
    yield from _safely("instance folder", lambda: files.folder(settings))
    folders = settings.instance, settings.exhibits_folder, settings.mail_folder, Path(gettempdir())
    yield from _safely("disk", lambda: machine.disk(*folders))
    yield from _safely("database", lambda: database.check(settings, now))
    yield from _safely("exhibits", media.exhibits)
    yield from _safely("mail", lambda: delivery.mail(settings))
    yield from _safely("hand-over", lambda: marketplace.handovers(settings))
    yield from _safely("refunds", lambda: marketplace.gateway(settings))


def _settings(settings: Settings) -> Iterator[Finding]:
    faults = config.faults(settings)
    yield from (_of_fault(fault) for fault in faults)
    if not faults:
        yield ok("settings", f"in order; people reach it at {settings.base_url}")


def _of_fault(fault: str) -> Finding:
    """A fault of the settings is one sentence: what, a colon, what is wrong; then how to mend it."""
    what, _, told = fault.partition(": ")
    told, separator, mend = told.partition("; ")
    return fail(what, told, mend if separator else "see docs/settings.md")


def _safely(what: str, check: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    try:
        yield from check()
    except Exception as error:
        told = str(error).strip().splitlines()
        detail = f": {told[0]}" if told else ""
        yield fail(what, f"can't be looked at ({type(error).__name__}{detail})", "mend what the message names")
