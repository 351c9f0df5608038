"""What pages are measured against: bare Flask, and bare views of the same rows, on the same server.

    python -m benchmarks.bare

The bare views are what somebody would write who wants to show the same rows and no more: a cookie is looked up, the
rows are loaded by Flask-SQLAlchemy with the project's own models, and a plain template writes them. They know nothing
of permissions, languages, verdicts, or what may be done next.
"""

from functools import cache
from typing import Any

from flask import Flask, current_app, request
from jinja2 import Template
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from arbitration import config
from arbitration.cli.serving import Serving, address_of, listen, signals_blocked
from arbitration.db import db, engine_options
from arbitration.domain.actors import Actor, Role
from arbitration.models import (
    DeadlineRow,
    Dispute,
    Exhibit,
    KeptText,
    ListingReading,
    Message,
    MessageVersion,
    Offer,
    Person,
    Purchase,
    ReadMark,
)
from arbitration.services.frame import frame_of
from arbitration.services.sides import shops_of
from benchmarks import bare_acts
from benchmarks.bare_loading import purchase_of, signed_in

PAGE = """<!doctype html><title>{{ purchase.listing.title }}</title><p>{{ person.name }}
<h1>{{ purchase.listing.title }}</h1><p>{{ purchase.listing.description }}
<p>{{ purchase.buyer.name }} {{ purchase.seller.name }} {{ purchase.amount }} {{ purchase.currency }}
{{ purchase.paid_at }}
<p>{{ reading.reading }}
{% if dispute %}<p>{{ dispute.stage }} {{ dispute.reason }} {{ dispute.requested }} {{ dispute.opened_at }}
{% for row in deadlines %}<p>{{ row.kind }} {{ row.due_at }}{% endfor %}{% endif %}
{% for message, words in thread %}<article id="m{{ message.position }}"><h2>{{ message.author.name }}</h2>
<time>{{ message.posted_at }}</time><div>{{ words }}</div></article>
{% endfor %}<form method="post"><textarea name="text"></textarea><button>Send</button></form>"""

LIST = """<!doctype html><title>Purchases</title><p>{{ person.name }}<p>{{ unread }}
<ul>{% for purchase, last, words in rows %}<li>
<a href="/purchases/{{ purchase.external_id }}">{{ purchase.listing.title }}</a> {{ purchase.seller.name }}
{{ purchase.buyer.name }} {{ purchase.amount }} {{ purchase.currency }} {{ purchase.paid_at }}
{% if last %}{{ last.posted_at }} {{ words }}{% endif %}{% endfor %}</ul>"""

QUEUE = """<!doctype html><title>Cases</title><p>{{ person.name }}
<ul>{% for dispute in rows %}<li><a href="/cases/{{ dispute.id }}">{{ dispute.purchase.listing.title }}</a>
{{ dispute.purchase.seller.name }} {{ dispute.purchase.buyer.name }} {{ dispute.stage }} {{ dispute.reason }}
{{ dispute.next_due_at }} {{ dispute.opened_at }}{% endfor %}</ul>"""


@cache
def _compiled(template: str) -> Template:
    return current_app.jinja_env.from_string(template)


def _written(template: str, **values: Any) -> str:
    return _compiled(template).render(values)


def application() -> Flask:
    settings = config.load()
    app = Flask("bare")
    app.config.from_mapping(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        REFUND_TERMS=settings.refund_terms,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
    )
    db.init_app(app)
    app.add_url_rule("/hello", view_func=lambda: "Hello")
    app.add_url_rule("/purchases/<name>", view_func=show)
    app.add_url_rule("/purchases", view_func=purchases)
    app.add_url_rule("/cases", view_func=cases)
    app.add_url_rule("/disputes", view_func=disputes)
    app.add_url_rule("/purchases/<name>/messages", view_func=bare_acts.post, methods=["POST"])
    app.add_url_rule("/purchases/<name>/dispute/new", view_func=bare_acts.open_dispute, methods=["POST"])
    return app


def _unread(person: Person) -> int:
    return sum(side.unread for side in frame_of(db.session(), Actor(person.id, Role.PARTY)).sides.values())


def show(name: str) -> str:
    person = signed_in()
    purchase = purchase_of(name, person)
    told = (
        select(Message, MessageVersion.text)
        .join(MessageVersion, (MessageVersion.message_id == Message.id) & (MessageVersion.number == Message.versions))
        .where(Message.purchase_id == purchase.id)
        .options(joinedload(Message.author))
        .order_by(Message.position.desc())
        .limit(50)
    )
    thread = db.session.execute(told).all()[::-1]
    reading = db.session.get(ListingReading, purchase.listing_id)
    db.session.scalars(select(ReadMark).where(ReadMark.purchase_id == purchase.id)).all()
    db.session.scalars(select(Exhibit).where(Exhibit.purchase_id == purchase.id)).all()
    db.session.scalars(select(KeptText).where(KeptText.external_id == name)).all()
    disputes = db.session.scalars(select(Dispute).where(Dispute.purchase_id == purchase.id)).all()
    deadlines: Any = ()
    if disputes:
        of = disputes[-1].id
        deadlines = db.session.scalars(select(DeadlineRow).where(DeadlineRow.dispute_id == of)).all()
        db.session.scalars(select(Offer).where(Offer.dispute_id == of)).all()
    _unread(person)
    return _written(
        PAGE,
        person=person,
        purchase=purchase,
        reading=reading,
        dispute=disputes[-1] if disputes else None,
        deadlines=deadlines,
        thread=thread,
    )


def purchases() -> str:
    person = signed_in()
    shops = shops_of(db.session(), person.id)
    sells = "seller" in request.query_string.decode()
    last = (Message.purchase_id == Purchase.id) & (Message.position == Purchase.last_position)
    wording = (MessageVersion.message_id == Message.id) & (MessageVersion.number == Message.versions)
    query = (
        select(Purchase, Message, MessageVersion.text)
        .outerjoin(Message, last)
        .outerjoin(MessageVersion, wording)
        .where(Purchase.seller_id == shops[0] if sells else Purchase.buyer_id == person.id)
        .options(joinedload(Purchase.listing), joinedload(Purchase.seller), joinedload(Purchase.buyer))
        .order_by(Purchase.active_at.desc(), Purchase.id.desc())
        .limit(25)
    )
    rows = db.session.execute(query).all()
    ids = [row[0].id for row in rows]
    db.session.scalars(select(Dispute).where(Dispute.purchase_id.in_(ids), Dispute.stage != "closed")).all()
    return _written(LIST, person=person, rows=rows, unread=_unread(person))


_OF_A_CASE = (
    joinedload(Dispute.purchase).joinedload(Purchase.listing),
    joinedload(Dispute.purchase).joinedload(Purchase.buyer),
    joinedload(Dispute.purchase).joinedload(Purchase.seller),
)


def cases() -> str:
    person = signed_in()
    query = select(Dispute).where(
        Dispute.stage.in_(("arbitration", "appeal")),
        or_(Dispute.arbiter_id == person.id, Dispute.arbiter_id.is_(None)),
    )
    query = query.options(*_OF_A_CASE).order_by(Dispute.next_due_at, Dispute.id).limit(20)
    return _written(QUEUE, person=person, rows=db.session.scalars(query).all())


def disputes() -> str:
    person = signed_in()
    bought = select(Purchase.id).where(Purchase.buyer_id == person.id)
    query = select(Dispute).where(Dispute.purchase_id.in_(bought), Dispute.stage != "closed")
    query = query.options(*_OF_A_CASE).order_by(func.coalesce(Dispute.next_due_at, Dispute.opened_at)).limit(25)
    rows = db.session.scalars(query).all()
    ids = [row.id for row in rows]
    db.session.scalars(select(DeadlineRow).where(DeadlineRow.dispute_id.in_(ids))).all()
    _unread(person)
    return _written(QUEUE, person=person, rows=rows)


def main() -> None:
    app = application()
    bound = listen("127.0.0.1", 0)
    with signals_blocked():
        serving = Serving(app, bound, 2)
    serving.run(lambda: print(f"Serving at {address_of(bound)}.", flush=True))


if __name__ == "__main__":
    main()
