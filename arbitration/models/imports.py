"""Imports: how far the reading of a file has come, so that one that was cut off goes on."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from arbitration.db import Model
from arbitration.models.people import Person

NO_FILE = "-"
"""Stands as source for a stream, and for a request."""


class Import(Model):
    """A file or a request of purchases. ``source`` is the file's SHA-256; ``offset`` counts the bytes taken in.

    ``door`` is how it came: by the ``command`` or the ``api``; ``begun_by`` whose token brought it (None: the command).
    """

    __tablename__ = "imports"
    __table_args__ = (Index("ix_imports_started_at", "started_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(200))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    offset: Mapped[int] = mapped_column(BigInteger, default=0)
    line: Mapped[int] = mapped_column(default=0)
    created: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    begun_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    door: Mapped[str] = mapped_column(String(16), default="command", server_default="command")

    person: Mapped[Person | None] = relationship()
