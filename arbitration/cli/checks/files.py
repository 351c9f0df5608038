"""The instance's folder: whether it is there and can be written. (Who else can read it is a matter of the settings.)"""

import os
from collections.abc import Iterator

from arbitration.assets import asset_dir
from arbitration.cli.checks.finding import Finding, fail, ok, warn
from arbitration.config import Settings
from arbitration.services.backups import RESTORING


def left_over(settings: Settings) -> Iterator[Finding]:
    """What a restore that was killed has left: the whole database, in a place where nobody looks for it."""
    path = settings.instance / RESTORING
    if path.exists():
        mend = (
            "run the restore again, which takes it away; if nothing is to be restored, remove it: it holds everything"
        )
        yield warn("instance folder", f"{path} was left by a restore that was cut off, if none runs just now", mend)


def folder(settings: Settings) -> Iterator[Finding]:
    """The instance's folder and files, and those that come with the package."""
    for name in ("templates", "static"):
        if not asset_dir(name).is_dir():
            yield fail(name, f"the folder {asset_dir(name)} is missing", "install the package again")
    instance = settings.instance
    if not instance.is_dir():
        yield fail("instance folder", f"{instance} is not there", "run `arbitration init`")
        return
    mail = settings.mail_folder
    if mail.exists() and not mail.is_dir():
        yield fail("mail folder", f"{mail} is no folder", "move it away; it is made when it is needed")
    closed = [path for path in settings.private_files if path.exists() and not os.access(path, os.R_OK | os.W_OK)]
    for path in closed:
        yield fail("instance folder", f"{path} can't be written by this user", f"run: chown -R $(id -un) {path}")
    if not closed:
        yield ok("instance folder", f"{instance} can be written, by this user alone")
    yield from left_over(settings)
