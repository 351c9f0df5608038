"""Filing an exhibit on the page of a purchase, the page of each exhibit, and their files."""

import logging
from datetime import datetime
from pathlib import Path

from flask import Blueprint, Response, current_app, flash, g, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from arbitration.db import reading
from arbitration.domain.exhibits import VIDEO, Said, number_of
from arbitration.domain.files import CLEAN
from arbitration.domain.refusals import ForbiddenError, InvalidError, NotFoundError, RefusalError, TooOftenError
from arbitration.door import contents, guard, uploads
from arbitration.door.reader import current_reader
from arbitration.door.uploads import Received
from arbitration.rules.marking import N_
from arbitration.services import drafts, exhibits
from arbitration.services.exhibits import ShownExhibit
from arbitration.web import sessions
from arbitration.web.acting import once_on_page
from arbitration.web.errors import status_of
from arbitration.web.exhibit_views import Filing, exhibit_view
from arbitration.web.moments import read_time
from arbitration.web.purchases import page
from arbitration.web.sessions import see_other

blueprint = Blueprint("exhibits", __name__)
ALL = "/purchases/<external_id>/exhibits"
ONE = f"{ALL}/<number>"
FIELDS = ("kind", "shows", "taken_at", "starts_at", "ends_at", "continuous")
CONTINUOUS = {"true": True, "false": False}
log = logging.getLogger(__name__)
LONGEST_SHOWN = 64 * 1024
DONE = N_("Your exhibit is filed as %(number)s. The other side can see it now.")


@blueprint.route(ALL, methods=["GET", "POST"])
def file(external_id: str) -> AnyResponse:
    """File an exhibit; what is refused comes back in its field, and no text is lost."""
    if request.method == "GET":
        return see_other(_place(external_id))
    with uploads.received(external_id) as received:
        if isinstance(received.refusal, NotFoundError | ForbiddenError):
            raise received.refusal
        said = {name: request.form.get(name, "") for name in FIELDS}
        filed: list[str] = []
        try:
            answer = once_on_page(
                "exhibits.file", lambda session: _file(session, external_id, said, received, filed), received.said()
            )
        except (InvalidError, TooOftenError) as refusal:
            status = 200 if _by_script() else status_of(refusal)
            return page(external_id, status=status, filing=_faulty(said, refusal))
    for number in filed:
        flash(current_reader().say(DONE, number=number), "success")
    if _by_script():
        return Response(status=201, headers={"Location": answer.headers["Location"]})
    return answer


def _by_script() -> bool:
    """Whether our own script sends the form; it looks for what is wrong in the page, whatever the status."""
    return request.headers.get("X-Requested-With") == "upload"


def _file(session: Session, external_id: str, said: dict[str, str], received: Received, filed: list[str]) -> str:
    of_file, faults = _read(said)
    if faults or received.refusal:
        first = received.refusal.faults if isinstance(received.refusal, InvalidError) else ()
        if received.refusal and not first:
            raise received.refusal
        raise InvalidError(faults=[*first, *(fault for each in faults for fault in each.faults)])
    exhibit = exhibits.file_exhibit(
        session, guard.actor(), external_id, of_file, received.file(), g.now, uploads.quota()
    )
    drafts.forget(session, sessions.draft_token(), external_id, drafts.EXHIBIT)
    received.keep()
    filed.append(number_of(exhibit.number))
    return _place(external_id, filed[0])


def _read(said: dict[str, str]) -> tuple[Said, list[InvalidError]]:
    """What the form says. The times that are not for its kind are left out: the form shows them all without scripts."""
    kind = said["kind"]
    names = ("starts_at", "ends_at") if kind == VIDEO else ("taken_at",)
    times: dict[str, datetime | None] = {}
    faults = []
    for name in names:
        try:
            times[name] = read_time(said[name], current_reader(), name, g.now)
        except InvalidError as refusal:
            faults.append(refusal)
    continuous = CONTINUOUS.get(said["continuous"]) if kind == VIDEO else None
    return Said(kind, said["shows"], continuous=continuous, **times), faults


def _faulty(said: dict[str, str], refusal: RefusalError) -> Filing:
    say = current_reader().say
    errors = {fault.path: say(fault.msgid, **fault.values) for fault in reversed(refusal.faults)}
    return Filing(said, errors or {"file": say(refusal.msgid, **refusal.values)})


@blueprint.get(ONE)
def show(external_id: str, number: str) -> str:
    """One exhibit. Whoever is shown it here is noted as having been shown it."""
    contents.refuse_ahead()
    actor = guard.actor()
    with reading() as session:
        purchase, shown = exhibits.get_exhibit(session, actor, external_id, number)
        view = exhibit_view(shown, purchase, actor, current_reader())
        title = purchase.listing.title
    text, whole = _text(shown) if view["family"] == "text" and shown.content else (None, True)
    if whole:
        contents.note_shown(external_id, number)
    with reading():
        return render_template(
            "exhibits/show.html",
            purchase={"external_id": external_id},
            listing={"title": title},
            exhibit=view,
            text=text,
            back=_place(external_id, number),
            now=g.now,
        )


def _text(shown: ShownExhibit) -> tuple[str | None, bool]:
    """The beginning of a text, as it is shown on its page, and whether it could be read."""
    folder: Path = current_app.config["SETTINGS"].exhibits_folder
    path = folder / shown.exhibit.stored_as / CLEAN
    try:
        with path.open("rb") as file:
            return file.read(LONGEST_SHOWN).decode("utf-8", "ignore"), True
    except OSError as error:
        log.error("the text of an exhibit can't be read: %s: %s", path, error.strerror)
        return None, False


@blueprint.get(f"{ONE}/content")
def content(external_id: str, number: str) -> Response:
    """A file of an exhibit."""
    part = request.args.get("part", "")[:16] or None
    return contents.send(external_id, number, part, download="download" in request.args)


def _place(external_id: str, number: str | None = None) -> str:
    anchor = f"exhibit-{number}" if number else "exhibits"
    return url_for("purchases.show", external_id=external_id, _anchor=anchor)
