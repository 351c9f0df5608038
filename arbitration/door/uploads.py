"""Taking in a file that a form brings: written and hashed as it comes, examined before any transaction begins."""

import errno
import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import flask
from flask import current_app, g
from werkzeug.exceptions import ServiceUnavailable

from arbitration.db import reading, unit_of_work
from arbitration.domain.docket import canonical
from arbitration.domain.exhibits import Quota
from arbitration.domain.files import BUSY, LARGEST_FILE, MEBI, NO_FILE, Stored, refused
from arbitration.domain.refusals import ForbiddenError, InvalidError, NotFoundError, RefusalError, TooOftenError
from arbitration.door import guard
from arbitration.door.trouble import RETRY_AFTER
from arbitration.media import BusyError, Incoming, examine
from arbitration.services import exhibits, throttles

log = logging.getLogger(__name__)
FIELD = "file"
LARGEST_REQUEST = LARGEST_FILE + 32 * MEBI  # a file that is somewhat too large is refused in its form, with its texts
WAIT = 30
LEFT_FREE = 100 * MEBI
TROUBLE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EIO, errno.EMFILE)


class Request(flask.Request):
    """A request whose files go where ``files_to`` says, if it says so; the first of them, that is."""

    files_to: Incoming | None = None
    _taken = False

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if self.files_to is None:
            return super()._get_file_stream(total_content_length, content_type, filename, content_length)
        into = Incoming(None, 0) if self._taken else self.files_to
        self._taken = True
        return cast("IO[bytes]", into)


@dataclass
class Received:
    """A form with its file. ``stored`` is the file, or ``refusal`` says why there is none to be filed."""

    incoming: Incoming
    fields: Mapping[str, list[str]]
    files: list[str]
    stored: Stored | None = None
    refusal: RefusalError | None = None

    def said(self) -> bytes:
        """What tells this form from another one: its fields, and the hash of its file."""
        return canonical({"fields": self.fields, "files": self.files, "sha256": self.incoming.sha256}).encode(
            "utf-8", "replace"
        )

    def file(self) -> Stored:
        """The file. Raises the refusal, if there is one."""
        if self.refusal:
            raise self.refusal
        assert self.stored is not None
        return self.stored

    def keep(self) -> None:
        """A row tells of the file now."""
        self.incoming.kept = True


def quota() -> Quota:
    """How much one person may file on one purchase, by the settings."""
    settings = current_app.config["SETTINGS"]
    return Quota(settings.exhibits_per_person, settings.exhibit_megabytes_per_person * MEBI)


@contextmanager
def received(external_id: str) -> Iterator[Received]:
    """Take in the form of an upload. What is not kept within the block is gone after it.

    Whoever may not file here is told so by the act; until then the file is read, but not kept.
    """
    request = flask.request._get_current_object()  # type: ignore[attr-defined]
    refusal = _refusal(external_id)
    folder = None if refusal else current_app.config["SETTINGS"].exhibits_folder
    with _storing():
        if folder:
            _require_room(folder if folder.exists() else folder.parent, request.content_length or 0)
    with _storing(), Incoming(folder, LARGEST_FILE) as incoming:
        take_form(request, incoming)
        fields = {name: request.form.getlist(name) for name in request.form}
        got = Received(incoming, fields, list(request.files), refusal=refusal)
        if got.refusal is None:
            _examine(request, got)
        yield got


def take_form(request: Request, incoming: Incoming) -> None:
    """Read the form; its file goes to ``incoming``."""
    request.max_content_length = LARGEST_REQUEST
    request.files_to = incoming
    request.form  # noqa: B018 (reads the body)


def drop_files() -> None:
    """Read the form of a request whose files nobody wants; its texts can be had then."""
    take_form(flask.request._get_current_object(), Incoming(None, 0))  # type: ignore[attr-defined]


def _refusal(external_id: str) -> RefusalError | None:
    try:
        with reading() as session:
            exhibits.require_may_file(session, guard.actor(), external_id, 0, quota())
    except (NotFoundError, ForbiddenError, InvalidError) as refusal:
        return refusal
    return None


def _examine(request: Request, got: Received) -> None:
    given = request.files.get(FIELD)
    try:
        if given is None or not (given.filename or got.incoming.size):
            raise refused(NO_FILE)
        with unit_of_work() as session:
            throttles.take(session, throttles.FILES_LOOKED_AT, str(guard.actor().person_id), g.now)
        got.stored = examine(got.incoming, given.filename, given.mimetype or "")
    except (InvalidError, TooOftenError) as refusal:
        got.refusal = refusal
    except BusyError:
        got.refusal = TooOftenError(WAIT, BUSY)


def _require_room(folder: Path, coming: int) -> None:
    """Raise OSError where a file of about that size, and what is made of it, would leave too little for anything else:
    the database may lie on the same disk, and who writes a word there must not find it full of films."""
    if shutil.disk_usage(folder).free < LEFT_FREE + 2 * coming:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextmanager
def _storing() -> Iterator[None]:
    """A disk that is full or can't be written is a passing trouble, not a mistake of ours."""
    try:
        yield
    except OSError as error:
        if error.errno not in TROUBLE:
            raise
        log.warning("a file can't be stored: %s", error.strerror)
        raise ServiceUnavailable(retry_after=RETRY_AFTER) from error
