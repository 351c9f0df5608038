"""Setting up an arbiter's or operator's account by the link that an operator gave: password, code, recovery codes."""

from flask import Blueprint, Response, current_app, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from arbitration.db import reading, unit_of_work
from arbitration.domain.refusals import InvalidError
from arbitration.domain.sign_in import hash_of, is_secret
from arbitration.domain.staff import SET_UP_LASTS, SHORTEST_PASSWORD
from arbitration.services import throttles
from arbitration.services.staff import second_factor, setting_up
from arbitration.services.staff.setting_up import DeadSetUpError, SettingUp
from arbitration.services.staff.signing_in import WrongCodeError
from arbitration.web import known_browsers, sessions
from arbitration.web.browsers import browser_of
from arbitration.web.errors import sentence_of
from arbitration.web.faults import faults_of
from arbitration.web.navigation import landing
from arbitration.web.sessions import see_other
from arbitration.web.square_code import square_code
from arbitration.web.staff_sign_in import limit

blueprint = Blueprint("staff_set_up", __name__, url_prefix="/staff/set-up")
COOKIE = "setting-up"


@blueprint.get("/<token>")
def arrive(token: str) -> AnyResponse:
    """Where the link leads: takes the token out of the address bar, and changes nothing."""
    response = see_other(url_for("staff_set_up.password"))
    sessions.set_cookie(response, COOKIE, token if is_secret(token) else "", SET_UP_LASTS.total_seconds())
    return response


@blueprint.route("", methods=["GET", "POST"])
def password() -> AnyResponse:
    """The first step, a password; once it is chosen, the second step."""
    found = _look()
    if found is None:
        return _dead_link()
    if request.method == "POST":
        return _choose(found)
    if found.has_password and "again" not in request.args:
        return _code_page(found)
    return _password_page(found)


def _choose(found: SettingUp) -> AnyResponse:
    if request.form.get("link", "") != _mark():
        return see_other(url_for("staff_set_up.password"))  # another link was opened in this browser meanwhile
    chosen, repeated = request.form.get("password", ""), request.form.get("repeated", "")
    try:
        with unit_of_work() as act:
            setting_up.choose_password(act, _token(), chosen, repeated, g.now)
    except InvalidError as refusal:
        return _password_page(found, faults_of(refusal), 422)
    except DeadSetUpError:
        return _dead_link()
    return see_other(url_for("staff_set_up.password"))


@blueprint.post("/code")
def code() -> AnyResponse:
    """The second step: a first code. Shows the recovery codes, this once."""
    found = _look()
    if found is None:
        return _dead_link()
    if request.form.get("link", "") != _mark():
        return see_other(url_for("staff_set_up.password"))
    limit(throttles.SECOND_FACTORS, f"set-up {hash_of(_token())}")
    browser = browser_of(request.user_agent.string)
    try:
        with unit_of_work() as act:
            done = setting_up.confirm(act, _token(), request.form.get("code", ""), g.now, browser, sessions.secret())
    except WrongCodeError as refusal:
        return _code_page(found, sentence_of(refusal), 422)
    except DeadSetUpError:
        return _dead_link()
    response = secret_page(
        "staff/recovery_codes.html", codes=done.recovery_codes, goes_on=landing(done.role), first=True
    )
    sessions.remember(response, done.secret, done.role)
    known_browsers.remember(response, found.account.person.email)
    sessions.drop_cookie(response, COOKIE)
    return response


def secret_page(template: str, status: int = 200, **values: object) -> Response:
    """A page that no cache may keep."""
    response = make_response(render_template(template, **values), status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _password_page(found: SettingUp, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    person = found.account.person
    return secret_page(
        "staff/set_up_password.html",
        status,
        email=person.written_as,
        role=found.account.role,
        errors=errors or {},
        shortest=SHORTEST_PASSWORD,
        link=_mark(),
    )


def _code_page(found: SettingUp, error: str | None = None, status: int = 200) -> Response:
    secret = second_factor.secret_of(found.account, current_app.config["SECRET_KEY"])
    site_name = current_app.config["SETTINGS"].site_name
    address = second_factor.address_of(secret, found.account.person.email, site_name)
    groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
    return secret_page(
        "staff/set_up_code.html", status, square=square_code(address), groups=groups, error=error, link=_mark()
    )


def _look() -> SettingUp | None:
    with reading() as session:
        return setting_up.look(session, _token(), g.now)


def _dead_link() -> Response:
    """The same page for every link that does not work. Trying many of them is limited."""
    if is_secret(_token()):
        limit(throttles.DEAD_LINKS, throttles.place_of(request.remote_addr))
    response = make_response(render_template("staff/dead_link.html"), 410)
    sessions.drop_cookie(response, COOKIE)
    return response


def _token() -> str:
    return request.cookies.get(sessions.cookie_name(COOKIE), "")


def _mark() -> str:
    """Ties the form to the link it was shown for, without showing the token."""
    return hash_of(f"set-up\n{_token()}")[:16]
