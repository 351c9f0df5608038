"""One's purchases, and the page of one of them, which opens on its correspondence."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, make_response, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from arbitration.db import BRIEFLY, reading, unit_of_work
from arbitration.domain.actors import Actor, Role
from arbitration.domain.exhibits import KINDS
from arbitration.domain.permissions import may
from arbitration.domain.refusals import InvalidError, RefusalError
from arbitration.domain.sides import BUYER, SELLER, SIDES
from arbitration.domain.stages import Stage
from arbitration.door import guard
from arbitration.door.reader import current_reader
from arbitration.models import Purchase
from arbitration.services import drafts, exhibits, gathering, messages, objections, purchases, readings, verdicts
from arbitration.services.disputes.finding import Case, last_dispute_of
from arbitration.services.disputes.queue import case_of
from arbitration.services.disputes.running import running_of
from arbitration.services.disputes.showing import shown
from arbitration.services.loading import parties_of
from arbitration.services.policies import policy_of
from arbitration.services.purchases import Side, side_of
from arbitration.web import kept_pages, notices, sessions
from arbitration.web.demand import demand_view
from arbitration.web.disputes_shown import dispute_view
from arbitration.web.errors import sentence_of
from arbitration.web.exhibit_views import Filing, exhibit_views, filing_view
from arbitration.web.moments import read_moment
from arbitration.web.purchase_lines import lines_of
from arbitration.web.readings import Objecting, description_view, terms_view
from arbitration.web.sessions import see_other
from arbitration.web.thread import ShownMessage, first_unread, message_views, page_for
from arbitration.web.unread import shops_of_viewer, sides_of_viewer
from arbitration.web.views import listing_view, purchase_view

blueprint = Blueprint("purchases", __name__)
log = logging.getLogger(__name__)
LARGEST_POSITION = 2**31 - 1
PAGE = 25
NOTHING_TO_READ: dict[str, Any] = {
    "may_read": False,
    "messages": [],
    "first_unread": None,
    "older_url": None,
    "newer_url": None,
    "seen": 0,
}


@dataclass(frozen=True, slots=True)
class Composer:
    """What stands in the field for a new message, and what is wrong with it."""

    text: str = ""
    reports_problem: bool = False
    asks: bool = False
    error: str | None = None
    restored: bool = False


@blueprint.get("/purchases")
def index() -> Response:
    """One's purchases, bought or sold, those first where something happened last."""
    asker = guard.actor()
    typed = request.args.get("q", "").strip()
    with reading() as session:
        stands = sides_of_viewer()
        role = _role(stands)
        page = purchases.list_purchases(
            session,
            asker,
            side=role,
            text=typed,
            cursor=request.args.get("cursor"),
            limit=PAGE,
            shops=shops_of_viewer(),
        )
        disputes = running_of(session, {each.id: each.side for each in page.items})
        told = (tuple(page.items), page.next, tuple(disputes.items()))
        return kept_pages.written_once(
            told,
            lambda: render_template(
                "purchases/list.html",
                now=g.now,
                role=role,
                roles=[side for side in SIDES if stands[side].any],
                q=typed,
                unread_by_role={side: stands[side].unread for side in SIDES},
                next=page.next,
                cursor=request.args.get("cursor"),
                lines=lines_of(page.items, disputes, g.now),
            ),
        )


def _role(stands: Mapping[str, Side]) -> str:
    """The side asked for; else the one with something new, or with anything at all; buying comes before selling."""
    wanted = request.args.get("role", "")
    return wanted if wanted in SIDES else max(SIDES, key=lambda side: (bool(stands[side].unread), stands[side].any))


@blueprint.get("/purchases/<external_id>")
def show(external_id: str) -> AnyResponse:
    """One purchase. Arbiters get to the case, where the same can be read and more be done."""
    if guard.actor().role is Role.ARBITER:
        with reading() as session:
            case = case_of(session, guard.actor(), external_id)
        return see_other(url_for("cases.show", dispute_id=case, before=whole_number("before")))
    return kept_pages.purchase_once(external_id, lambda: page(external_id))


def page(
    external_id: str,
    composer: Composer | None = None,
    status: int = 200,
    objecting: Objecting | None = None,
    filing: Filing | None = None,
) -> Response:
    """The page of a purchase; ``composer`` is a message that could not be sent, ``objecting`` an objection likewise.

    ``filing`` is an exhibit that could not be filed.

    Raises:
        NotFoundError, ForbiddenError: see ``find_purchase``.
    """
    asker = guard.actor()
    with reading() as session:
        purchase = purchases.get_purchase(session, asker, external_id)
        gathering.gather(session, purchase, browser=drafts.browser_of(sessions.draft_token()))
        held = readings.held(session, purchase.listing_id)
        values = _page_values(session, purchase, asker, held) | _thread_values(session, purchase, asker)
        texts = drafts.all_of(session, sessions.draft_token(), purchase.external_id, g.now)
        values["listing"] = _listing_values(session, purchase, asker, held, texts, objecting)
        values |= _exhibit_values(session, purchase, asker, texts, filing)
        values |= _dispute_values(session, purchase, asker)
        values["composer"] = composer or _kept_text(texts)
        purchase_id = purchase.id
    note_shown(purchase_id, values.pop("seen"), values["messages"])
    notices.note_shown_of(external_id)
    with reading():
        return make_response(render_template("purchases/show.html", now=g.now, **values), status)


def note_shown(purchase_id: UUID, seen: int, shown: Sequence[ShownMessage]) -> None:
    """Move the reader's mark to the last message shown. Reading goes on where that can't be written."""
    last = shown[-1].position if shown else 0
    if last <= seen or request.method != "GET" or "prefetch" in request.headers.get("Sec-Purpose", ""):
        return
    try:
        with unit_of_work(patience=BRIEFLY) as session:
            messages.note_shown(session, guard.actor(), purchase_id, last, g.now)
    except (SQLAlchemyError, RefusalError) as error:
        log.warning("what was shown could not be noted: %s", type(error).__name__)


def whole_number(name: str) -> int | None:
    """A position asked for in the address, or None if there is none that makes sense."""
    typed = request.args.get(name, "")
    return min(int(typed), LARGEST_POSITION) if typed.isdecimal() and len(typed) < 20 else None


def _page_values(session: Session, purchase: Purchase, asker: Actor, held: readings.Held) -> dict[str, Any]:
    reader = current_reader()
    at, error = _moment_asked()
    assessment = verdicts.assess(session, purchase, at or g.now, g.now, held)
    typed = request.args.get("on", "")[:40] if error else None
    return {
        "purchase": purchase_view(purchase, asker, reader),
        "demand": demand_view(assessment, reader, asked=at is not None, typed=typed, error=error),
        "time_zone": reader.zone_name,
        "may_write": may(asker, "postMessage", parties_of(purchase)),
    }


def _listing_values(
    session: Session,
    purchase: Purchase,
    asker: Actor,
    held: readings.Held,
    texts: Mapping[int, drafts.Kept],
    objecting: Objecting | None,
) -> dict[str, Any]:
    reader, listing = current_reader(), purchase.listing
    terms = readings.terms_at(held, g.now)
    made = objections.list_open(session, purchase.id) if objections.may_object(asker, purchase) else None
    forms = [objecting] if objecting else _kept_objections(texts)
    return listing_view(listing) | {
        "description": description_view(listing.description, terms, reader),
        "terms": terms_view(terms, purchase, made, asker, reader, forms),
    }


def _exhibit_values(
    session: Session, purchase: Purchase, asker: Actor, texts: Mapping[int, drafts.Kept], filing: Filing | None
) -> dict[str, Any]:
    reader = current_reader()
    if filing is None:
        kept = texts.get(drafts.EXHIBIT)
        wanted = request.args.get("file", "")
        filing = Filing({"shows": kept.text}, restored=True) if kept else None
        filing = Filing({"kind": wanted}) if filing is None and wanted in KINDS else filing
    return {
        "exhibits": exhibit_views(exhibits.shown_of(session, asker, purchase), purchase, asker, reader),
        "filing": filing_view(filing, reader) if may(asker, "uploadExhibit", parties_of(purchase)) else None,
    }


def _dispute_values(session: Session, purchase: Purchase, asker: Actor) -> dict[str, Any]:
    """The newest dispute of the purchase, and whether there can be a (further) one."""
    side, parties = side_of(asker, purchase), parties_of(purchase)
    dispute = last_dispute_of(session, purchase.id)
    running = dispute is not None and dispute.stage != Stage.CLOSED
    talking = running and dispute is not None and dispute.stage == Stage.NEGOTIATION
    case = Case(purchase, dispute) if dispute is not None else None
    sees = case is not None and may(asker, "getDispute", case.parties)
    reader, policy, view = current_reader(), policy_of(purchase), None
    if case and sees:
        view = dispute_view(session, shown(session, asker, case, g.now), asker, reader, g.now)
    return {
        "dispute": view,
        "may_open": side == BUYER and not running and may(asker, "openDispute", parties) and g.now >= purchase.paid_at,
        "may_give": side == SELLER and not running,
        "asks_within": policy.period("buyer_answer", "ends") if side == SELLER and talking else None,
    }


def _moment_asked() -> tuple[datetime | None, str | None]:
    """The moment asked about, or what is wrong with it; neither where none was."""
    typed = request.args.get("on", "")
    if not typed.strip():
        return None, None
    try:
        return read_moment(typed, current_reader()), None
    except InvalidError as refusal:
        return None, sentence_of(refusal)


def _thread_values(session: Session, purchase: Purchase, asker: Actor) -> dict[str, Any]:
    if not may(asker, "listMessages", parties_of(purchase)):
        return NOTHING_TO_READ
    before = whole_number("before")
    marks = messages.read_marks(session, purchase.id)
    mine = marks.get(asker.person_id) if asker.person_id else None
    seen = mine.position if mine else 0
    told = page_for(session, purchase, asker, seen, before)
    first, last = (told[0].message.position, told[-1].message.position) if told else (1, purchase.last_position)
    here = url_for("purchases.show", external_id=purchase.external_id)
    return {
        "may_read": True,
        "messages": message_views(session, told, purchase, asker, marks, side_of(asker, purchase), current_reader()),
        "first_unread": first_unread(told, asker, seen),
        "older_url": f"{here}?before={first}#correspondence" if first > 1 else None,
        "newer_url": f"{here}#correspondence" if last < purchase.last_position else None,
        "seen": seen,
    }


def _kept_objections(texts: Mapping[int, drafts.Kept]) -> list[Objecting]:
    kept = {field: texts.get(place) for field, place in drafts.OBJECTIONS.items()}
    return [Objecting(field, text.text, restored=True) for field, text in kept.items() if text]


def _kept_text(texts: Mapping[int, drafts.Kept]) -> Composer:
    kept = texts.get(0)
    return Composer(kept.text, kept.marked, kept.marked, restored=True) if kept else Composer()
