"""Ruling on a case: the form, the ruling as the parties will read it, and then the ruling itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from arbitration.db import reading
from arbitration.domain.refusals import ConflictError, Faults, InvalidError, RefusalError
from arbitration.domain.remedies import PART_REFUND
from arbitration.domain.rulings import DISMISSAL, FEWEST_REASONS, REMEDIES, RulingForm
from arbitration.domain.stages import require_stage
from arbitration.door import guard
from arbitration.door.reader import current_reader
from arbitration.models import Purchase
from arbitration.rules.marking import N_
from arbitration.services import correspondence, gathering
from arbitration.services.disputes import news, rulings, showing
from arbitration.services.disputes.finding import Case, find_dispute
from arbitration.services.disputes.rulings import Checked
from arbitration.services.disputes.unreached import mail_came_back
from arbitration.web.acting import once_on_page
from arbitration.web.amounts import read_amount
from arbitration.web.cases_page import SHOWN_AT_ONCE, case_values
from arbitration.web.errors import sentence_of, status_of
from arbitration.web.faults import faults_of
from arbitration.web.form_drafts import forget_form, kept_fields
from arbitration.web.prose import html_of
from arbitration.web.thread import message_views

blueprint = Blueprint("cases_ruling", __name__)
DONE = N_("Your ruling is issued. Both sides are told.")
NEWS = N_("Something has happened in this case since you opened the form. Look at it, then go on.")
MANY = ("findings", "exhibits", "messages")
ONES = ("remedy", "amount", "reasons", "departs_because", "less_than_price", "reached_otherwise", "seen")


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the form of a ruling, what is wrong with it, and what came back over a sign-in."""

    said: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    error: str | None = None
    restored: bool = False
    status: int = 200
    seen: int | None = None
    """Up to where the writer had seen the case, if something has happened since."""


@blueprint.route("/cases/<uuid:dispute_id>/ruling", methods=["GET", "POST"])
def rule(dispute_id: UUID) -> AnyResponse:
    """Rule in two steps: the form, then the ruling as it will be read, with the button that issues it."""
    if request.method == "GET":
        return _form(dispute_id, _kept())
    draft = Draft(
        {name: request.form.get(name, "") for name in ONES},
        {name: request.form.getlist(name) for name in MANY},
    )
    step = request.form.get("step", "look")
    try:
        if step == "issue":
            return _issue(dispute_id, draft)
        return _look(dispute_id, draft) if step == "look" else _form(dispute_id, draft)
    except (InvalidError, ConflictError) as refusal:
        return _form(dispute_id, _with_faults(draft, refusal))


def _with_faults(draft: Draft, refusal: RefusalError) -> Draft:
    errors = faults_of(refusal) if isinstance(refusal, InvalidError) else {}
    news = refusal.msgid == NEWS
    return Draft(
        draft.said,
        draft.lists,
        errors,
        None if errors else sentence_of(refusal),
        status=status_of(refusal),
        seen=_number(draft.said.get("seen", "")) if news else None,
    )


def _kept() -> Draft | None:
    with reading() as session:
        said = kept_fields(session)
    if said is None:
        return None
    return Draft(said, {name: said.get(name, "").split("\n") for name in MANY}, restored=True)


def _ruling_form(draft: Draft, purchase: Purchase, faults: Faults) -> RulingForm:
    said, amount = draft.said, None
    with faults:
        amount = read_amount(said["amount"], purchase.currency) if said["remedy"] == PART_REFUND else None
    return RulingForm(
        remedy=said["remedy"],
        amount=amount,
        reasons=said["reasons"].replace("\r\n", "\n"),
        findings=tuple(draft.lists["findings"]),
        exhibits=tuple(_numbers(draft.lists["exhibits"])),
        messages=tuple(_numbers(draft.lists["messages"])),
        departs_because=said["departs_because"].replace("\r\n", "\n"),
        reached_otherwise=said["reached_otherwise"] == "true",
    )


def _numbers(typed: Sequence[str]) -> list[int]:
    return [int(each) for each in typed if each.isdecimal() and len(each) < 10]


def _number(typed: str) -> int:
    return next(iter(_numbers([typed])), 0)


def _require_seen(session: Session, case: Case, draft: Draft) -> None:
    """Raises ConflictError where something has happened in the case that whoever wrote the form was not shown."""
    if news.last_act(session, case.purchase.id) != _number(draft.said["seen"]):
        raise ConflictError(NEWS)


def _look(dispute_id: UUID, draft: Draft) -> Response:
    """The ruling as buyer and seller will read it."""
    with reading() as session:
        actor, reader = guard.actor(), current_reader()
        case = find_dispute(session, actor, rulings.ACT, dispute_id, lock=False)
        _require_seen(session, case, draft)
        gathering.gather(session, case.purchase, actor.person_id)
        form = _ruling_form(draft, case.purchase, faults := Faults())
        with faults:
            case, checked = rulings.check(session, actor, dispute_id, form, g.now)
        faults.refuse()
        values = case_values(session, actor, showing.shown(session, actor, case, g.now))
        html = render_template(
            "cases/ruling_look.html",
            draft=draft,
            ruling=_as_read(checked, case.purchase),
            amount=None if checked.amount is None else reader.money(checked.amount, case.purchase.currency),
            now=g.now,
            **{name: values[name] for name in ("listing", "dispute", "purchase")},
        )
    return make_response(html)


def _as_read(checked: Checked, purchase: Purchase) -> dict[str, Any]:
    form = checked.form
    return {
        "remedy": form.remedy,
        "html": html_of(checked.text),
        "departs": checked.departs,
        "findings": list(dict.fromkeys(form.findings)),
        "exhibits": [f"E{number}" for number in sorted(set(form.exhibits))],
        "messages": sorted(set(form.messages)),
        "external_id": purchase.external_id,
    }


def _issue(dispute_id: UUID, draft: Draft) -> AnyResponse:
    def act(session: Session) -> str:
        actor = guard.actor()
        case = find_dispute(session, actor, rulings.ACT, dispute_id)
        _require_seen(session, case, draft)
        form = _ruling_form(draft, case.purchase, faults := Faults())
        with faults:
            rulings.issue(session, actor, dispute_id, form, g.now)
        faults.refuse()
        forget_form(session)
        return url_for("cases.show", dispute_id=dispute_id, _anchor="ruling-acts")

    answer = once_on_page("cases.rule", act)
    flash(current_reader().gettext(DONE), "success")
    return answer


def _form(dispute_id: UUID, draft: Draft | None = None) -> Response:
    with reading() as session:
        actor, reader = guard.actor(), current_reader()
        case = find_dispute(session, actor, rulings.ACT, dispute_id, lock=False)
        gathering.gather(session, case.purchase, actor.person_id)
        shown = showing.shown(session, actor, case, g.now)
        require_stage(rulings.ACT, shown.case.dispute.stage)
        values = case_values(session, actor, shown)
        seen = news.last_act(session, case.purchase.id)
        draft = draft or Draft()
        new = news.messages_since(session, case.purchase.id, draft.seen) if draft.seen is not None else set()
        told = [each for each in _told(session, case.purchase, new) if each.message.position in new]
        answer = values["dispute"]["answer"]
        html = render_template(
            "cases/ruling.html",
            draft=draft,
            lists=draft.lists or {"findings": [each["rule"] for each in answer["findings"]] if answer else []},
            seen=seen,
            news=message_views(session, told, case.purchase, actor, {}, None, reader),
            remedies=REMEDIES,
            advised=_advised(answer),
            fewest=FEWEST_REASONS,
            unreached=mail_came_back(session, case),
            price=reader.money(case.purchase.amount, case.purchase.currency),
            now=g.now,
            **values,
        )
    return make_response(html, draft.status)


def _told(session: Session, purchase: Purchase, positions: set[int]) -> list[correspondence.Told]:
    """The messages from the first of these positions on."""
    if not positions:
        return []
    return correspondence.page_of(session, purchase.id, after=min(positions) - 1, limit=SHOWN_AT_ONCE, all_texts=True)


def _advised(answer: Mapping[str, Any] | None) -> list[str]:
    """The remedies that the agreement's rules come to; none where they have no answer."""
    if answer is None:
        return []
    return list(answer["remedies"]) or [DISMISSAL]
