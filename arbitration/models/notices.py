"""Which notices somebody has seen."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from arbitration.db import Model


class NoticeMark(Model):
    """A person has been shown the notice of a deadline; ``told`` says how much it told by then, so that a later
    reminder makes it new again."""

    __tablename__ = "notice_marks"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    deadline_id: Mapped[UUID] = mapped_column(ForeignKey("deadlines.id"), primary_key=True)
    told: Mapped[int]
    read_at: Mapped[datetime]
