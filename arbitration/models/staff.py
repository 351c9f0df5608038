"""Arbiters and operators: what they sign in with, how they were let in, and what ties them to others."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from arbitration.db import Model
from arbitration.models.people import Person


class StaffAccount(Model):
    """A person who works here, as ``arbiter`` or ``operator``; until ``removed_at``.

    The password is stored as an Argon2id hash, the TOTP secret sealed with a key made of the installation's secret.
    ``totp_step`` is the last 30-second step of which a code was taken, so that no code works twice. Nobody signs in
    before ``second_factor_at``, when a first code proved that the secret arrived.
    """

    __tablename__ = "staff_accounts"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(16), index=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    password_set_at: Mapped[datetime | None]
    totp_sealed: Mapped[str | None] = mapped_column(String(300))
    totp_step: Mapped[int | None] = mapped_column(BigInteger)
    second_factor_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class StaffSetUp(Model):
    """A link by which somebody chooses a password and a second factor: one use, until it expires. Stored hashed."""

    __tablename__ = "staff_set_ups"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class RecoveryCode(Model):
    """A code that stands in for the second factor once. Stored under Argon2id, salted with the person's id."""

    __tablename__ = "recovery_codes"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ArbiterTie(Model):
    """What an arbiter declared: cases of ``tied_to`` (an address, or a whole domain) are not theirs to decide."""

    __tablename__ = "arbiter_ties"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    tied_to: Mapped[str] = mapped_column(String(254), index=True)
    reason: Mapped[str]
    declared_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ArbiterAbsence(Model):
    """An arbiter is away from ``begins_at`` until ``ends_at``: no new case is proposed to them. Ended early, it is
    shortened; taken back before it began, its end is its beginning."""

    __tablename__ = "arbiter_absences"
    __table_args__ = (Index("ix_arbiter_absences_person_id_ends_at", "person_id", "ends_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    declared_at: Mapped[datetime]
    declared_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
