"""The marketplace's agreements, version by version, as the files they were read from."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from arbitration.db import Model


class PolicyVersion(Model):
    """One version of an agreement; ``text`` is the whole file, ``sha256`` its sum, both fixed once installed."""

    __tablename__ = "policy_versions"
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    text: Mapped[str]
    in_force_from: Mapped[datetime]
