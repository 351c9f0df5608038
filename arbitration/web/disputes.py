"""Disputes as buyer and seller see them: the list, and a page for each thing they can do (`dispute_acts`)."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, g, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from arbitration.db import reading
from arbitration.domain.actors import Role
from arbitration.domain.refusals import ConflictError
from arbitration.domain.stages import Stage
from arbitration.door import guard
from arbitration.door.reader import current_reader
from arbitration.services.disputes import listing
from arbitration.services.disputes.finding import Case, find_dispute
from arbitration.services.disputes.showing import shown
from arbitration.web import kept_pages
from arbitration.web.dispute_acts import FORMS, OF_OFFERS, Form
from arbitration.web.dispute_forms import Typed, carry_out, filled, kept_form, sent
from arbitration.web.dispute_lines import lines_of
from arbitration.web.disputes_shown import dispute_view
from arbitration.web.errors import sentence_of
from arbitration.web.sessions import see_other
from arbitration.web.unread import all_waiting, shops_of_viewer

blueprint = Blueprint("disputes", __name__)
ONE = "/disputes/<uuid:dispute_id>"
PAGE = 25
FILTERS = ("open", "mine", "closed", "all")
OPEN_STAGES = tuple(stage.value for stage in Stage if stage is not Stage.CLOSED)


@blueprint.get("/disputes")
def index() -> Response:
    """One's disputes, bought or sold, those first of which something is due next."""
    asker = guard.actor()
    typed, chosen = request.args.get("q", "").strip(), request.args.get("show", "")
    chosen = chosen if chosen in FILTERS else "open"
    stages = {"open": OPEN_STAGES, "closed": (Stage.CLOSED.value,)}.get(chosen, ())
    asked = listing.Asked(stages, text=typed, waits_for_me=chosen == "mine")
    with reading() as session:
        cursor = request.args.get("cursor")
        page = listing.list_disputes(session, asker, asked, cursor=cursor, limit=PAGE, shops=shops_of_viewer())
        return kept_pages.written_once(
            (tuple(page.items), page.next),
            lambda: render_template(
                "disputes/list.html",
                now=g.now,
                filters=FILTERS,
                chosen=chosen,
                q=typed,
                waiting=all_waiting(),
                lines=lines_of(page.items, g.now),
                next=page.next,
                cursor=cursor,
            ),
        )


WORKPLACES = {Role.ARBITER: "cases.show", Role.OPERATOR: "operations.show"}


@blueprint.get(ONE)
def show(dispute_id: UUID) -> AnyResponse:
    """To the dispute's place on the page of its purchase, or where an arbiter or an operator works on it."""
    with reading() as session:
        case = find_dispute(session, guard.actor(), "getDispute", dispute_id, lock=False)
        work = WORKPLACES.get(guard.actor().role)
        return see_other(url_for(work, dispute_id=dispute_id) if work else place(case))


def place(case: Case) -> str:
    """The dispute's place on the page of its purchase."""
    return url_for("purchases.show", external_id=case.purchase.external_id, _anchor="dispute")


def page_of_act(name: str, dispute_id: UUID, **where: Any) -> AnyResponse:
    """The form of an act, or what came of sending it. Who comes too late for it is led to how the dispute stands."""
    form = FORMS[name]

    def answer(typed: Typed) -> AnyResponse:
        return _form(form, dispute_id, typed, where)

    if request.method == "GET":
        with reading() as session:
            try:
                find_dispute(session, guard.actor(), form.action, dispute_id, lock=False)
            except ConflictError as refusal:
                flash(sentence_of(refusal), "info")
                return see_other(place(find_dispute(session, guard.actor(), "getDispute", dispute_id, lock=False)))
            kept = kept_form(session)
        return answer(kept or Typed())

    def act(session: Session) -> str:
        return place(form.do(session, dispute_id, sent(form.fields) | {key: str(v) for key, v in where.items()}))

    return carry_out(f"disputes.{name}", act, form.fields, answer, form.done)


def _form(form: Form, dispute_id: UUID, typed: Typed, where: Mapping[str, Any]) -> AnyResponse:
    actor, reader = guard.actor(), current_reader()
    with reading() as session:
        case = find_dispute(session, actor, "getDispute", dispute_id, lock=False)
        view = dispute_view(session, shown(session, actor, case, g.now), actor, reader, g.now)
        values = form.shown(session, case, typed)
        offer = next((each for each in view["offers"] if each["number"] == where.get("number")), None)
        return filled(
            form.template,
            typed,
            dispute=view,
            offer=offer,
            listing={"title": case.purchase.listing.title},
            currency=case.purchase.currency,
            price=reader.money(case.purchase.amount, case.purchase.currency),
            back=place(case),
            action=request.path,
            time_zone=reader.zone_name,
            **values,
        )


def _page(name: str) -> Callable[..., AnyResponse]:
    def view(dispute_id: UUID, **where: Any) -> AnyResponse:
        return page_of_act(name, dispute_id, **where)

    return view


for _name in FORMS:
    _rule = f"{ONE}/offers/<int(min=1, max=10000):number>/{_name}" if _name in OF_OFFERS else f"{ONE}/{_name}"
    blueprint.add_url_rule(_rule, _name, _page(_name), methods=["GET", "POST"])
