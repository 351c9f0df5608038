"""Checking a draft listing. What was written comes back with every answer, to be mended and checked again."""

from typing import Any

from flask import Blueprint, Response, g, make_response, render_template, request

from arbitration.db import reading, unit_of_work
from arbitration.domain.refusals import InvalidError, RefusalError, TooOftenError
from arbitration.door import guard
from arbitration.door.reader import current_reader
from arbitration.i18n import Reader
from arbitration.rules.marking import N_
from arbitration.services import drafts
from arbitration.services.listing_check import CheckedListing, check_listing, require_seller
from arbitration.web import sessions
from arbitration.web.errors import sentence_of, status_of

blueprint = Blueprint("listing_check", __name__)
EXAMPLE = N_("Full access to the account.\nWarranty 30 days.\nNo refunds.")


@blueprint.route("/listing-check", methods=["GET", "POST"])
def show() -> Response:
    """The form, or what was found in the text that it sent."""
    if request.method == "GET":
        return _form()
    text = request.form.get("text", "").replace("\r\n", "\n")
    wanted = request.form.get("language", "")
    try:
        with unit_of_work() as session:
            found = check_listing(session, guard.actor(), text, wanted or None, current_reader().language, g.now)
            drafts.forget(session, sessions.draft_token(), drafts.LISTING)
    except (InvalidError, TooOftenError) as refusal:
        return _refused(text, wanted, refusal)
    return _page(text, wanted, found=found)


def _form() -> Response:
    with reading() as session:
        require_seller(session, guard.actor())
        kept = drafts.find(session, sessions.draft_token(), drafts.LISTING, g.now)
    if kept is not None:
        return _page(kept.text, "", restored=True)
    return _page(current_reader().gettext(EXAMPLE) if "example" in request.args else "", "")


def _refused(text: str, wanted: str, refusal: RefusalError) -> Response:
    at = refusal.faults[0].path if refusal.faults else "text"
    response = _page(text, wanted, error=sentence_of(refusal), error_at=at)
    response.status_code = status_of(refusal)
    if isinstance(refusal, TooOftenError):
        response.headers["Retry-After"] = str(refusal.seconds)
    return response


def _page(
    text: str,
    wanted: str,
    *,
    found: CheckedListing | None = None,
    restored: bool = False,
    error: str | None = None,
    error_at: str = "text",
) -> Response:
    reader = current_reader()
    html = render_template(
        "listing_check/show.html",
        text=text,
        wanted=wanted,
        restored=restored,
        error=error,
        error_at=error_at,
        example=reader.gettext(EXAMPLE),
        checked=_view(text, found, reader) if found else None,
    )
    return make_response(html)


def _view(text: str, found: CheckedListing, reader: Reader) -> dict[str, Any]:
    from arbitration.web.checked import checked_view  # with all that reads listings

    return checked_view(text, found, reader)
