"""Tokens by which the marketplace handed somebody over. Each signs in once: its hash can stand here only once."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from arbitration.db import Model


class UsedHandOver(Model):
    """A token that was used: the SHA-256 of its ``jti``, kept until a day after the token is good for nothing."""

    __tablename__ = "used_handovers"

    jti_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
