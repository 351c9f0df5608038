"""The tables: columns and constraints, no behaviour. Importing this package registers them all."""

from arbitration.models.arbiters import ArbiterObjection, Assignment, ExhibitRequest, Note
from arbitration.models.disputes import DeadlineRow, Dispute, Extension, RequestedRemedy
from arbitration.models.docket import DocketEntry, DocketHead
from arbitration.models.exhibits import Exhibit, ExhibitView
from arbitration.models.facts import ConductReport, Fact
from arbitration.models.handovers import UsedHandOver
from arbitration.models.idempotency import IdempotentAnswer
from arbitration.models.imports import Import
from arbitration.models.installation import Heartbeat, InstallationValue
from arbitration.models.ledger import LedgerAccount, LedgerEntry, LedgerLine
from arbitration.models.listings import Listing
from arbitration.models.messages import KeptText, Message, MessageVersion, ReadMark
from arbitration.models.notices import NoticeMark
from arbitration.models.offers import Offer
from arbitration.models.outbox import Intent
from arbitration.models.people import FormerAddress, Person, Seller
from arbitration.models.policies import PolicyVersion
from arbitration.models.purchases import Purchase
from arbitration.models.readings import ListingReading, ReadingObjection
from arbitration.models.remedies import Remedy
from arbitration.models.rulings import Appeal, Ruling, RulingQuestion
from arbitration.models.sign_in import BrowserSession, SignInLink
from arbitration.models.staff import ArbiterAbsence, ArbiterTie, RecoveryCode, StaffAccount, StaffSetUp
from arbitration.models.throttles import Throttle
from arbitration.models.tokens import Token

__all__ = [
    "Appeal",
    "ArbiterAbsence",
    "ArbiterObjection",
    "ArbiterTie",
    "Assignment",
    "BrowserSession",
    "ConductReport",
    "DeadlineRow",
    "Dispute",
    "DocketEntry",
    "DocketHead",
    "Exhibit",
    "ExhibitRequest",
    "ExhibitView",
    "Extension",
    "Fact",
    "FormerAddress",
    "Heartbeat",
    "IdempotentAnswer",
    "Import",
    "InstallationValue",
    "Intent",
    "KeptText",
    "LedgerAccount",
    "LedgerEntry",
    "LedgerLine",
    "Listing",
    "ListingReading",
    "Message",
    "MessageVersion",
    "Note",
    "NoticeMark",
    "Offer",
    "Person",
    "PolicyVersion",
    "Purchase",
    "ReadMark",
    "ReadingObjection",
    "RecoveryCode",
    "Remedy",
    "RequestedRemedy",
    "Ruling",
    "RulingQuestion",
    "Seller",
    "SignInLink",
    "StaffAccount",
    "StaffSetUp",
    "Throttle",
    "Token",
    "UsedHandOver",
]
