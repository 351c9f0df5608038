"""What an arbiter does on a case besides ruling: each act is a form of the workplace, and comes back if refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from arbitration.db import reading
from arbitration.domain import facts as fact_rules
from arbitration.domain.events import words_of
from arbitration.domain.objections import suggestion_of
from arbitration.domain.refusals import ConflictError, Faults, FieldFault, InvalidError, NotFoundError
from arbitration.domain.rulings import AMOUNT, EXHIBITS
from arbitration.door import guard
from arbitration.door.endpoints import action_of
from arbitration.door.reader import current_reader
from arbitration.models import Fact, ReadingObjection
from arbitration.rules.marking import N_
from arbitration.services import facts, messages, objections
from arbitration.services.disputes import arbiters, conduct, notes, questions, requests, rulings
from arbitration.services.disputes.finding import Case, find_dispute
from arbitration.web.acting import KEY, once_on_page
from arbitration.web.amounts import read_amount
from arbitration.web.cases_page import Tried, page
from arbitration.web.errors import sentence_of, status_of
from arbitration.web.faults import faults_of
from arbitration.web.form_drafts import forget_form, kept_fields
from arbitration.web.moments import read_moment
from arbitration.web.sessions import see_other

blueprint = Blueprint("cases_acts", __name__)
ANSWERS: Mapping[str, bool | None] = {"yes": True, "no": False, "unknown": None}
RIGHTLY = "rightly"


@dataclass(frozen=True, slots=True)
class Asked:
    """An act that was asked for: in which session, on which case, about what of it, and what the form says."""

    session: Session
    dispute_id: UUID
    subject: str
    lists: Mapping[str, list[str]] = field(default_factory=dict)

    def said(self, name: str) -> str:
        """What stands in a field."""
        return (self.lists.get(name) or [""])[0]

    @property
    def subject_id(self) -> UUID:
        """The row it is about. Raises NotFoundError where the address names none."""
        try:
            return UUID(self.subject)
        except ValueError:
            raise NotFoundError from None

    def case(self) -> Case:
        """The case, to be looked at."""
        return find_dispute(self.session, guard.actor(), "getDispute", self.dispute_id, lock=False)


def _hand_over(asked: Asked) -> None:
    to = asked.said("to").strip() or None
    actor = guard.actor()
    arbiters.hand_over(asked.session, actor, asked.dispute_id, to, asked.said("ground"), asked.said("text"), g.now)


def _ask(asked: Asked) -> None:
    whom, what, text = asked.said("from"), asked.said("what"), asked.said("text")
    faults, due = Faults(), g.now  # nobody can be asked for something by now
    with faults:
        due = read_moment(asked.said("due"), current_reader(), "due")
    with faults:
        requests.ask(asked.session, guard.actor(), asked.dispute_id, whom, what, due, text, g.now)
    faults.refuse()


def _decide_fact(asked: Asked) -> None:
    decision, reason = asked.said("decision"), asked.said("reason")
    correction, faults = None, Faults()
    if decision == fact_rules.CORRECTED:
        fact = asked.session.get(Fact, asked.subject_id)
        with faults:
            correction = _value(asked, fact.name if fact else "")
    with faults:
        facts.decide_fact(
            asked.session, guard.actor(), asked.dispute_id, asked.subject_id, decision, reason, g.now, correction
        )
    faults.refuse()


def _add_fact(asked: Asked) -> None:
    name, _, number = asked.said("name").partition(":")
    exhibit = int(number) if number.isdecimal() and len(number) < 9 else None
    value, reason, faults = None, asked.said("reason"), Faults()
    with faults:
        value = _value(asked, name) if name in fact_rules.NAMES else None
    with faults:
        facts.add_as_arbiter(
            asked.session, guard.actor(), asked.dispute_id, name, value, reason, g.now, exhibit=exhibit
        )
    faults.refuse()


def _value(asked: Asked, name: str) -> object:
    """A fact's value as the form writes it: a moment, or an answer."""
    if name in fact_rules.INSTANTS:
        return read_moment(asked.said("moment"), current_reader(), "moment")
    if name == fact_rules.ADMITTED:
        return True
    if asked.said("answer") not in ANSWERS:
        raise InvalidError(faults=[FieldFault("answer", N_("Say yes or no."))])
    return ANSWERS[asked.said("answer")]


def _decide_reading(asked: Asked) -> None:
    kind = asked.said("kind")
    made = objections.list_open(asked.session, asked.case().purchase.id)
    found = next((each for each in made if str(each.id) == asked.subject), None)
    correction, faults = None, Faults()
    with faults:
        correction = _correction(asked, found) if found and kind != RIGHTLY else None
    actor, reason = guard.actor(), asked.said("reason")
    with faults:
        objections.decide(asked.session, actor, asked.dispute_id, asked.subject_id, correction, reason, g.now)
    faults.refuse()


def _correction(asked: Asked, objection: ReadingObjection) -> dict[str, Any]:
    said = {name: asked.said(name) for name in ("kind", "count", "unit", "starts")}
    correction = suggestion_of(objection.field, said)
    if correction is None:
        raise InvalidError(faults=[FieldFault("kind", N_("Choose one of the answers."))])
    return correction


def _strike(asked: Asked) -> None:
    reason = asked.said("reason")
    conduct.strike_conduct(asked.session, guard.actor(), asked.dispute_id, asked.subject_id, reason, g.now)


def _hide(asked: Asked) -> None:
    typed, reason, faults = asked.said("position"), asked.said("reason"), Faults()
    with faults:
        if not (typed.isdecimal() and len(typed) < 9):
            raise InvalidError(faults=[FieldFault("position", N_("Choose a message."))])
        external_id = asked.case().purchase.external_id
        conduct.hide_message(asked.session, guard.actor(), external_id, int(typed), reason, g.now)
    with faults:
        words_of(reason, "reason", needed=True)
    faults.refuse()


def _note(asked: Asked) -> None:
    notes.post(asked.session, guard.actor(), asked.dispute_id, asked.said("text"), g.now)


def _say(asked: Asked) -> None:
    external_id = asked.case().purchase.external_id
    messages.post_message(asked.session, guard.actor(), external_id, asked.said("text"), g.now)


def _correct(asked: Asked) -> None:
    case, name = asked.case(), asked.said("field")
    ruling = rulings.in_force(asked.session, asked.dispute_id)
    before = _slip(case, name, asked.said(f"before_{name}"), asked.lists.get(f"before_{name}", []))
    after = _slip(case, name, asked.said(name), asked.lists.get(name, []))
    if ruling is None or name not in (AMOUNT, EXHIBITS, "findings"):
        raise InvalidError(faults=[FieldFault("field", N_("Choose what is to be corrected."))])
    questions.correct(asked.session, guard.actor(), asked.dispute_id, name, before, after, asked.said("text"), g.now)


def _slip(case: Case, name: str, typed: str, many: list[str]) -> object:
    if name == AMOUNT:
        return read_amount(typed, case.purchase.currency, "after")
    if name == EXHIBITS:
        return [int(each) for each in many if each.isdecimal() and len(each) < 9]
    return [each for each in many if each]


def _refuse(asked: Asked) -> None:
    questions.refuse(asked.session, guard.actor(), asked.dispute_id, asked.said("text"), g.now)


def _clarify(asked: Asked) -> None:
    questions.clarify(asked.session, guard.actor(), asked.dispute_id, asked.said("text"), g.now)


@dataclass(frozen=True, slots=True)
class Act:
    """An act of the workplace: where its form posts to, what it does, what is said afterwards, where one lands."""

    do: Callable[[Asked], None]
    done: str
    place: str
    leaves: bool = False


ACTS: Mapping[str, Act] = {
    "handover": Act(_hand_over, N_("The case is handed over. Both sides are told."), "", leaves=True),
    "request": Act(_ask, N_("You have asked for it. The other side sees that too."), "requests"),
    "fact": Act(_decide_fact, N_("Decided. Both sides read your reason."), "facts"),
    "new-fact": Act(_add_fact, N_("On record. Both sides read your reason."), "facts"),
    "reading": Act(_decide_reading, N_("Decided. It holds for everybody who bought by this listing."), "terms"),
    "strike": Act(_strike, N_("The report is struck. Both sides read your reason."), "conduct"),
    "hiding": Act(_hide, N_("The message is hidden from buyer and seller."), "correspondence"),
    "note": Act(_note, N_("Noted. Only arbiters see it."), "notes"),
    "message": Act(_say, N_("Sent to buyer and seller."), "correspondence"),
    "correction": Act(_correct, N_("Corrected. Both sides see what stood there before."), "ruling-acts"),
    "refusal": Act(_refuse, N_("Refused. Both sides read your reasons."), "ruling-acts"),
    "clarification": Act(_clarify, N_("Answered. Both sides read it."), "ruling-acts"),
}


def _view(name: str) -> Callable[..., AnyResponse]:
    def view(dispute_id: UUID, subject: str = "") -> AnyResponse:
        return _perform(name, dispute_id, subject)

    return view


def _perform(name: str, dispute_id: UUID, subject: str) -> AnyResponse:
    act = ACTS[name]
    there = url_for("cases.show", dispute_id=dispute_id, _anchor=act.place or None)
    if request.method == "GET":
        return _kept(name, dispute_id, subject) or see_other(there)
    lists = {key: request.form.getlist(key) for key in request.form if key != KEY}

    def once(session: Session) -> str:
        find_dispute(session, guard.actor(), action_of(request.endpoint or "") or "", dispute_id)
        act.do(Asked(session, dispute_id, subject, lists))
        forget_form(session)
        return url_for("cases.index") if act.leaves else there

    try:
        answer = once_on_page(f"cases.{name}", once)
    except (InvalidError, ConflictError) as refusal:
        return page(dispute_id, _tried(name, subject, lists, refusal), status_of(refusal))
    flash(current_reader().gettext(act.done), "success")
    return answer


def _kept(name: str, dispute_id: UUID, subject: str) -> AnyResponse | None:
    """The workplace with the form that was sent while its writer was signed out, if it was this one."""
    with reading() as session:
        said = kept_fields(session)
    return page(dispute_id, Tried(name, subject, said, restored=True)) if said else None


def _tried(name: str, subject: str, lists: Mapping[str, Any], refusal: InvalidError | ConflictError) -> Tried:
    said = {key: "\n".join(values) for key, values in lists.items()}
    errors = faults_of(refusal) if isinstance(refusal, InvalidError) else {}
    return Tried(name, subject, said, errors, None if errors else sentence_of(refusal))


WITH_SUBJECT = ("fact", "reading", "strike")
for _name in ACTS:
    _rest = f"{_name}/<subject>" if _name in WITH_SUBJECT else _name
    blueprint.add_url_rule(
        f"/cases/<uuid:dispute_id>/{_rest}",
        endpoint=_name.replace("-", "_"),
        view_func=_view(_name),
        methods=["GET", "POST"],
    )
