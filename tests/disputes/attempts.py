"""Every act on a dispute with sensible input, whoever tries it and however the dispute stands.

Where there is nothing that the act could be about, it is tried on something that does not exist.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.domain import conduct as conduct_rules
from arbitration.domain import deadlines as clocks
from arbitration.domain.actors import Actor
from arbitration.domain.arbiters import OBJECTION_GROUNDS
from arbitration.domain.exhibits import Quota, Said
from arbitration.domain.files import Stored
from arbitration.domain.opening import Claim
from arbitration.domain.rulings import RulingForm
from arbitration.models import (
    ArbiterObjection,
    Assignment,
    ConductReport,
    Dispute,
    Fact,
    Message,
    Offer,
    Person,
    Purchase,
    ReadingObjection,
    Ruling,
)
from arbitration.services import deadlines, exhibits, facts, messages, objections
from arbitration.services.disputes import (
    appeals,
    arbiters,
    conduct,
    notes,
    offers,
    opening,
    questions,
    remedies,
    reopening,
    requests,
    rulings,
    talks,
)
from arbitration.services.policies import policy_of

WORDS = "The key was refused by the platform, as the screenshot shows."
PARTIES = ("buyer", "seller")
REASONS = ("invalid", "stopped_working", "not_as_described")


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody tries something; ``pick`` chooses where there is a choice."""

    session: Session
    actor: Actor
    purchase: Purchase
    dispute: Dispute
    now: datetime
    pick: int

    @property
    def side(self) -> str:
        return "seller" if self.actor.person_id == self.purchase.seller.person_id else "buyer"

    @property
    def on_dispute(self) -> tuple[Session, Actor, UUID]:
        return self.session, self.actor, self.dispute.id

    @property
    def on_purchase(self) -> tuple[Session, Actor, str]:
        return self.session, self.actor, self.purchase.external_id

    def newest(self, model: type, *where: object) -> object | None:
        query = select(model).where(*where).order_by(model.id.desc())  # type: ignore[attr-defined]
        return self.session.scalars(query.limit(1)).first()

    def remedy(self) -> tuple[str, int | None]:
        part = ("part_refund", min(500, self.left)) if self.left else ("replacement", None)
        return (("refund", None), part, ("replacement", None))[self.pick % 3]

    @property
    def left(self) -> int:
        return remedies.refundable(self.session, self.purchase)


def open_dispute(it: Attempt) -> None:
    claim = Claim(REASONS[it.pick % 3], "refund", WORDS)
    opening.open_dispute(*it.on_purchase, claim, it.now)


def change_remedy(it: Attempt) -> None:
    requested = "replacement" if it.dispute.requested == "refund" else "refund"
    talks.change_remedy(*it.on_dispute, requested, it.now)


def make_offer(it: Attempt) -> None:
    offers.make_offer(*it.on_dispute, *it.remedy(), "", it.now)


def answer_offer(it: Attempt) -> None:
    of_others = Offer.dispute_id == it.dispute.id, Offer.by != it.side
    offer = it.newest(Offer, *of_others, Offer.state == "open") or it.newest(Offer, *of_others)
    number = offer.number if offer else 1
    countered = [each for each in offers.list_offers(it.session, it.dispute.id) if each.counters_id]
    answer = ("accept", "decline", "counter")[it.pick % 3]
    if answer == "counter" and it.left and sum(each.by == it.side for each in countered) < 3:
        said = {"remedy": "part_refund", "amount": min(600, it.left)}
    else:
        answer, said = answer if answer == "accept" else "decline", {}
    offers.answer_offer(*it.on_dispute, number, answer, it.now, **said)


def escalate(it: Attempt) -> None:
    talks.escalate(*it.on_dispute, "", it.now)


def withdraw(it: Attempt) -> None:
    talks.withdraw(*it.on_dispute, "", it.now)


def ask_extension(it: Attempt) -> None:
    row = talks.extendable(it.session, it.dispute, it.side, it.now)
    until = it.now + timedelta(hours=1)
    if row is not None:
        deadline = deadlines.read(row)
        latest = clocks.latest_extension(deadline, policy_of(it.purchase), deadline.extended_by)
        until = max(min(row.due_at + timedelta(hours=30), latest), it.now)
    talks.ask_extension(*it.on_dispute, until, WORDS, it.now)


def take(it: Attempt) -> None:
    arbiters.take(*it.on_dispute, it.now)


def hand_over(it: Attempt) -> None:
    had = select(Assignment.arbiter_id).where(Assignment.dispute_id == it.dispute.id)
    others = select(Person.email).where(Person.email.like("%@arbiters.example.org"), Person.id.not_in(had))
    to = it.session.scalars(others.order_by(Person.email)).first() if it.pick % 2 else None
    arbiters.hand_over(*it.on_dispute, to, "language", "", it.now)


def object_to_arbiter(it: Attempt) -> None:
    made = select(ArbiterObjection.ground).where(
        ArbiterObjection.dispute_id == it.dispute.id,
        ArbiterObjection.arbiter_id == it.dispute.arbiter_id,
        ArbiterObjection.by == it.side,
    )
    used = set(it.session.scalars(made))
    ground = next((each for each in OBJECTION_GROUNDS if each not in used), OBJECTION_GROUNDS[0])
    arbiters.object_to(*it.on_dispute, ground, WORDS, it.now)


def decide_objection(it: Attempt) -> None:
    arbiters.decide_objection(*it.on_dispute, it.pick % 2 == 0, WORDS, it.now)


def request_exhibit(it: Attempt) -> None:
    asked = {(each.asked_of, each.what) for each in requests.running(it.session, it.dispute.id)}
    free = [(side, what) for what in ("video", "screenshot", "log") for side in PARTIES if (side, what) not in asked]
    due = it.now + timedelta(hours=(30, 60)[it.pick % 2])
    requests.ask(*it.on_dispute, *free[it.pick % 2], due, "", it.now)


def decide_fact(it: Attempt) -> None:
    fact = it.newest(Fact, Fact.purchase_id == it.purchase.id)
    decision = ("confirmed", "struck")[it.pick % 2]
    facts.decide_fact(*it.on_dispute, fact.id if fact else uuid4(), decision, WORDS, it.now)


def add_fact(it: Attempt) -> None:
    facts.add_as_arbiter(*it.on_dispute, "can_replace", it.pick % 2 == 0, WORDS, it.now)


def decide_reading(it: Attempt) -> None:
    undecided = ReadingObjection.withdrawn_at.is_(None), ReadingObjection.decided_at.is_(None)
    objection = it.newest(ReadingObjection, ReadingObjection.purchase_id == it.purchase.id, *undecided)
    objections.decide(*it.on_dispute, objection.id if objection else uuid4(), None, WORDS, it.now)


def strike_conduct(it: Attempt) -> None:
    standing = ConductReport.purchase_id == it.purchase.id, ConductReport.struck_at.is_(None)
    report = it.newest(ConductReport, *standing)
    conduct.strike_conduct(*it.on_dispute, report.id if report else uuid4(), WORDS, it.now)


def hide_message(it: Attempt) -> None:
    said = Message.purchase_id == it.purchase.id, Message.kind == "message", Message.author_role.in_(PARTIES)
    message = it.newest(Message, *said, Message.hidden_at.is_(None)) or it.newest(Message, *said)
    conduct.hide_message(*it.on_purchase, message.position if message else 9999, WORDS, it.now)


def issue_ruling(it: Attempt) -> None:
    remedy, amount = it.remedy() if it.pick % 4 else ("dismissal", None)
    form = RulingForm(remedy, amount, WORDS, departs_because=WORDS, reached_otherwise=True)
    rulings.issue(*it.on_dispute, form, it.now)


def request_correction(it: Attempt) -> None:
    questions.ask(*it.on_dispute, "correction", WORDS, it.now)


def correct_ruling(it: Attempt) -> None:
    """Who was asked refuses; who was not mends which findings the ruling rests on."""
    ruling = rulings.in_force(it.session, it.dispute.id)
    if ruling is None or questions.waiting(it.session, ruling.id, "correction"):
        questions.refuse(*it.on_dispute, WORDS, it.now)
        return
    after = [] if ruling.findings else [ruling.verdict["findings"][0]["rule"]]
    questions.correct(*it.on_dispute, "findings", ruling.findings, after, "", it.now)


def request_clarification(it: Attempt) -> None:
    questions.ask(*it.on_dispute, "clarification", WORDS, it.now)


def clarify_ruling(it: Attempt) -> None:
    questions.clarify(*it.on_dispute, WORDS, it.now)


def appeal(it: Attempt) -> None:
    ruling = it.newest(Ruling, Ruling.dispute_id == it.dispute.id)
    appeals.appeal(*it.on_dispute, ruling.number if ruling else 1, "bias", WORDS, it.now)


def deliver_replacement(it: Attempt) -> None:
    remedies.deliver_replacement(*it.on_purchase, "ABCDE-FGHIJ", "", it.now)


def approve_refund(it: Attempt) -> None:
    remedies.approve_refund(*it.on_dispute, it.now)


def confirm_refund(it: Attempt) -> None:
    remedies.confirm_refund(*it.on_dispute, None, it.now)


def reopen(it: Attempt) -> None:
    reopening.reopen(*it.on_dispute, WORDS, it.now)


def post_message(it: Attempt) -> None:
    messages.post_message(*it.on_purchase, WORDS, it.now, asks=it.side == "seller" and it.pick % 2 == 0)


def upload_exhibit(it: Attempt) -> None:
    kind = ("screenshot", "log")[it.pick % 2]
    media = {"screenshot": "image/png", "log": "text/plain"}[kind]
    stored = Stored(token_hex(16), "shown", media, 1, "0" * 64)
    exhibits.file_exhibit(*it.on_purchase, Said(kind), stored, it.now, Quota())


def state_fact(it: Attempt) -> None:
    seller = it.side == "seller"
    name, value = ("can_replace", True) if seller else ("checked_at", it.purchase.delivered_at)
    facts.state_fact(*it.on_purchase, name, value, it.now)


def report_conduct(it: Attempt) -> None:
    said = Message.purchase_id == it.purchase.id, Message.author_role.in_(PARTIES)
    others = select(Message).where(*said, Message.author_id.is_distinct_from(it.actor.person_id))
    reported = {(row.message_position, row.kind) for row in it.session.scalars(select(ConductReport))}
    kinds = sorted(conduct_rules.KINDS)
    free = [
        (message.position, kind)
        for message in it.session.scalars(others.order_by(Message.position.desc()))
        for kind in kinds
        if (message.position, kind) not in reported
    ]
    conduct.report_conduct(*it.on_purchase, *free[0], it.now)


def post_note(it: Attempt) -> None:
    notes.post(*it.on_dispute, WORDS, it.now)


ATTEMPTS: Mapping[str, Callable[[Attempt], None]] = {
    "openDispute": open_dispute,
    "changeRequestedRemedy": change_remedy,
    "makeOffer": make_offer,
    "answerOffer": answer_offer,
    "escalateDispute": escalate,
    "withdrawDispute": withdraw,
    "askExtension": ask_extension,
    "takeDispute": take,
    "handOverDispute": hand_over,
    "objectToArbiter": object_to_arbiter,
    "decideObjection": decide_objection,
    "requestExhibit": request_exhibit,
    "decideFact": decide_fact,
    "addFact": add_fact,
    "decideReading": decide_reading,
    "strikeConduct": strike_conduct,
    "hideMessage": hide_message,
    "issueRuling": issue_ruling,
    "requestCorrection": request_correction,
    "correctRuling": correct_ruling,
    "requestClarification": request_clarification,
    "clarifyRuling": clarify_ruling,
    "appealRuling": appeal,
    "deliverReplacement": deliver_replacement,
    "approveRefund": approve_refund,
    "confirmRefund": confirm_refund,
    "reopenDispute": reopen,
    "postMessage": post_message,
    "uploadExhibit": upload_exhibit,
    "stateFact": state_fact,
    "reportConduct": report_conduct,
    "postNote": post_note,
}
