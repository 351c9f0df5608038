"""What arbiters and operators change about their own account: password and recovery codes."""

from flask import Blueprint, flash, g, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from arbitration.db import reading, unit_of_work
from arbitration.domain.refusals import InvalidError
from arbitration.domain.sign_in import canonical_address
from arbitration.domain.staff import SHORTEST_PASSWORD
from arbitration.door import guard
from arbitration.door.reader import current_reader
from arbitration.rules.marking import N_
from arbitration.services.staff import credentials, second_factor
from arbitration.web import sessions
from arbitration.web.faults import faults_of
from arbitration.web.sessions import see_other
from arbitration.web.staff_set_up import secret_page
from arbitration.web.staff_sign_in import limit_codes

blueprint = Blueprint("staff_account", __name__, url_prefix="/staff/account")


@blueprint.get("")
def show() -> AnyResponse:
    """The account: a form for another password, one for new recovery codes."""
    return _page()


@blueprint.post("/password")
def change_password() -> AnyResponse:
    """Take another password, against the old one and a code."""
    me = sessions.signed_in()
    assert me is not None
    limit_codes(me.person_id, canonical_address(me.email))
    chosen, repeated = request.form.get("password", ""), request.form.get("repeated", "")
    try:
        with unit_of_work() as act:
            credentials.change_password(act, guard.actor(), me.session_id, _proof(), chosen, repeated, g.now)
    except InvalidError as refusal:
        return _page(password_errors=faults_of(refusal), status=422)
    said = current_reader().gettext(N_("The password is changed. Everywhere else you are signed out."))
    flash(said, "success")
    return see_other(url_for("staff_account.show"))


@blueprint.post("/recovery-codes")
def renew_recovery_codes() -> AnyResponse:
    """Make new recovery codes and show them, this once."""
    me = sessions.signed_in()
    assert me is not None
    limit_codes(me.person_id, canonical_address(me.email))
    try:
        with unit_of_work() as act:
            codes = credentials.renew_recovery_codes(act, guard.actor(), _proof(), g.now)
    except InvalidError as refusal:
        return _page(codes_errors=faults_of(refusal), status=422)
    goes_on = url_for("staff_account.show")
    return secret_page("staff/recovery_codes.html", codes=codes, goes_on=goes_on, first=False)


def _proof() -> tuple[str, str]:
    return request.form.get("old", ""), request.form.get("code", "")


def _page(
    password_errors: dict[str, str] | None = None, codes_errors: dict[str, str] | None = None, status: int = 200
) -> AnyResponse:
    with reading() as session:
        account = credentials.own_account(session, guard.actor())
        return secret_page(
            "staff/account.html",
            status,
            email=account.person.written_as,
            role=account.role,
            has_password=account.password_hash is not None,
            password_set_at=account.password_set_at,
            codes_left=second_factor.recovery_codes_left(session, account),
            shortest=SHORTEST_PASSWORD,
            password_errors=password_errors or {},
            codes_errors=codes_errors or {},
        )
