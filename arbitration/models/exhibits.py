"""Exhibits: what was filed as evidence, and who has been shown it. The files lie in the instance's folder."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from arbitration.db import Model
from arbitration.models.people import Person


class Exhibit(Model):
    """A file that a party filed: ``E1``, ``E2`` and so on within its purchase, in the order of ``number``.

    ``position`` is that of the message it came with, whose text says what it shows; its times are facts. ``name`` is
    the file's, as it can be shown; the docket holds a hash of ``salt`` and it. ``stored_as`` is the random name of its
    folder, ``parts`` what lies there for others to see (``domain.files.Part``). ``media_type`` is what it was found to
    be; size in pixels, ``duration`` in milliseconds and ``pages`` are what the file itself says. From ``opened_at`` on
    the other side could see it. ``preview`` is ready, none (the file is shown as it is), waiting or refused.
    """

    __tablename__ = "exhibits"
    __table_args__ = (UniqueConstraint("purchase_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    purchase_id: Mapped[UUID] = mapped_column(ForeignKey("purchases.id"))
    number: Mapped[int]
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    filed_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    filed_role: Mapped[str] = mapped_column(String(16))
    filed_at: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(200))
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    media_type: Mapped[str] = mapped_column(String(64))
    bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    stored_as: Mapped[str] = mapped_column(String(32), unique=True)
    preview: Mapped[str] = mapped_column(String(16))
    parts: Mapped[list[Any]]
    width: Mapped[int | None]
    height: Mapped[int | None]
    duration: Mapped[int | None] = mapped_column(BigInteger)
    pages: Mapped[int | None]
    opened_at: Mapped[datetime | None]


class ExhibitView(Model):
    """A person was shown an exhibit, for the first time at ``first_at``; never its filer."""

    __tablename__ = "exhibit_views"

    exhibit_id: Mapped[UUID] = mapped_column(ForeignKey("exhibits.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(String(16))
    first_at: Mapped[datetime]

    person: Mapped[Person] = relationship()
