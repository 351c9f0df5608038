"""What the installation knows of itself."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from arbitration.db import Model


class InstallationValue(Model):
    """A single value by name, such as ``demo``: set when the database was filled by the demo."""

    __tablename__ = "installation_values"

    name: Mapped[str] = mapped_column(String(48), primary_key=True)
    value: Mapped[str]


class Heartbeat(Model):
    """When a process of a kind last showed that it was alive; ``process`` is its host and number."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(String(48), primary_key=True)
    process: Mapped[str] = mapped_column(String(100), primary_key=True)
    at: Mapped[datetime]
    started_at: Mapped[datetime]
