"""Who may do what. One table; what has no line in it nobody may do.

Names are the ``operationId``s of the API where there is one: a page and an operation that do the same share a line.
"""

from collections.abc import Mapping

from arbitration.domain.actors import Actor, Relation, Role, Thing
from arbitration.domain.stages import ACTS

ANYONE, SIGNED_IN = Relation.ANYONE, Relation.SIGNED_IN
BUYER, SELLER, AUTHOR, SELF, OPERATOR, ARBITER, CASE_ARBITER, GATEWAY = (
    Relation.BUYER,
    Relation.SELLER,
    Relation.AUTHOR,
    Relation.SELF,
    Relation.OPERATOR,
    Relation.ARBITER,
    Relation.CASE_ARBITER,
    Relation.GATEWAY,
)

PERMISSIONS: Mapping[str, frozenset[Relation]] = {
    # the open door
    "seeHome": frozenset({ANYONE}),
    "seeAssets": frozenset({ANYONE}),
    "seeHealth": frozenset({ANYONE}),
    "seeApiDocument": frozenset({ANYONE}),
    "signIn": frozenset({ANYONE}),
    "signInToWork": frozenset({ANYONE}),
    "chooseLanguage": frozenset({ANYONE}),
    # one's own affairs
    "signOut": frozenset({SIGNED_IN, ARBITER, OPERATOR}),
    "listPurchases": frozenset({SIGNED_IN, OPERATOR}),
    "listNotices": frozenset({SIGNED_IN, ARBITER, OPERATOR}),
    "changeSettings": frozenset({SELF}),
    "endSession": frozenset({SELF}),
    "changeCredentials": frozenset({SELF}),
    "declareTie": frozenset({SELF}),
    # a purchase and its correspondence
    "getPurchase": frozenset({BUYER, SELLER, ARBITER, OPERATOR}),
    "assessPurchase": frozenset({BUYER, SELLER, ARBITER, OPERATOR}),
    "listMessages": frozenset({BUYER, SELLER, ARBITER}),
    "postMessage": frozenset({BUYER, SELLER, CASE_ARBITER}),
    "reportProblem": frozenset({BUYER}),
    "askBuyer": frozenset({SELLER}),
    "editMessage": frozenset({AUTHOR}),
    "deleteMessage": frozenset({AUTHOR}),
    # what belongs to the purchase, with a dispute or without
    "reportConduct": frozenset({BUYER, SELLER, CASE_ARBITER}),
    "stateFact": frozenset({BUYER, SELLER}),
    "uploadExhibit": frozenset({BUYER, SELLER}),
    "getExhibit": frozenset({BUYER, SELLER, ARBITER, OPERATOR}),
    "listExhibits": frozenset({BUYER, SELLER, ARBITER, OPERATOR}),
    "getExhibitContent": frozenset({BUYER, SELLER, ARBITER}),
    "getExhibitOriginal": frozenset({AUTHOR, CASE_ARBITER}),
    "openReplacement": frozenset({BUYER}),
    "seeReplacement": frozenset({SELLER, ARBITER}),
    # a dispute; who may act at which stage: domain/stages.py
    "listDisputes": frozenset({SIGNED_IN, ARBITER, OPERATOR}),
    "getDispute": frozenset({BUYER, SELLER, ARBITER, OPERATOR}),
    "findDispute": frozenset({BUYER, SELLER, ARBITER, OPERATOR, GATEWAY}),
    "listRefunds": frozenset({OPERATOR}),
    "assessDispute": frozenset({BUYER, SELLER, ARBITER, OPERATOR}),
    **{name: act.who for name, act in ACTS.items() if act.who},
    # arbiters among themselves
    "listNotes": frozenset({ARBITER}),
    "postNote": frozenset({ARBITER}),
    # how a listing was read
    "objectToReading": frozenset({BUYER, SELLER}),
    "withdrawObjection": frozenset({AUTHOR}),
    # a listing before it is published
    "checkListing": frozenset({SELLER, OPERATOR}),
    # the installation
    "importPurchases": frozenset({OPERATOR}),
    "listDocket": frozenset({OPERATOR, ARBITER}),
    "managePeople": frozenset({OPERATOR}),
    "manageStaff": frozenset({OPERATOR}),
    "moveAddress": frozenset({OPERATOR}),
    "manageTokens": frozenset({OPERATOR}),
    "manageOutbox": frozenset({OPERATOR}),
    "manageDeadlines": frozenset({OPERATOR}),
    "listImports": frozenset({OPERATOR}),
    "seeInstallation": frozenset({OPERATOR}),
    "seeNumbers": frozenset({OPERATOR}),
    "exportLists": frozenset({OPERATOR}),
}


_OF_PARTIES = frozenset({BUYER, SELLER, AUTHOR, SELF})


def may(actor: Actor, action: str, thing: Thing | None = None) -> bool:
    """Whether the actor may do it to the thing (or at all, where the action is about no thing in particular)."""
    allowed = PERMISSIONS.get(action)
    return allowed is not None and not allowed.isdisjoint(_relations(actor, thing))


def might(actor: Actor, action: str) -> bool:
    """Whether the actor may do it to some thing at least, or at all; which thing, the service finds out."""
    allowed = PERMISSIONS.get(action, frozenset())
    of_parties = actor.role is Role.PARTY and actor.person_id is not None and not allowed.isdisjoint(_OF_PARTIES)
    of_case = actor.role is Role.ARBITER and not allowed.isdisjoint({CASE_ARBITER, AUTHOR})
    return may(actor, action) or of_parties or of_case


def _relations(actor: Actor, thing: Thing | None) -> frozenset[Relation]:
    relations = {Relation.ANYONE} | (thing.relations(actor) if thing else frozenset())
    if actor.role is Role.OPERATOR:
        relations.add(Relation.OPERATOR)
    elif actor.role is Role.GATEWAY:
        relations.add(Relation.GATEWAY)
    elif actor.role is Role.ARBITER and actor.person_id is not None and thing is None:
        relations.add(Relation.ARBITER)
    elif actor.person_id is not None and actor.role is Role.PARTY:
        relations.add(Relation.SIGNED_IN)
    return frozenset(relations)
