"""The messages of a correspondence, every version of their text, and how far each party has read."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from arbitration.db import Model
from arbitration.models.people import Person
from arbitration.models.purchases import Purchase


class Message(Model):
    """A message. ``position`` counts from 1 within its purchase; ``author_role`` is the part its author had then.

    ``versions`` is the number of the text in force; a deleted message keeps its row as a tombstone, and a hidden one
    its text, for arbiters. ``kind`` is ``message`` for what people write to each other; every act that both sides see
    comes with a message of its own kind (``offer``, ``ruling``, ...) whose text is what was said with it, and whose
    ``about`` names the row (``domain/events.py``). What the clock did has no author and the role ``system``. ``asks``
    marks a message by which the seller asks the buyer for an answer.
    """

    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("purchase_id", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    purchase_id: Mapped[UUID] = mapped_column(ForeignKey("purchases.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(24), default="message")
    about: Mapped[dict[str, Any] | None]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    author_role: Mapped[str] = mapped_column(String(16))
    posted_at: Mapped[datetime]
    reports_problem: Mapped[bool]
    asks: Mapped[bool] = mapped_column(default=False)
    versions: Mapped[int]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    hidden_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))

    author: Mapped[Person | None] = relationship(foreign_keys=[author_id])
    purchase: Mapped[Purchase] = relationship()

    @property
    def author_name(self) -> str | None:
        """The name of who wrote it, if it is known."""
        return self.author.name if self.author else None


class MessageVersion(Model):
    """One text of a message. The docket holds a hash of ``salt`` and ``text``, never the text itself."""

    __tablename__ = "message_versions"

    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    written_at: Mapped[datetime]
    search_text: Mapped[str] = mapped_column(default="")


class ReadMark(Model):
    """A person has been shown the messages of a purchase up to ``position``, the last of them at ``read_at``."""

    __tablename__ = "read_marks"

    purchase_id: Mapped[UUID] = mapped_column(ForeignKey("purchases.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    position: Mapped[int]
    read_at: Mapped[datetime]


class KeptText(Model):
    """A text that arrived when its author was signed out: kept for the browser that sent it until they are back.

    ``position`` is that of the message whose new text it is, 0 for a new message.
    """

    __tablename__ = "kept_texts"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    external_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    reports_problem: Mapped[bool]
    kept_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
