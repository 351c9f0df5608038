"""What arbiters note for arbiters is found nowhere else, and whoever changes it is found out."""

import json
from collections.abc import Callable
from contextlib import contextmanager
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, text, update

from arbitration.db import reading
from arbitration.domain.actors import Actor, Role
from arbitration.domain.docket import INSTALLATION, notes_chain
from arbitration.domain.refusals import ForbiddenError, NotFoundError
from arbitration.ids import new_id
from arbitration.models import Dispute, DocketEntry, DocketHead, Intent, MessageVersion, Note, Purchase
from arbitration.services import docket, messages
from arbitration.services.disputes import notes, showing
from arbitration.services.staff import ties
from arbitration.services.verification import verify
from tests.disputes.hearing import Hearing, at
from tests.docket.test_tampering import DROPS
from tests.support.shop import SELLER
from tests.workplace.conftest import browser, watch

__all__ = ["browser", "watch"]
Browser = Callable[[Actor], FlaskClient]

SECRET_WORDS = "I doubt the seller's log: the dates look made up."


@pytest.fixture
def found(app):
    def checking():
        with app.app_context(), reading() as session:
            return [str(finding) for finding in verify(session, app.config["SECRET_KEY"])]

    return checking


@pytest.fixture
def tamper(work, backend):
    """``with tamper() as session:`` writes past the triggers."""

    @contextmanager
    def tampering():
        with work() as session:
            for statement in DROPS[backend]:
                session.execute(text(statement))
            yield session

    return tampering


def standing(hearing: Hearing) -> list[object]:
    """All that anybody but an arbiter can learn of, as far as a note could show in it."""
    with hearing.work() as session:
        purchase, dispute = hearing.purchase_row(session), session.get_one(Dispute, hearing.dispute_id)
        return [
            {column.name: getattr(purchase, column.key) for column in Purchase.__table__.columns},
            session.get_one(DocketHead, purchase.id).hash,
            session.scalar(select(DocketHead.hash).where(DocketHead.chain_id == INSTALLATION)),
            [intent.id for intent in session.scalars(select(Intent).order_by(Intent.id))],
            [told.text for told in messages.list_messages(session, hearing.buyer, hearing.purchase)[1]],
            [each.entry.hash for each in docket.list_entries(session, Actor(role=Role.OPERATOR), limit=200)[0]],
            {column.name: getattr(dispute, column.key) for column in Dispute.__table__.columns},
        ]


def test_a_note_is_read_by_arbiters_and_leaves_no_trace_anywhere_else(hearing: Hearing, found) -> None:
    helen, oskar, operator = hearing.taken(25), hearing.arbiter("oskar"), hearing.operator
    before = standing(hearing)
    hearing.do(notes.post, helen, SECRET_WORDS, at(26))
    hearing.do(notes.post, oskar, "So do I.", at(27))
    assert [note.text for note in hearing.do(notes.listed, helen)] == [SECRET_WORDS, "So do I."]
    with pytest.raises(NotFoundError):
        hearing.do(notes.listed, Actor(hearing.seller.person_id, Role.ARBITER))
    for other in (hearing.buyer, hearing.seller, operator):
        for act, said in ((notes.listed, ()), (notes.post, ("Hello?", at(28)))):
            with pytest.raises(ForbiddenError):
                hearing.do(act, other, *said)
    assert standing(hearing) == before
    with hearing.work() as session:
        texts = session.scalars(select(MessageVersion.text)).all()
        bodies = session.scalars(select(DocketEntry.body)).all()
        payloads = [json.dumps(payload) for payload in session.scalars(select(Intent.payload))]
    assert not [each for each in (*texts, *bodies, *payloads) if "made up" in each]
    assert found() == []


def test_a_note_that_was_changed_taken_away_or_slipped_in_is_found(hearing: Hearing, found, tamper) -> None:
    helen = hearing.taken(25)
    hearing.do(notes.post, helen, SECRET_WORDS, at(26))
    with hearing.work() as session:
        session.execute(update(Note).values(text="I trust the seller."))
    assert any("A note is not what this entry says" in line for line in found())
    with hearing.work() as session:
        session.execute(delete(Note))
    assert any("A note is missing" in line for line in found())
    with hearing.work() as session:
        chain = notes_chain(hearing.purchase_row(session).id)
        slipped = Note(
            id=new_id(),
            dispute_id=hearing.dispute_id,
            number=7,
            author_id=helen.person_id,
            written_at=at(26),
            text="Dismiss it.",
            salt=b"0" * 16,
        )
        session.add(slipped)
    assert any("No entry tells of a note" in line for line in found())
    with tamper() as session:
        session.execute(delete(DocketEntry).where(DocketEntry.chain_id == chain))
        session.execute(delete(DocketHead).where(DocketHead.chain_id == chain))
    assert [line for line in found() if line.startswith("notes") and "No entry tells of a note" in line]


@pytest.mark.parametrize("tie", ["the shop's own mail domain", "a tie that was declared"])
def test_an_arbiter_who_is_close_to_a_party_learns_nothing_of_what_arbiters_note(
    hearing: Hearing, browser: Browser, tie: str
) -> None:
    """They can read the case, and can't have it; who has it and finds a tie later still says so in a note."""
    helen = hearing.taken(25)
    hearing.do(notes.post, helen, SECRET_WORDS, at(26))
    close = hearing.arbiter("greta", "example.net") if "domain" in tie else hearing.arbiter("greta")
    if "declared" in tie:
        for arbiter in (close, helen):
            with hearing.work() as session:
                ties.declare(session, arbiter, SELLER, "A friend of the family.", at(26))
    page = browser(close).get(f"/cases/{hearing.dispute_id}")
    assert (page.status_code, SECRET_WORDS in page.text) == (200, False)
    assert "what arbiters note on this case is not for you" in page.text
    assert "Write a note" not in page.text
    with pytest.raises(ForbiddenError, match="tied to one of the parties"):
        hearing.do(notes.listed, close)
    with pytest.raises(ForbiddenError, match="tied to one of the parties"):
        hearing.do(notes.post, close, "Look at it kindly.", at(27))
    assert "postNote" not in {each.name for each in hearing.do(showing.show, close, at(27)).actions}
    assert SECRET_WORDS in unescape(browser(helen).get(f"/cases/{hearing.dispute_id}").text)
    hearing.do(notes.post, helen, "I know them after all, so I hand it over.", at(27))
