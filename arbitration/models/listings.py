"""Listings, as they stood when something was bought. Purchases of the same words share a row, never changed."""

from typing import Any
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from arbitration.db import Model


class Listing(Model):
    """What a seller offered. ``digest`` is the SHA-256 of the other fields; ``terms`` what the marketplace stated."""

    __tablename__ = "listings"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    external_id: Mapped[str] = mapped_column(String(64))
    title: Mapped[str]
    description: Mapped[str]
    language: Mapped[str] = mapped_column(String(8))
    kind: Mapped[str] = mapped_column(String(32))
    terms: Mapped[dict[str, Any] | None]
    search_text: Mapped[str] = mapped_column(default="")
