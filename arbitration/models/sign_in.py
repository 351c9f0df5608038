"""Sign-in links and the sessions they open. Only hashes of the secrets are stored."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from arbitration.db import Model
from arbitration.models.people import Person


class SignInLink(Model):
    """A link that signs a person in. ``purpose`` is ``sign_in`` (one use) or ``demo`` (until it expires).

    ``role`` is the one they come in: ``party``, save for links of a demo.
    """

    __tablename__ = "sign_in_links"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(16))
    role: Mapped[str] = mapped_column(String(16), default="party", server_default="party")
    lands_on: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class BrowserSession(Model):
    """A person signed in on one browser, in one role: ``party``, ``arbiter`` or ``operator``.

    ``id`` names it on the settings page; the cookie's secret is stored hashed. ``second_factor_at`` is when the second
    factor of an arbiter or operator was shown.
    """

    __tablename__ = "browser_sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[str] = mapped_column(String(16), default="party", server_default="party")
    second_factor_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
