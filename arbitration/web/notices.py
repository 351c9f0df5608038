"""Notices in the application: what is owed until when, what happens otherwise, and the way to the place."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from arbitration.db import BRIEFLY, db, reading, unit_of_work
from arbitration.domain import deadline_words, event_words
from arbitration.domain.deadlines import Kind
from arbitration.domain.refusals import RefusalError
from arbitration.domain.sides import BUYER, SELLER, SIDES
from arbitration.door import guard
from arbitration.door.reader import current_reader
from arbitration.i18n import Reader
from arbitration.i18n.quotes import apart
from arbitration.rules.marking import N_
from arbitration.services import deadlines, notices
from arbitration.services.news import News, list_news
from arbitration.services.notices import Notice, Unread
from arbitration.web.unread import ask_anew, new_notices, shops_of_viewer
from arbitration.web.views import UNKNOWN_BUYER, house_name

blueprint = Blueprint("notices", __name__)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Way:
    """Where a notice leads: the page, its place on it, and what stands on the button."""

    label: str
    endpoint: str
    anchor: str | None = None


WAYS: Mapping[str, Way] = {
    Kind.SELLER_ANSWER: Way(N_("Write the answer"), "purchases.show", "compose"),
    Kind.BUYER_ANSWER: Way(N_("Write the answer"), "purchases.show", "compose"),
    Kind.OFFER: Way(N_("Look at the offer"), "purchases.show", "dispute"),
    Kind.EXHIBIT_REQUEST: Way(N_("File evidence"), "purchases.show", "file-exhibit"),
    Kind.APPEAL: Way(N_("Look at the ruling"), "purchases.show", "dispute"),
    Kind.REMEDY: Way(N_("Deliver the replacement"), "replacements.deliver"),
    Kind.RULING: Way(N_("Look at the case"), "cases.show"),
    Kind.REFUND: Way(N_("Look at the refund"), "operations.show"),
}
OVERDUE: Mapping[str, str] = {
    Kind.RULING: N_("The time is over, and the operators were told. The ruling is still owed."),
    Kind.REFUND: N_("The time is over, and everybody was told. The refund is still owed."),
}
OF_PURCHASES = ("purchases.show", "replacements.deliver")


@blueprint.get("/notices")
def index() -> str:
    """What waits for the reader, and what happened lately; those that are shown count as read from then on."""
    asker, reader = guard.actor(), current_reader()
    with reading() as session:
        found = notices.list_notices(session, asker)
        shown = [notice_view(each, reader, g.now) for each in found]
        lately = [Line(each) for each in list_news(session, asker, g.now)]
    listed = {each.id for each in found}
    note_shown([each for each in new_ones() if each.deadline_id in listed])
    with reading():
        return render_template("notices/index.html", now=g.now, notices=shown, news=lately, most=notices.MOST)


def new_ones() -> list[Unread]:
    """The notices that the viewer has not been shown; they are asked for only where there are any."""
    if not new_notices():
        return []
    return notices.unread(db.session(), guard.actor(), shops_of_viewer())


def note_shown(shown: list[Unread]) -> None:
    """Mark notices as read. Reading goes on where that can't be written."""
    if not shown or request.method != "GET" or "prefetch" in request.headers.get("Sec-Purpose", ""):
        return
    try:
        with unit_of_work(patience=BRIEFLY) as session:
            notices.mark_read(session, guard.actor(), shown, g.now)
    except (SQLAlchemyError, RefusalError) as error:
        log.warning("the notices shown could not be noted: %s", type(error).__name__)
    ask_anew()


def note_shown_of(external_id: str) -> None:
    """Mark the notices about a purchase as read: its page shows all that they say."""
    note_shown([each for each in new_ones() if each.external_id == external_id])


def notice_view(notice: Notice, reader: Reader, now: datetime) -> dict[str, Any]:
    """A notice as ``templates/notices/index.html`` shows it, in the words of the mails."""
    deadline, way, asked = deadlines.read(notice), WAYS[notice.kind], notice.asked
    if notice.overdue:
        consequence = reader.gettext(OVERDUE[notice.kind])
    else:
        consequence = reader.gettext(deadline_words.consequence(deadline, notice.role))
    sent = [step for step in deadline.steps if step.name in notice.passed]
    return {
        "what": reader.gettext(deadline_words.owed(deadline, notice.role)),
        "due_at": notice.due_at,
        "left": reader.relative(notice.due_at, now),
        "overdue": notice.overdue,
        "owed": bool(notice.owed_by),
        "consequence": consequence,
        "explained": [reader.say(it.msgid, **it.values) for it in deadline_words.explain(deadline)]
        + [reader.say(it.msgid, **it.values) for it in (deadline_words.explain_step(deadline, step) for step in sent)],
        "reminded": bool(sent) and not notice.overdue,
        "new": notice.new,
        "title": notice.title,
        "other_name": _other_name(notice, reader) if notice.role in SIDES else None,
        "external_id": notice.external_id,
        "label": reader.gettext(way.label),
        "asked": asked,
        "url": _address(way, notice, asked),
    }


def _other_name(notice: Notice, reader: Reader) -> str:
    return notice.seller_name if notice.role == BUYER else notice.buyer_name or reader.gettext(UNKNOWN_BUYER)


def _address(way: Way, notice: Notice, asked: str | None) -> str:
    if way.endpoint in OF_PURCHASES:
        kind = "screenshot" if asked == "any" else asked
        return url_for(way.endpoint, external_id=notice.external_id, file=kind, _anchor=way.anchor)
    return url_for(way.endpoint, dispute_id=notice.dispute_id)


@dataclass(frozen=True, slots=True)
class Line:
    """What somebody else did: all that decides what is shown of it (``key``), and what that is (``view``)."""

    key: News

    def view(self) -> dict[str, Any]:
        """The values of ``templates/notices/_line.html``."""
        news, reader = self.key, current_reader()
        headline = event_words.headline(news.kind, by_clock=news.by_clock)
        return {
            "what": reader.say(headline, name=apart(_author(news, reader))),
            "at": news.posted_at,
            "title": news.title,
            "new": news.new,
            "url": url_for("purchases.show", external_id=news.external_id, _anchor=f"m{news.position}"),
        }


def _author(news: News, reader: Reader) -> str:
    if news.author_role == SELLER:
        return news.seller_name
    if news.author_role == BUYER:
        return news.buyer_name or reader.gettext(UNKNOWN_BUYER)
    return house_name(news.author_role, reader)
