"""People, and the shops they sell as. Buyers and sellers alike are persons, known by an e-mail address."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from arbitration.db import Model

_SUSPENDED = "suspended_at IS NOT NULL"


class Person(Model):
    """Somebody who signs in. ``email`` is the address without regard to capitals, ``written_as`` as it was given.

    ``language`` and ``time_zone`` hold; ``stated_language`` and ``stated_time_zone`` are the marketplace's last word of
    them, so that an import can tell whether the person has chosen otherwise since.
    """

    __tablename__ = "people"
    __table_args__ = (Index("ix_people_suspended", "email", sqlite_where=text(_SUSPENDED)),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    written_as: Mapped[str] = mapped_column(String(254))
    name: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str | None] = mapped_column(String(8))
    time_zone: Mapped[str | None] = mapped_column(String(64))
    stated_language: Mapped[str | None] = mapped_column(String(8))
    stated_time_zone: Mapped[str | None] = mapped_column(String(64))
    calendar: Mapped[str | None] = mapped_column(String(16))
    digits: Mapped[str | None] = mapped_column(String(16))
    created_at: Mapped[datetime]
    suspended_at: Mapped[datetime | None]
    search_text: Mapped[str] = mapped_column(default="")


class FormerAddress(Model):
    """An address that a person had before it was moved: an older export may still name it, nobody signs in with it."""

    __tablename__ = "former_addresses"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    email: Mapped[str] = mapped_column(String(254), primary_key=True)
    left_at: Mapped[datetime]


class Seller(Model):
    """A shop of the marketplace, by the marketplace's own id; ``person`` answers for it."""

    __tablename__ = "sellers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(8))
    time_zone: Mapped[str] = mapped_column(String(64))
    working_hours: Mapped[list[Any] | None]
    search_text: Mapped[str] = mapped_column(default="")

    person: Mapped[Person] = relationship()
