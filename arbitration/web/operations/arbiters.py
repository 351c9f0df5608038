"""Arbiters: what each has before them, and when they are away."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import g, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from arbitration.db import reading
from arbitration.domain.refusals import Faults, FieldFault, InvalidError
from arbitration.door import guard
from arbitration.door.reader import current_reader
from arbitration.models import ArbiterAbsence
from arbitration.rules.marking import N_
from arbitration.services.operations import arbiters as lists
from arbitration.services.operations.arbiters import Held, Load
from arbitration.services.staff import absences
from arbitration.web.moments import left_to_right, read_moment, write_moment
from arbitration.web.operations.asking import Question, act, ask, say
from arbitration.web.operations.case_views import parties_view
from arbitration.web.operations.frame import blueprint, cursor, typed
from arbitration.web.operations.people import isolated


@blueprint.get("/arbiters")
def arbiters() -> str:
    """The arbiters with their load, and who is away."""
    text = typed()
    with reading() as session:
        found = lists.list_loads(session, guard.actor(), g.now, text, cursor=cursor())
        return render_template(
            "operations/arbiters.html",
            items=[_view(each) for each in found.items],
            next=found.next,
            cursor=cursor(),
            count=lists.count_arbiters(session, guard.actor(), g.now, text),
            q=text,
            now=g.now,
        )


@blueprint.get("/arbiters/<uuid:person_id>")
def arbiter(person_id: UUID) -> str:
    """One arbiter: the cases, the absences."""
    with reading() as session:
        load = lists.load_of(session, guard.actor(), person_id, g.now)
        cases = [_case_view(each) for each in lists.cases_of(session, guard.actor(), person_id)]
        return render_template("operations/arbiter.html", arbiter=_view(load), cases=cases, now=g.now)


@blueprint.route("/arbiters/<uuid:person_id>/absence", methods=["GET", "POST"])
def absence(person_id: UUID) -> AnyResponse:
    """Note from when until when an arbiter is away."""
    with reading() as session:
        load = lists.load_of(session, guard.actor(), person_id, g.now)
    reader = current_reader()
    example = write_moment(g.now, reader).replace("T", " ")
    question = Question(
        say(N_("When is %(name)s away?"), name=isolated(load.person)),
        (
            say(N_("No new case is proposed to them meanwhile. What they have stays theirs until it is given back.")),
            say(N_("Times are those of your own zone.")),
        ),
        say(N_("Note it")),
        url_for("operations.arbiter", person_id=person_id),
        form="operations/_absence.html",
        values={"example": left_to_right(example) if reader.direction == "rtl" else example},
    )
    if request.method == "GET":
        return ask(question)

    def do(session: Session) -> str:
        with (faults := Faults()):
            begins_at = _moment("from", start=True)
        with faults:
            ends_at = _moment("until")
        faults.refuse()
        absences.declare(session, guard.actor(), person_id, begins_at, ends_at, g.now)
        return question.back

    return act("absence", question, do, say(N_("Noted. Look below whether cases should go to somebody else.")))


@blueprint.route("/arbiters/<uuid:person_id>/absence/<uuid:absence_id>/end", methods=["GET", "POST"])
def end_absence(person_id: UUID, absence_id: UUID) -> AnyResponse:
    """Say that an arbiter is back, or does not go."""
    question = Question(
        say(N_("End this absence?")),
        (say(N_("From now on new cases are proposed to this arbiter again.")),),
        say(N_("End it")),
        url_for("operations.arbiter", person_id=person_id),
    )
    if request.method == "GET":
        return ask(question)

    def do(session: Session) -> str:
        absences.end(session, guard.actor(), absence_id, g.now)
        return question.back

    return act("end_absence", question, do, say(N_("The absence is ended.")))


@blueprint.route("/arbiters/<uuid:person_id>/cases/<uuid:dispute_id>", methods=["GET", "POST"])
def give_back(person_id: UUID, dispute_id: UUID) -> AnyResponse:
    """Give a case of an arbiter back to the others, after asking once more."""
    question = Question(
        say(N_("Give this case to the other arbiters?")),
        (
            say(N_("It goes back to the list from which arbiters take cases, and this arbiter can't take it again.")),
            say(N_("Both sides are told that somebody else will decide. The time for the ruling begins anew.")),
        ),
        say(N_("Give it back")),
        url_for("operations.arbiter", person_id=person_id),
        danger=True,
    )
    if request.method == "GET":
        return ask(question)

    def do(session: Session) -> str:
        lists.give_back(session, guard.actor(), person_id, dispute_id, g.now)
        return question.back

    return act("give_back", question, do, say(N_("Given back. Another arbiter can take it now.")))


def _moment(name: str, *, start: bool = False) -> datetime:
    """A moment that was typed; a day alone is its beginning or its end."""
    written = request.form.get(name, "").strip()
    if not written:
        raise InvalidError(faults=[FieldFault(name, N_("Name a day."))])
    if start and len(written) <= 10 and " " not in written:
        written += " 00:00"
    return read_moment(written, current_reader(), name)


def _view(load: Load) -> dict[str, Any]:
    away = load.away(g.now)
    return {
        "id": load.person.id,
        "name": load.person.name or load.person.email,
        "email": load.person.written_as,
        "suspended": load.person.suspended_at is not None,
        "ready": load.account.second_factor_at is not None,
        "cases": load.cases,
        "late": load.late,
        "ruled": load.ruled,
        "away": _absence_view(away) if away else None,
        "absences": [_absence_view(each) for each in load.absences],
    }


def _absence_view(absence: ArbiterAbsence) -> dict[str, Any]:
    return {"id": absence.id, "begins_at": absence.begins_at, "ends_at": absence.ends_at}


def _case_view(held: Held) -> dict[str, Any]:
    return parties_view(held.dispute.purchase) | {
        "id": held.dispute.id,
        "stage": held.dispute.stage,
        "reason": held.dispute.reason,
        "taken_at": held.dispute.taken_at,
        "due_at": held.due_at,
        "overdue": held.due_at is not None and held.due_at < g.now,
    }
