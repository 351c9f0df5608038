"""Who may do what. One table; what has no line in it nobody may do.

Names are the ``operationId``s of the API where there is one: a page and an operation that do the same share a line.
"""

from collections.abc import Mapping

from arbitration.domain.actors import Actor, Relation, Role, Thing

ANYONE, SIGNED_IN = Relation.ANYONE, Relation.SIGNED_IN
BUYER, SELLER, AUTHOR, SELF, OPERATOR = (
    Relation.BUYER,
    Relation.SELLER,
    Relation.AUTHOR,
    Relation.SELF,
    Relation.OPERATOR,
)

PERMISSIONS: Mapping[str, frozenset[Relation]] = {
    # the open door
    "seeHome": frozenset({ANYONE}),
    "seeAssets": frozenset({ANYONE}),
    "seeHealth": frozenset({ANYONE}),
    "seeApiDocument": frozenset({ANYONE}),
    "signIn": frozenset({ANYONE}),
    "chooseLanguage": frozenset({ANYONE}),
    # one's own affairs
    "signOut": frozenset({SIGNED_IN}),
    "listPurchases": frozenset({SIGNED_IN, OPERATOR}),
    "changeSettings": frozenset({SELF}),
    "endSession": frozenset({SELF}),
    # a purchase and its correspondence
    "getPurchase": frozenset({BUYER, SELLER, OPERATOR}),
    "assessPurchase": frozenset({BUYER, SELLER, OPERATOR}),
    "listMessages": frozenset({BUYER, SELLER}),
    "postMessage": frozenset({BUYER, SELLER}),
    "reportProblem": frozenset({BUYER}),
    "editMessage": frozenset({AUTHOR}),
    "deleteMessage": frozenset({AUTHOR}),
    # how a listing was read
    "objectToReading": frozenset({BUYER, SELLER}),
    "withdrawObjection": frozenset({AUTHOR}),
    # a listing before it is published
    "checkListing": frozenset({SELLER, OPERATOR}),
    # the installation
    "importPurchases": frozenset({OPERATOR}),
    "listDocket": frozenset({OPERATOR}),
    "managePeople": frozenset({OPERATOR}),
    "moveAddress": frozenset({OPERATOR}),
    "manageTokens": frozenset({OPERATOR}),
}


_OF_PARTIES = frozenset({BUYER, SELLER, AUTHOR, SELF})


def may(actor: Actor, action: str, thing: Thing | None = None) -> bool:
    """Whether the actor may do it to the thing (or at all, where the action is about no thing in particular)."""
    allowed = PERMISSIONS.get(action)
    return allowed is not None and not allowed.isdisjoint(_relations(actor, thing))


def might(actor: Actor, action: str) -> bool:
    """Whether the actor may do it to some thing at least, or at all; which thing, the service finds out."""
    allowed = PERMISSIONS.get(action, frozenset())
    of_parties = actor.role is Role.PARTY and actor.person_id is not None
    return may(actor, action) or (of_parties and not allowed.isdisjoint(_OF_PARTIES))


def _relations(actor: Actor, thing: Thing | None) -> frozenset[Relation]:
    relations = {Relation.ANYONE} | (thing.relations(actor) if thing else frozenset())
    if actor.role is Role.OPERATOR:
        relations.add(Relation.OPERATOR)
    elif actor.person_id is not None and actor.role is Role.PARTY:
        relations.add(Relation.SIGNED_IN)
    return frozenset(relations)
