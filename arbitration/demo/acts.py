"""What people do in a story, each act through the service that the pages use."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from arbitration.demo.files import Samples
from arbitration.demo.story import Step
from arbitration.domain.actors import Actor, Role
from arbitration.domain.addresses import canonical
from arbitration.domain.exhibits import Quota, Said, position_of
from arbitration.domain.facts import ADMITTED, CAN_REPLACE
from arbitration.domain.opening import Claim
from arbitration.domain.rulings import RulingForm
from arbitration.i18n.currencies import parse_amount
from arbitration.models import Person, Purchase
from arbitration.services import exhibits, facts, messages
from arbitration.services.disputes import (
    appeals,
    arbiters,
    conduct,
    offers,
    opening,
    questions,
    requests,
    rulings,
    talks,
)
from arbitration.services.disputes.claims import judge
from arbitration.services.disputes.finding import last_dispute_of
from arbitration.services.disputes.replacements import deliver_replacement
from arbitration.services.refunds.confirming import confirm_refund


@dataclass(frozen=True, slots=True)
class Scene:
    """A step in the installation where it happens. ``positions`` are those of the messages of earlier steps."""

    session: Session
    step: Step
    purchase: Purchase
    actor: Actor
    samples: Samples
    positions: Mapping[int, int]

    @property
    def now(self) -> datetime:
        """The moment of the step."""
        return self.step.at

    @property
    def fields(self) -> Mapping[str, Any]:
        """What the step says besides its text."""
        return self.step.fields

    @property
    def dispute_id(self) -> UUID:
        """The dispute that the step is about."""
        dispute = last_dispute_of(self.session, self.purchase.id)
        if dispute is None:
            raise LookupError(f"story {self.step.story}, step {self.step.n}: there is no dispute")
        return dispute.id

    def amount(self, told: Mapping[str, Any]) -> int | None:
        """An amount in minor units."""
        money = told.get("amount")
        return parse_amount(money["amount"], money["currency"]) if money else None

    def last_offer(self) -> int:
        """The number of the offer that is on the table."""
        return offers.list_offers(self.session, self.dispute_id)[-1].number


def act(scene: Scene) -> None:
    """Do what the step tells, and state the facts that its text holds. Raises what the services refuse."""
    ACTS[scene.step.act](scene)
    if scene.fields.get("admits"):
        _state(scene, ADMITTED, True)
    if "can_replace" in scene.fields:
        _state(scene, CAN_REPLACE, scene.fields["can_replace"])


def _state(scene: Scene, name: str, value: object) -> None:
    facts.state_fact(scene.session, scene.actor, scene.purchase.external_id, name, value, scene.now)


def _message(scene: Scene) -> None:
    reports, asks = bool(scene.fields.get("reports_problem")), "asks" in scene.fields
    said = scene.session, scene.actor, scene.purchase.external_id, scene.step.text, scene.now
    messages.post_message(*said, reports_problem=reports, asks=asks)


def _edit_message(scene: Scene) -> None:
    position = scene.positions[scene.fields["of_step"]]
    messages.edit_message(scene.session, scene.actor, scene.purchase.external_id, position, scene.step.text, scene.now)


def _hide_message(scene: Scene) -> None:
    position = scene.positions[scene.fields["of_step"]]
    conduct.hide_message(scene.session, scene.actor, scene.purchase.external_id, position, scene.step.text, scene.now)


def _report_conduct(scene: Scene) -> None:
    position, kind = scene.positions[scene.fields["of_step"]], scene.fields["kind"]
    external_id = scene.purchase.external_id
    conduct.report_conduct(scene.session, scene.actor, external_id, position, kind, scene.now, scene.step.text)


def _open_dispute(scene: Scene) -> None:
    claim = Claim(
        scene.fields["reason"],
        scene.fields["requested"],
        scene.step.text,
        scene.fields.get("defect"),
        scene.step.instant("checked_at"),
    )
    opening.open_dispute(scene.session, scene.actor, scene.purchase.external_id, claim, scene.now)


def _upload(scene: Scene) -> None:
    times = {name: scene.step.instant(name) for name in ("taken_at", "starts_at", "ends_at")}
    said = Said(scene.fields["kind"], scene.step.text, **times, continuous=scene.fields.get("continuous"))
    stored = scene.samples.file(scene.fields["file"])
    exhibits.file_exhibit(scene.session, scene.actor, scene.purchase.external_id, said, stored, scene.now, Quota())


def _offer(scene: Scene) -> None:
    told = scene.fields["offer"]
    offers.make_offer(
        scene.session, scene.actor, scene.dispute_id, told["remedy"], scene.amount(told), scene.step.text, scene.now
    )


def _answer_offer(scene: Scene) -> None:
    counter = scene.fields.get("counter") or {}
    offers.answer_offer(
        scene.session,
        scene.actor,
        scene.dispute_id,
        scene.last_offer(),
        scene.fields["answer"],
        scene.now,
        text=scene.step.text,
        remedy=counter.get("remedy"),
        amount=scene.amount(counter),
    )


def _ask_extension(scene: Scene) -> None:
    until = scene.step.instant("until")
    assert until is not None
    talks.ask_extension(scene.session, scene.actor, scene.dispute_id, until, scene.step.text, scene.now)


def _escalate(scene: Scene) -> None:
    talks.escalate(scene.session, scene.actor, scene.dispute_id, scene.step.text, scene.now)


def _withdraw(scene: Scene) -> None:
    talks.withdraw(scene.session, scene.actor, scene.dispute_id, scene.step.text, scene.now)


def _take_dispute(scene: Scene) -> None:
    arbiters.take(scene.session, scene.actor, scene.dispute_id, scene.now, scene.step.text)


def _hand_over(scene: Scene) -> None:
    to, ground = scene.fields["to"], scene.fields["ground"]
    arbiters.hand_over(scene.session, scene.actor, scene.dispute_id, to, ground, scene.step.text, scene.now)


def _object_to_arbiter(scene: Scene) -> None:
    ground = scene.fields["ground"]
    arbiters.object_to(scene.session, scene.actor, scene.dispute_id, ground, scene.step.text, scene.now)


def _decide_objection(scene: Scene) -> None:
    granted = scene.fields["granted"]
    arbiters.decide_objection(scene.session, scene.actor, scene.dispute_id, granted, scene.step.text, scene.now)


def _request_exhibit(scene: Scene) -> None:
    due = scene.step.instant("due")
    assert due is not None
    asked_of, what = scene.fields["from"], scene.fields["what"]
    requests.ask(scene.session, scene.actor, scene.dispute_id, asked_of, what, due, scene.step.text, scene.now)


def _ruling(scene: Scene) -> None:
    told = scene.fields["ruling"]
    dispute = last_dispute_of(scene.session, scene.purchase.id)
    assert dispute is not None
    verdict = judge(scene.session, scene.purchase, dispute, scene.now, scene.now).verdict
    form = RulingForm(
        told["remedy"],
        scene.amount(told),
        scene.step.text,
        findings=tuple(finding.rule for finding in verdict.findings) if verdict else (),
        exhibits=tuple(filter(None, (position_of(name) for name in told["exhibits"]))),
        departs_because=scene.step.text,
        less_than_price=True,
    )
    rulings.issue(scene.session, scene.actor, dispute.id, form, scene.now)


def _in_force(scene: Scene) -> int:
    ruling = rulings.in_force(scene.session, scene.dispute_id)
    assert ruling is not None
    return ruling.number


def _appeal(scene: Scene) -> None:
    number, ground = _in_force(scene), scene.fields["ground"]
    appeals.appeal(scene.session, scene.actor, scene.dispute_id, number, ground, scene.step.text, scene.now)


def _request_correction(scene: Scene) -> None:
    questions.ask(scene.session, scene.actor, scene.dispute_id, "correction", scene.step.text, scene.now)


def _correct_ruling(scene: Scene) -> None:
    before, after = (scene.amount({"amount": scene.fields[name]}) for name in ("before", "after"))
    field = scene.fields["field"]
    questions.correct(scene.session, scene.actor, scene.dispute_id, field, before, after, scene.step.text, scene.now)


def _request_clarification(scene: Scene) -> None:
    questions.ask(scene.session, scene.actor, scene.dispute_id, "clarification", scene.step.text, scene.now)


def _clarify_ruling(scene: Scene) -> None:
    questions.clarify(scene.session, scene.actor, scene.dispute_id, scene.step.text, scene.now)


def _deliver_replacement(scene: Scene) -> None:
    content = f"{scene.purchase.external_id[:5]}-{scene.step.story.upper()}00-{scene.purchase.external_id[-5:]}"
    deliver_replacement(scene.session, scene.actor, scene.purchase.external_id, content, scene.step.text, scene.now)


def _confirm_refund(scene: Scene) -> None:
    amount = scene.amount(scene.fields)
    confirm_refund(scene.session, scene.actor, scene.dispute_id, amount, scene.now, scene.step.text)


ACTS: Mapping[str, Callable[[Scene], None]] = {
    "message": _message,
    "review_demand": _message,
    "outside_invitation": _message,
    "abuse": _message,
    "edit_message": _edit_message,
    "hide_message": _hide_message,
    "report_conduct": _report_conduct,
    "open_dispute": _open_dispute,
    "upload": _upload,
    "offer": _offer,
    "answer_offer": _answer_offer,
    "ask_extension": _ask_extension,
    "escalate": _escalate,
    "withdraw": _withdraw,
    "take_dispute": _take_dispute,
    "hand_over": _hand_over,
    "object_to_arbiter": _object_to_arbiter,
    "decide_objection": _decide_objection,
    "request_exhibit": _request_exhibit,
    "ruling": _ruling,
    "appeal": _appeal,
    "request_correction": _request_correction,
    "correct_ruling": _correct_ruling,
    "request_clarification": _request_clarification,
    "clarify_ruling": _clarify_ruling,
    "deliver_replacement": _deliver_replacement,
    "confirm_refund": _confirm_refund,
}


def actor_of(session: Session, step: Step, purchase: Purchase) -> Actor:
    """Who does a step: a party, an arbiter known by their address, or the operator."""
    if step.by == "buyer":
        return Actor(purchase.buyer_id)
    if step.by == "seller":
        return Actor(purchase.seller.person_id)
    if step.by == "arbiter":
        address = canonical(step.arbiter or "")
        person = session.scalars(select(Person).where(Person.email == address)).one()
        return Actor(person.id, Role.ARBITER)
    return Actor(None, Role.OPERATOR)
