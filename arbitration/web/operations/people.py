"""People: looking somebody up, and what an operator does about them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import g, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from arbitration.db import reading
from arbitration.domain.actors import Actor
from arbitration.door import guard
from arbitration.i18n.quotes import apart
from arbitration.models import Person
from arbitration.rules.marking import N_
from arbitration.services import forgetting, staff, tokens
from arbitration.services import people as service
from arbitration.services.operations import people as lists
from arbitration.web.operations.asking import Question, act, ask, say
from arbitration.web.operations.frame import blueprint, chosen, cursor, typed
from arbitration.web.operations.words import account_view, person_view, session_view, token_view

Act = Callable[[Session, Actor, str, datetime], Any]


@dataclass(frozen=True, slots=True)
class PersonAct:
    """An act on a person: the question, what follows, the button, the word when it is done, and what does it."""

    title: str
    says: str
    button: str
    done: str
    do: Act
    danger: bool = True


ACTS: Mapping[str, PersonAct] = {
    "suspend": PersonAct(
        N_("Keep %(name)s out?"),
        N_(
            "No sign-in, no session and no token of theirs works until you let them in again. Cases on which they "
            "were to rule go back to the other arbiters."
        ),
        N_("Keep them out"),
        N_("Kept out, and signed out everywhere."),
        service.suspend,
    ),
    "restore": PersonAct(
        N_("Let %(name)s in again?"),
        N_("They sign in anew. What was ended stays so, save tokens that were not revoked."),
        N_("Let them in"),
        N_("They can sign in again."),
        service.restore,
        danger=False,
    ),
    "sign-out": PersonAct(
        N_("Sign %(name)s out everywhere?"),
        N_("All their sessions end, and links that were sent to them work no more. They can sign in again at once."),
        N_("Sign them out"),
        N_("Signed out everywhere."),
        service.sign_out,
    ),
    "remove": PersonAct(
        N_("Let %(name)s go?"),
        N_(
            "They work here no more: sessions, password, codes and the tokens of their role end, and cases on which "
            "they were to rule go back to the others. What they decided stays theirs. As buyer or seller nothing "
            "changes for them."
        ),
        N_("Let them go"),
        N_("They work here no more."),
        staff.remove,
    ),
}


@blueprint.get("/people")
def people() -> str:
    """People by address, with search and filter."""
    text, shows = typed(), chosen("show", lists.SHOWS)
    with reading() as session:
        found = lists.list_people(session, guard.actor(), text, shows, cursor=cursor())
        return render_template(
            "operations/people.html",
            items=[person_view(each.person, each.account) for each in found.items],
            next=found.next,
            cursor=cursor(),
            count=lists.count_people(session, guard.actor(), text, shows),
            shows=lists.SHOWS,
            show=shows,
            q=text,
        )


@blueprint.get("/people/<uuid:person_id>")
def person(person_id: UUID) -> str:
    """One person: who it is, what they do here, where they are signed in, their tokens."""
    with reading() as session:
        known = lists.known(session, guard.actor(), person_id, g.now)
        works = [token for token in known.tokens if tokens.works(token, g.now)]
        return render_template(
            "operations/person.html",
            somebody=person_view(known.person, known.account),
            account=account_view(known.account),
            sessions=[session_view(each) for each in known.sessions],
            time_zone=known.person.time_zone,
            address=known.person.email,
            known=known,
            tokens=[token_view(each, g.now) for each in known.tokens],
            in_force=len(works),
            can_be_forgotten=forgetting.obstacle(session, guard.actor(), known.person) is None,
            oneself=person_id == guard.actor().person_id,
            now=g.now,
        )


@blueprint.route("/people/<uuid:person_id>/<any(suspend,restore,'sign-out',remove):name>", methods=["GET", "POST"])
def person_act(person_id: UUID, name: str) -> AnyResponse:
    """Keep somebody out, let them in, sign them out, let them go; each after asking once more."""
    chosen_act, found = ACTS[name], _person(person_id)
    back = url_for("operations.person", person_id=person_id)
    question = Question(
        say(chosen_act.title, name=isolated(found)),
        (say(chosen_act.says),),
        say(chosen_act.button),
        back,
        danger=chosen_act.danger,
    )
    if request.method == "GET":
        return ask(question)

    def do(session: Session) -> str:
        chosen_act.do(session, guard.actor(), found.email, g.now)
        return back

    return act(name, question, do, say(chosen_act.done))


@blueprint.route("/people/<uuid:person_id>/sessions/<uuid:session_id>", methods=["GET", "POST"])
def end_session(person_id: UUID, session_id: UUID) -> AnyResponse:
    """Sign somebody out on one browser."""
    found, back = _person(person_id), url_for("operations.person", person_id=person_id)
    says = N_("The session ends at once. They can sign in again.")
    question = Question(say(ENDS, name=isolated(found)), (say(says),), say(N_("End the session")), back)
    if request.method == "GET":
        return ask(question)

    def do(session: Session) -> str:
        service.end_session(session, guard.actor(), person_id, session_id, g.now)
        return back

    return act("end_session", question, do, say(N_("The session is ended.")))


@blueprint.route("/people/<uuid:person_id>/address", methods=["GET", "POST"])
def move(person_id: UUID) -> AnyResponse:
    """Give somebody another address."""
    found, back = _person(person_id), url_for("operations.person", person_id=person_id)
    says = (
        say(N_("All their purchases and correspondence go along. Whoever reads the new mailbox sees everything.")),
        say(N_("They are signed out everywhere, and from then on only the new address signs them in.")),
    )
    title = say(N_("Another address for %(name)s"), name=isolated(found))
    question = Question(
        title, says, say(N_("Move the address")), back, danger=True, form="operations/_move.html", values={"it": found}
    )
    if request.method == "GET":
        return ask(question)

    def do(session: Session) -> str:
        service.move(session, guard.actor(), found.email, request.form.get("email", ""), g.now)
        return back

    return act("move", question, do, say(N_("Moved. They sign in with the new address from now on.")))


def _person(person_id: UUID) -> Person:
    with reading() as session:
        return lists.find(session, guard.actor(), person_id)


def isolated(found: Person) -> str:
    """A name within a sentence of another direction."""
    return apart(found.name or found.email)


ENDS = N_("End this session of %(name)s?")
