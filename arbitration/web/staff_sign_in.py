"""How arbiters and operators sign in: address and password, then a code."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, flash, g, make_response, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from arbitration.db import reading, unit_of_work
from arbitration.domain.refusals import Faults, FieldFault, InvalidError
from arbitration.domain.sign_in import canonical_address, own_path
from arbitration.door.reader import current_reader
from arbitration.rules.marking import N_
from arbitration.services import drafts, throttles
from arbitration.services.staff import find_account, signing_in
from arbitration.services.staff.signing_in import Halfway, StartAgainError, WrongCodeError, WrongPasswordError
from arbitration.web import known_browsers, sessions
from arbitration.web.browsers import browser_of
from arbitration.web.errors import sentence_of
from arbitration.web.faults import faults_of
from arbitration.web.navigation import landing
from arbitration.web.sessions import see_other

blueprint = Blueprint("staff_sign_in", __name__, url_prefix="/staff")
HALFWAY = "halfway"
FEW_CODES = 3


@blueprint.route("/sign-in", methods=["GET", "POST"])
def ask() -> AnyResponse:
    """Ask for address and password. The answer to a wrong one is the same whether or not anybody has the address."""
    if request.method == "POST":
        return _check(request.form.get("email", ""), own_path(request.form.get("next")))
    return _ask_page("", own_path(request.args.get("next")))


def _check(email: str, lands_on: str | None) -> AnyResponse:
    password = request.form.get("password", "")
    try:
        address = _address(email, password)
        _limit_passwords(address)
        with reading() as look:
            halfway = signing_in.check_password(look, address, password, g.now)
    except InvalidError as refusal:
        return _ask_page(email, lands_on, faults_of(refusal), 422)
    except WrongPasswordError as refusal:
        return _ask_page(email, lands_on, {"password": sentence_of(refusal)}, 422)
    session[HALFWAY] = {
        "person": str(halfway.person_id),
        "mark": halfway.mark,
        "at": halfway.at.isoformat(),
        "next": lands_on or "",
        "address": address,
    }
    return see_other(url_for("staff_sign_in.code"))


def _address(email: str, password: str) -> str:
    """The address that was typed. Raises InvalidError where it is none, or there is no password beside it."""
    with (faults := Faults()):
        address = canonical_address(email)
    with faults:
        if not password:
            raise InvalidError(faults=[FieldFault("password", N_("Type your password."))])
    faults.refuse()
    return address


def _limit_passwords(address: str) -> None:
    """Count a try at an address. A browser where its owner signed in before is a place of its own, which strangers who
    use up what the address or the place has do not close."""
    known = known_browsers.number_for(address)
    if known is not None:
        return limit(throttles.PASSWORDS_AT_ADDRESS_FROM_PLACE, f"{address} {known}")
    place = throttles.place_of(request.remote_addr)
    limit(throttles.PASSWORDS_FROM_PLACE, place)
    limit(throttles.PASSWORDS_AT_ADDRESS_FROM_PLACE, f"{address} {place}")
    limit(throttles.PASSWORDS_AT_ADDRESS, address)
    return None


def _ask_page(email: str, lands_on: str | None, errors: Mapping[str, str] | None = None, status: int = 200) -> Response:
    kept_text = sessions.has_kept_text()
    page = render_template(
        "staff/sign_in.html", email=email, errors=errors or {}, next=lands_on or "", kept_text=kept_text
    )
    return make_response(page, status)


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
def code() -> AnyResponse:
    """Ask for the code that completes the sign-in."""
    halfway = _halfway()
    if halfway is None:
        return _from_the_beginning()
    if request.method == "POST":
        return _enter(halfway)
    with reading() as look:
        account = find_account(look, halfway.person_id)
        goes_on = account is not None and signing_in.still_halfway(halfway, account, g.now)
    return _code_page() if goes_on else _from_the_beginning()


def _enter(halfway: Halfway) -> AnyResponse:
    address = session[HALFWAY].get("address", "")
    limit_codes(halfway.person_id, address)
    browser = browser_of(request.user_agent.string)
    typed = request.form.get("code", "")
    try:
        with unit_of_work() as act:
            drafts.leave_to_author(act, sessions.draft_token(), sessions.secret(), halfway.person_id)
            opened = signing_in.enter(act, halfway, typed, g.now, browser, sessions.secret())
    except WrongCodeError as refusal:
        return _code_page(sentence_of(refusal), 422)
    except StartAgainError:
        return _from_the_beginning()
    lands_on = own_path(session.pop(HALFWAY, {}).get("next"))
    if opened.recovery_codes < FEW_CODES:
        flash(current_reader().gettext(N_("You have few recovery codes left. Make new ones in your account.")), "info")
    response = see_other(lands_on or landing(opened.role))
    sessions.remember(response, opened.secret, opened.role)
    if address:
        known_browsers.remember(response, address)
    return response


def _code_page(error: str | None = None, status: int = 200) -> Response:
    return make_response(render_template("staff/code.html", error=error), status)


def _halfway() -> Halfway | None:
    """Whose password was given in this browser, as the signed cookie says."""
    kept = session.get(HALFWAY)
    return Halfway(UUID(kept["person"]), kept["mark"], datetime.fromisoformat(kept["at"])) if kept else None


def _from_the_beginning() -> AnyResponse:
    kept = session.pop(HALFWAY, None)
    if kept:
        flash(sentence_of(StartAgainError()), "info")
    return see_other(url_for("staff_sign_in.ask", next=own_path((kept or {}).get("next"))))


def limit(limited: throttles.Limit, of: str) -> None:
    """Count a try in an act of its own, so that it counts also where it is refused."""
    with unit_of_work() as act:
        throttles.take(act, limited, of, g.now)


def limit_codes(person_id: UUID, address: str) -> None:
    """Count a try of a person's codes: few in a row, and too few in a day for guessing on end.

    A browser where they signed in before has its own count, which nobody uses up who found out the password.
    """
    of = known_browsers.number_for(address) or str(person_id)
    for limited in (throttles.SECOND_FACTORS, throttles.SECOND_FACTORS_IN_A_DAY):
        limit(limited, of)
