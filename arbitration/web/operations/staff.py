"""Roles: making somebody an arbiter or operator, changing that, and the link by which they set up their account."""

from uuid import UUID

from flask import current_app, flash, g, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from arbitration.db import reading
from arbitration.domain.actors import Role
from arbitration.domain.refusals import Faults, FieldFault, InvalidError, NotFoundError
from arbitration.domain.staff import SET_UP_LASTS
from arbitration.door import guard
from arbitration.i18n import OWN_NAMES
from arbitration.models import Person, StaffAccount
from arbitration.rules.marking import N_
from arbitration.services import staff
from arbitration.services.operations import people as lists
from arbitration.web.operations.asking import Question, act, ask, say
from arbitration.web.operations.frame import blueprint
from arbitration.web.operations.people import isolated
from arbitration.web.staff_set_up import secret_page

OTHER = {Role.ARBITER.value: Role.OPERATOR, Role.OPERATOR.value: Role.ARBITER}


@blueprint.route("/people/new", methods=["GET", "POST"])
def new_staff() -> AnyResponse:
    """Let in an arbiter or operator, known here or not, and show the link by which they set up their account."""
    question = Question(
        say(N_("Let in an arbiter or operator")),
        (
            say(N_("You get a link by which they choose a password and a second factor. It is shown once.")),
            say(N_("Somebody who also buys or sells keeps signing in to that by mail, apart from this.")),
        ),
        say(N_("Let them in")),
        url_for("operations.people", show="staff"),
        form="operations/_new_staff.html",
        values={"languages": list(OWN_NAMES.items()), "email": request.args.get("email", "")},
    )
    if request.method == "GET":
        return ask(question)
    made: list[tuple[str, str]] = []

    def do(session: Session) -> str:
        email, name, language = (request.form.get(field, "").strip() for field in ("email", "name", "language"))
        role, faults = Role.PARTY, Faults()  # who has none of the roles here
        with faults:
            role = _role(request.form.get("role", ""))
        with faults:
            token = staff.add(session, guard.actor(), role, email, name or None, language or None, g.now)
            made.append((token, email))
        faults.refuse()
        return url_for("operations.people", show="staff", q=email)

    return _link_once(act("new_staff", question, do, ""), made)


@blueprint.route("/people/<uuid:person_id>/set-up", methods=["GET", "POST"])
def invite(person_id: UUID) -> AnyResponse:
    """Give somebody who works here a new link; what they had ends at once."""
    found, _account = _known(person_id)
    back = url_for("operations.person", person_id=person_id)
    question = Question(
        say(N_("A new link for %(name)s?"), name=isolated(found)),
        (
            say(N_("For somebody who lost the old link, the password or the telephone.")),
            say(N_("Password, codes, sessions and the tokens of their role end at once.")),
        ),
        say(N_("Make a new link")),
        back,
        danger=True,
    )
    if request.method == "GET":
        return ask(question)
    made: list[tuple[str, str]] = []

    def do(session: Session) -> str:
        made.append((staff.invite_again(session, guard.actor(), found.email, g.now), found.email))
        return back

    return _link_once(act("invite", question, do, ""), made)


@blueprint.route("/people/<uuid:person_id>/role", methods=["GET", "POST"])
def role(person_id: UUID) -> AnyResponse:
    """Give somebody who works here the other role."""
    found, account = _known(person_id)
    other = OTHER[account.role]
    back = url_for("operations.person", person_id=person_id)
    title = N_("Make %(name)s an operator?") if other is Role.OPERATOR else N_("Make %(name)s an arbiter?")
    question = Question(
        say(title, name=isolated(found)),
        (
            say(N_("Their sessions and the tokens of the old role end; password and codes stay.")),
            say(N_("Cases on which they were to rule go back to the other arbiters.")),
        ),
        say(N_("Change the role")),
        back,
        danger=True,
    )
    if request.method == "GET":
        return ask(question)

    def do(session: Session) -> str:
        staff.change_role(session, guard.actor(), found.email, other, g.now)
        return back

    return act("role", question, do, say(N_("The role is changed, and their sessions are ended.")))


def _link_once(answer: AnyResponse, made: list[tuple[str, str]]) -> AnyResponse:
    """The page with the link, the first time; a form that was sent again leads on, since no link is kept anywhere."""
    if not made or answer.status_code != 303:
        if answer.status_code == 303:
            flash(say(N_("This was done before. The link was shown once; make a new one if it was lost.")), "info")
        return answer
    token, email = made[0]
    link = current_app.config["SETTINGS"].base_url + url_for("staff_set_up.arrive", token=token)
    hours = int(SET_UP_LASTS.total_seconds() // 3600)
    return secret_page(
        "operations/shown_once.html", kind="link", secret=link, email=email, hours=hours, goes_on=answer.location
    )


def _role(name: str) -> Role:
    if name not in OTHER:
        raise InvalidError(faults=[FieldFault("role", N_("Choose what they do here."))])
    return Role(name)


def _known(person_id: UUID) -> tuple[Person, StaffAccount]:
    """A person who works here.

    Raises:
        NotFoundError: there is no such person, or they do not work here.
    """
    with reading() as session:
        found = lists.find(session, guard.actor(), person_id)
        account = staff.find_account(session, person_id)
    if account is None:
        raise NotFoundError
    return found, account
