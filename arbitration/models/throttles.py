"""How often something was tried. In the database, so that all processes count together."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from arbitration.db import Model


class Throttle(Model):
    """Tries counted under a key (a hash of what is limited) in the window that began at ``window``."""

    __tablename__ = "throttles"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    window: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(index=True)
