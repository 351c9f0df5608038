"""What was read out of the listings, and the objections of parties who say that it was read wrongly."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from arbitration.db import Model


def _of_what_is_read(column: str) -> Index:
    """Rows that wait to be read, as an import leaves thousands, are not in it."""
    told = text(f"{column} IS NOT NULL")
    return Index(f"ix_listing_readings_{column}", column, sqlite_where=told)


class ListingReading(Model):
    """What a listing's description states. The row comes with the listing; ``batch_id`` is empty until it is read.

    ``reading`` has the shape of the command ``terms``; it is None for a text over which the reader failed.
    ``text_digest`` is the SHA-256 of the description, so that the same words are read once; ``reader`` the version of
    the reader. The docket's entry on the batch holds a hash of its readings.
    """

    __tablename__ = "listing_readings"
    __table_args__ = (
        Index(
            "ix_listing_readings_waiting",
            "listing_id",
            sqlite_where=text("batch_id IS NULL"),
        ),
        _of_what_is_read("batch_id"),
        _of_what_is_read("text_digest"),
    )

    listing_id: Mapped[UUID] = mapped_column(ForeignKey("listings.id"), primary_key=True)
    batch_id: Mapped[UUID | None]
    text_digest: Mapped[str | None] = mapped_column(String(64))
    reader: Mapped[int | None]
    reading: Mapped[dict[str, Any] | None]
    read_at: Mapped[datetime | None]


_OPEN = "withdrawn_at IS NULL AND decided_at IS NULL"


class ReadingObjection(Model):
    """A party says that a field of a listing's terms was read wrongly.

    The docket holds a hash of ``salt`` and ``text``. ``suggestion`` and ``correction`` hold the field, under its name,
    as it should read. A decided ``correction`` holds for the listing from ``decided_at`` on, for every purchase of it.
    """

    __tablename__ = "reading_objections"
    __table_args__ = (
        Index(
            "uq_reading_objections_open",
            "purchase_id",
            "person_id",
            "field",
            unique=True,
            sqlite_where=text(_OPEN),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    purchase_id: Mapped[UUID] = mapped_column(ForeignKey("purchases.id"), index=True)
    listing_id: Mapped[UUID] = mapped_column(ForeignKey("listings.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    field: Mapped[str] = mapped_column(String(32))
    text: Mapped[str]
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    suggestion: Mapped[dict[str, Any] | None]
    made_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    correction: Mapped[dict[str, Any] | None]
