"""Who acts, and in what relation they stand to a thing."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Protocol
from uuid import UUID


class Role(StrEnum):
    """What a token, or an account, is for. Buyer and seller are not roles of a person but relations to a purchase."""

    PARTY = "party"
    ARBITER = "arbiter"
    OPERATOR = "operator"
    GATEWAY = "gateway"


class Relation(StrEnum):
    """How an actor stands to the thing an act is about."""

    ANYONE = "anyone"
    SIGNED_IN = "signed in"
    BUYER = "buyer"
    SELLER = "seller"
    AUTHOR = "author"
    SELF = "self"
    OPERATOR = "operator"
    ARBITER = "arbiter"
    CASE_ARBITER = "the case's arbiter"
    GATEWAY = "gateway"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, or nobody, in a role; made by the door they came through (a session, a token, the command line)."""

    person_id: UUID | None = None
    role: Role = Role.PARTY


NOBODY = Actor()


class Thing(Protocol):
    """Anything an act can be about."""

    def relations(self, actor: Actor) -> frozenset[Relation]:
        """How the actor stands to it, beyond being signed in or an operator."""
        ...


@dataclass(frozen=True, slots=True)
class PurchaseParties:
    """The two sides of a purchase; for ``closed`` and ``seen_until`` see ``CaseParties``."""

    closed: ClassVar[bool] = False
    seen_until: ClassVar[datetime | None] = None

    buyer_id: UUID
    seller_id: UUID

    def relations(self, actor: Actor) -> frozenset[Relation]:
        """BUYER or SELLER, for an actor who comes as a party."""
        if actor.role is not Role.PARTY or actor.person_id is None:
            return frozenset()
        if actor.person_id == self.buyer_id:
            return frozenset({Relation.BUYER})
        return frozenset({Relation.SELLER} if actor.person_id == self.seller_id else ())


@dataclass(frozen=True, slots=True)
class AuthoredMessage:
    """A message within its purchase; what the clock did has no author."""

    parties: "PurchaseParties | CaseParties"
    author_id: UUID | None

    def relations(self, actor: Actor) -> frozenset[Relation]:
        """Those to the purchase, and AUTHOR for whoever wrote it; an arbiter only while the case is theirs to hear."""
        to_purchase = self.parties.relations(actor)
        wrote = bool(to_purchase) and actor.person_id == self.author_id
        if wrote and actor.role is Role.ARBITER:
            wrote = Relation.CASE_ARBITER in to_purchase and not self.parties.closed
        return to_purchase | {Relation.AUTHOR} if wrote else to_purchase


@dataclass(frozen=True, slots=True)
class CaseParties:
    """A dispute that has reached arbitration, or a purchase with one: its two sides and its arbiter, if it has one.

    ``called`` says that an arbiter may look at all; one who is a party of the purchase stands in no relation to it.
    ``closed``: the dispute is over, so its arbiter can still read, but has nothing to say any more. Of the purchase's
    correspondence arbiters see what came until ``seen_until``: what is talked about later, before an arbiter is called
    again, is not theirs; None where they see all of it.
    """

    parties: PurchaseParties
    called: bool = False
    arbiter_id: UUID | None = None
    closed: bool = False
    seen_until: datetime | None = None

    def relations(self, actor: Actor) -> frozenset[Relation]:
        """Those to the purchase; ARBITER for any arbiter once one was called, CASE_ARBITER for the one who has it."""
        if actor.role is not Role.ARBITER or actor.person_id is None:
            return self.parties.relations(actor)
        if not self.called or actor.person_id in (self.parties.buyer_id, self.parties.seller_id):
            return frozenset()
        has_it = actor.person_id == self.arbiter_id
        return frozenset({Relation.ARBITER, Relation.CASE_ARBITER} if has_it else {Relation.ARBITER})


class AuthoredObjection(AuthoredMessage):
    """An objection to how the listing of a purchase was read."""


class AuthoredExhibit(AuthoredMessage):
    """An exhibit within its purchase; its author is who filed it."""


@dataclass(frozen=True, slots=True)
class OwnShop:
    """What belongs to the shops of one person: their listings."""

    seller_id: UUID

    def relations(self, actor: Actor) -> frozenset[Relation]:
        """SELLER for that person, who comes as a party."""
        own = actor.role is Role.PARTY and actor.person_id == self.seller_id
        return frozenset({Relation.SELLER} if own else ())


@dataclass(frozen=True, slots=True)
class OwnAffairs:
    """What belongs to one person alone: settings, sessions."""

    person_id: UUID

    def relations(self, actor: Actor) -> frozenset[Relation]:
        """SELF for that person."""
        return frozenset({Relation.SELF} if actor.person_id == self.person_id else ())
