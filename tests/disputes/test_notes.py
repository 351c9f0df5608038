"""What arbiters note for arbiters is found nowhere else, and whoever changes it is found out."""

import json
from contextlib import contextmanager

import pytest
from sqlalchemy import delete, select, text, update

from arbitration.db import reading
from arbitration.domain.actors import Actor, Role
from arbitration.domain.docket import INSTALLATION, notes_chain
from arbitration.domain.refusals import ForbiddenError, NotFoundError
from arbitration.ids import new_id
from arbitration.models import Dispute, DocketEntry, DocketHead, Intent, MessageVersion, Note, Purchase
from arbitration.services import docket, messages
from arbitration.services.disputes import notes
from arbitration.services.verification import verify
from tests.disputes.hearing import Hearing, at
from tests.docket.test_tampering import DROPS

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
