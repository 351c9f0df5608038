"""How one reads, and where one is signed in."""

from uuid import UUID

from flask import Blueprint, current_app, flash, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from arbitration.db import db, unit_of_work
from arbitration.domain.sign_in import own_path
from arbitration.door import guard
from arbitration.door.reader import LANGUAGE_COOKIE, current_reader
from arbitration.i18n import LANGUAGES, Reader
from arbitration.i18n.calendars import CALENDARS
from arbitration.i18n.numerals import DIGITS
from arbitration.i18n.zones import common_zones, is_zone
from arbitration.models import BrowserSession
from arbitration.rules.marking import N_
from arbitration.services import people
from arbitration.services import sessions as signed_in_sessions
from arbitration.services.people import Preferences
from arbitration.web import sessions
from arbitration.web.browsers import device_name
from arbitration.web.sessions import see_other

blueprint = Blueprint("settings", __name__)
YEAR = 365 * 24 * 60 * 60


@blueprint.route("/settings", methods=["GET", "POST"])
def show() -> AnyResponse:
    """The settings as they stand, and changing how one reads."""
    if request.method == "POST":
        return _save()
    reader = current_reader()
    return _page(
        Preferences(reader.language, reader.time_zone if reader.zone_known else "", reader.calendar, reader.digits), {}
    )


def _save() -> AnyResponse:
    wanted = Preferences(*(request.form.get(name, "").strip() for name in Preferences.__slots__))
    errors = _faults(wanted)
    if errors:
        return _page(wanted, errors, 422)
    me = _me()
    with unit_of_work() as act:
        people.prefer(act, guard.actor(), me.person_id, wanted)
    flash(Reader(wanted.language).gettext(N_("Saved.")), "success")
    response = see_other(url_for("settings.show"))
    _set_language(response, wanted.language)
    return response


@blueprint.post("/settings/sessions/<uuid:id>/end")
def end_session(id: UUID) -> AnyResponse:
    """Sign out on one of one's own browsers."""
    with unit_of_work() as act:
        signed_in_sessions.end_session(act, guard.actor(), id, g.now)
    if id == _me().session_id:
        response = see_other(url_for("sign_in.ask"))
        sessions.forget(response)
        return response
    flash(current_reader().gettext(N_("Signed out there.")), "success")
    return see_other(url_for("settings.show"))


@blueprint.post("/settings/language")
def choose_language() -> AnyResponse:
    """Read on in another language, on the page one comes from."""
    response = see_other(own_path(request.form.get("next")) or url_for("home.show"))
    language = request.form.get("language", "")
    if language in LANGUAGES:
        me = sessions.signed_in()
        if me and me.language != language:
            with unit_of_work() as act:
                people.prefer_language(act, guard.actor(), me.person_id, language)
        _set_language(response, language)
    return response


def _page(form: Preferences, errors: dict[str, str], status: int = 200) -> AnyResponse:
    page = render_template(
        "settings/show.html",
        form=form,
        errors=errors,
        zones=[zone.name for zone in common_zones(current_reader().language)],
        now=g.now,
        sessions=[_line(each) for each in signed_in_sessions.list_sessions(db.session(), guard.actor(), g.now)],
    )
    return make_response(page, status)


def _line(each: BrowserSession) -> dict[str, object]:
    return {
        "id": each.id,
        "device": device_name(each.browser),
        "signed_in_at": each.created_at,
        "seen_at": each.seen_at,
        "current": each.id == _me().session_id,
    }


def _faults(wanted: Preferences) -> dict[str, str]:
    say = current_reader().gettext
    faults = {}
    if wanted.language not in LANGUAGES:
        faults["language"] = say(N_("Choose one of these languages."))
    if wanted.time_zone and not is_zone(wanted.time_zone):
        faults["time_zone"] = say(N_("There is no such time zone. Choose one of the list, such as Europe/Warsaw."))
    if wanted.calendar not in CALENDARS:
        faults["calendar"] = say(N_("Choose one of these calendars."))
    if wanted.digits not in DIGITS:
        faults["digits"] = say(N_("Choose one of these kinds of digits."))
    return faults


def _set_language(response: AnyResponse, language: str) -> None:
    secure = current_app.config["SETTINGS"].secure
    name = LANGUAGE_COOKIE
    response.set_cookie(name, language, max_age=YEAR, path="/", secure=secure, httponly=True, samesite="Lax")


def _me() -> sessions.SignedIn:
    me = sessions.signed_in()
    assert me is not None
    return me
