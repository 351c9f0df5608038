"""Whoever can write to the database, and knows how the docket works, is found out all the same.

The secret of the installation is what a tamperer does not have.
"""

from contextlib import contextmanager

import pytest
from sqlalchemy import delete, select, text, update

from arbitration.db import reading
from arbitration.domain import docket
from arbitration.domain.docket import INSTALLATION, Entry
from arbitration.domain.purchases import LISTING_FIELDS, listing_digest
from arbitration.models import (
    DocketEntry,
    DocketHead,
    Listing,
    Message,
    MessageVersion,
    PolicyVersion,
    Purchase,
    ReadMark,
    Seller,
)
from arbitration.services import messages
from arbitration.services.verification import verify
from tests.moments import NOW

DROPS = {
    "sqlite": [
        "DROP TRIGGER IF EXISTS docket_entries_no_update",
        "DROP TRIGGER IF EXISTS docket_entries_no_replace",
        "DROP TRIGGER IF EXISTS docket_entries_no_delete",
    ],
    "postgresql": ["DROP TRIGGER IF EXISTS docket_entries_no_change ON docket_entries"],
}


@pytest.fixture
def purchase(work, shop):
    """A purchase with a correspondence of three messages, one of them edited and one deleted; and another purchase."""
    shop.purchase()
    name = shop.purchase()
    buyer, seller = shop.buyer, shop.seller
    with work() as session:
        messages.post_message(session, buyer, name, "It does not work.", NOW, reports_problem=True)
        messages.post_message(session, seller, name, "Which message do you see?", NOW)
        messages.edit_message(session, seller, name, 2, "Which error do you see?", NOW)
        messages.post_message(session, buyer, name, "Never mind.", NOW)
        messages.delete_message(session, buyer, name, 3, NOW)
    with work() as session:
        return session.scalars(select(Purchase.id).where(Purchase.external_id == name)).one()


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


@pytest.fixture
def found(app):
    """What the check finds, as lines."""

    def checking():
        with app.app_context(), reading() as session:
            return [str(finding) for finding in verify(session, app.config["SECRET_KEY"])]

    return checking


def entries(session, chain_id):
    query = select(DocketEntry).where(DocketEntry.chain_id == chain_id).order_by(DocketEntry.sequence)
    return list(session.scalars(query))


def rewrite(session, chain_id, bodies):
    """Write a chain anew from these bodies, with hashes that fit, and move its end there; the seal can't be made."""
    head = session.get_one(DocketHead, chain_id)
    for row in entries(session, chain_id):
        session.delete(row)
    session.flush()
    head.hash = docket.GENESIS
    for number, (at, kind, body) in enumerate(bodies, start=1):
        head.hash, head.length = docket.link_hash(head.hash, body), number
        session.add(DocketEntry(chain_id=chain_id, sequence=number, at=at, kind=kind, body=body, hash=head.hash))


def bodies_of(session, chain_id):
    return [(row.at, row.kind, row.body) for row in entries(session, chain_id)]


@pytest.mark.usefixtures("purchase")
def test_an_untouched_installation_is_clean(found):
    assert found() == []


@pytest.mark.usefixtures("purchase")
def test_checking_tells_how_far_it_came(app):
    told = []
    with app.app_context(), reading() as session:
        assert list(verify(session, app.config["SECRET_KEY"], told.append)) == []
        assert sum(told) == len(session.scalars(select(DocketEntry.sequence)).all())


def test_an_edited_body_is_found(purchase, tamper, found):
    with tamper() as session:
        row = entries(session, purchase)[0]
        row.body = row.body.replace('"amount":1250', '"amount":1')
    assert any("entry 1: This entry does not fit its hash" in line for line in found())


@pytest.mark.parametrize(("column", "value"), [("kind", "message.hidden"), ("at", NOW.replace(year=2020))])
def test_an_edited_column_is_found(purchase, tamper, found, column, value):
    with tamper() as session:
        setattr(entries(session, purchase)[1], column, value)
    assert any("entry 2: The columns of this entry say something else" in line for line in found())


@pytest.mark.parametrize("body", ["[]", "null", "{", '{"facts": 7}', "[" * 5000])
def test_a_body_that_is_none_is_found(purchase, tamper, found, body):
    with tamper() as session:
        entries(session, purchase)[1].body = body
    assert found()


def test_an_edit_with_all_hashes_made_anew_breaks_the_seal(purchase, tamper, found):
    with tamper() as session:
        bodies = bodies_of(session, purchase)
        at, kind, body = bodies[0]
        rewrite(session, purchase, [(at, kind, body.replace('"amount":1250', '"amount":1')), *bodies[1:]])
        session.execute(update(Purchase).where(Purchase.id == purchase).values(amount=1))
    lines = found()
    assert any("The seal on the chain's end is broken" in line for line in lines)
    assert any("those that are there now" in line for line in lines)


def test_a_last_entry_taken_away_is_found(purchase, tamper, found):
    with tamper() as session:
        session.delete(entries(session, purchase)[-1])
    assert any("The chain ends here, but it had 6 entries" in line for line in found())


def test_an_entry_taken_out_of_the_middle_is_found(purchase, tamper, found):
    with tamper() as session:
        session.delete(entries(session, purchase)[2])
    assert any("entry 4: An entry before this one is missing" in line for line in found())


def test_two_swapped_entries_are_found(purchase, tamper, found):
    with tamper() as session:
        second, third = entries(session, purchase)[1:3]
        for name in ("body", "kind", "hash"):
            one, other = getattr(second, name), getattr(third, name)
            setattr(second, name, other)
            setattr(third, name, one)
    assert any("entry 2: This entry does not fit its hash" in line for line in found())


def test_a_forged_entry_at_the_end_is_found(purchase, tamper, found):
    with tamper() as session:
        head = session.get_one(DocketHead, purchase)
        link = docket.join(purchase, head.length, head.hash, Entry("message.deleted", NOW, None, {"position": 1}))
        session.add(
            DocketEntry(
                chain_id=purchase, sequence=link.sequence, at=NOW, kind=link.kind, body=link.body, hash=link.hash
            )
        )
    assert any("entry 7: The chain goes on beyond its end, which is entry 6" in line for line in found())


def test_a_forged_entry_with_its_head_breaks_the_seal(purchase, tamper, found):
    with tamper() as session:
        head = session.get_one(DocketHead, purchase)
        link = docket.join(purchase, head.length, head.hash, Entry("made.up", NOW, None, {}))
        session.add(
            DocketEntry(
                chain_id=purchase, sequence=link.sequence, at=NOW, kind=link.kind, body=link.body, hash=link.hash
            )
        )
        head.length, head.hash = link.sequence, link.hash
    assert len(found()) == 1
    assert "The seal" in found()[0]


def test_an_older_head_put_back_is_found(purchase, work, shop, tamper, found):
    buyer = shop.buyer
    with work() as session:
        name = session.get_one(Purchase, purchase).external_id
        head = session.get_one(DocketHead, purchase)
        old = {key: getattr(head, key) for key in ("length", "hash", "seal")}
    with work() as session:
        messages.post_message(session, buyer, name, "One more thing.", NOW)
    with tamper() as session:
        session.execute(update(DocketHead).where(DocketHead.chain_id == purchase).values(**old))
    assert any("The chain goes on beyond its end" in line for line in found())
    with tamper() as session:
        session.delete(entries(session, purchase)[-1])
    assert any("No entry tells of message 4" in line for line in found())


def test_a_purchase_taken_away_with_all_that_tells_of_it_is_found(purchase, tamper, found):
    with tamper() as session:
        ids = session.scalars(select(Message.id).where(Message.purchase_id == purchase)).all()
        for column, values in [
            (MessageVersion.message_id, ids),
            (ReadMark.purchase_id, [purchase]),
            (Message.purchase_id, [purchase]),
            (DocketEntry.chain_id, [purchase]),
            (DocketHead.chain_id, [purchase]),
            (Purchase.id, [purchase]),
        ]:
            session.execute(delete(column.class_).where(column.in_(values)))
    assert any("1 purchases came with this part of an import; 0 of them are left" in line for line in found())


def test_a_chain_taken_away_whole_is_found(purchase, tamper, found):
    with tamper() as session:
        for row in entries(session, purchase):
            session.delete(row)
        session.delete(session.get_one(DocketHead, purchase))
    assert any("There is a purchase, but no chain" in line for line in found())


def test_a_head_taken_away_is_found(purchase, tamper, found):
    with tamper() as session:
        session.delete(session.get_one(DocketHead, purchase))
    assert any("The record of where this chain ends is missing" in line for line in found())


def test_all_entries_taken_away_are_found(purchase, tamper, found):
    with tamper() as session:
        for row in entries(session, purchase):
            session.delete(row)
    assert any("All entries of this chain are missing; it had 6" in line for line in found())


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("amount", 1),
        ("currency", "EUR"),
        ("quantity", 2),
        ("paid_at", NOW),
        ("delivered_at", None),
        ("imported_at", NOW.replace(year=2020)),
        ("external_id", "OTHER"),
        ("buyer_id", select(Seller.person_id).scalar_subquery()),
        ("last_position", 9),
    ],
)
def test_a_purchase_that_differs_from_its_entries_is_found(purchase, tamper, found, column, value):
    with tamper() as session:
        session.execute(update(Purchase).where(Purchase.id == purchase).values({column: value}))
    assert any("is not what this entry says" in line for line in found())


@pytest.mark.usefixtures("purchase")
def test_a_listing_with_another_text_is_found(tamper, found):
    with tamper() as session:
        session.execute(update(Listing).values(description="No warranty at all."))
    assert any(line.startswith("listing 100: The listing's text is not the one that was frozen") for line in found())


@pytest.mark.usefixtures("purchase")
def test_a_listing_with_another_text_and_digest_is_found(tamper, found):
    with tamper() as session:
        listing = session.scalars(select(Listing)).one()
        listing.terms = None
        listing.digest = listing_digest({name: getattr(listing, name) for name in LISTING_FIELDS})
    assert any("The purchase's listing is not what this entry says" in line for line in found())


@pytest.mark.usefixtures("purchase")
def test_another_text_of_the_agreement_is_found(tamper, found):
    with tamper() as session:
        policy = session.scalars(select(PolicyVersion)).one()
        policy.text = policy.text.replace("PT24H", "PT1H")
    assert any(line.startswith("policy agreement 1: The policy's text does not fit") for line in found())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text": "It works well."}, "The text of message 1, version 1, is not the one that was written"),
        ({"salt": bytes(16)}, "The text of message 1, version 1, is not the one that was written"),
        ({"text": "", "salt": b""}, "The text of message 1, version 1, is not the one that was written"),
    ],
)
def test_another_text_of_a_message_is_found(purchase, tamper, found, change, said):
    with tamper() as session:
        first = select(Message.id).where(Message.purchase_id == purchase, Message.position == 1).scalar_subquery()
        session.execute(update(MessageVersion).where(MessageVersion.message_id == first).values(**change))
    assert [line for line in found() if said in line]


@pytest.mark.parametrize(
    ("position", "change", "said"),
    [
        (1, {"author_id": None}, "author"),
        (1, {"author_role": "seller"}, "author's side"),
        (2, {"author_role": "buyer"}, "author's side"),
        (1, {"posted_at": NOW.replace(year=2020)}, "time"),
        (1, {"reports_problem": False}, "mark as a report"),
        (2, {"versions": 1}, "number of versions"),
        (2, {"edited_at": None}, "last change"),
        (1, {"edited_at": NOW}, "last change"),
        (3, {"deleted_at": None}, "deletion"),
        (3, {"deleted_at": NOW.replace(year=2020)}, "deletion"),
        (1, {"deleted_at": NOW}, "deletion"),
    ],
)
def test_a_message_that_differs_from_its_entry_is_found(purchase, tamper, found, position, change, said):
    with tamper() as session:
        message = session.scalars(
            select(Message).where(Message.purchase_id == purchase, Message.position == position)
        ).one()
        if "author_id" in change:
            change = {"author_id": session.scalar(select(Message.author_id).where(Message.position == 2))}
        for name, value in change.items():
            setattr(message, name, value)
    assert [line for line in found() if f"The {said} of message {position} is not what this entry says" in line]


def test_a_message_slipped_in_is_found(purchase, tamper, found):
    with tamper() as session:
        first = session.scalars(select(Message).where(Message.position == 1)).one()
        session.add(
            Message(
                id=INSTALLATION,
                purchase_id=purchase,
                position=4,
                author_id=first.author_id,
                author_role="buyer",
                posted_at=NOW,
                reports_problem=False,
                versions=1,
            )
        )
    assert any("No entry tells of message 4" in line for line in found())


@pytest.mark.usefixtures("purchase")
def test_a_message_taken_away_is_found(tamper, found):
    with tamper() as session:
        ids = session.scalars(select(Message.id).where(Message.position == 2)).all()
        session.execute(delete(MessageVersion).where(MessageVersion.message_id.in_(ids)))
        session.execute(delete(Message).where(Message.id.in_(ids)))
    assert any("entry 3: Message 2 is missing" in line for line in found())


@pytest.mark.usefixtures("purchase")
def test_an_earlier_text_taken_away_is_found(tamper, found):
    with tamper() as session:
        ids = session.scalars(select(Message.id).where(Message.position == 2)).all()
        first = (MessageVersion.message_id.in_(ids), MessageVersion.number == 1)
        session.execute(delete(MessageVersion).where(*first))
    assert any("The text of message 2, version 1, is missing" in line for line in found())


@pytest.mark.usefixtures("purchase")
def test_sign_ins_taken_out_of_the_installations_chain_are_found(tamper, found):
    with tamper() as session:
        session.delete(entries(session, INSTALLATION)[-1])
    assert any(line.startswith("installation, entry") and "it had" in line for line in found())


@pytest.mark.usefixtures("purchase")
def test_another_secret_breaks_every_seal(app):
    with app.app_context(), reading() as session:
        lines = [str(finding) for finding in verify(session, "another secret")]
        heads = len(session.scalars(select(DocketHead.chain_id)).all())
    assert len(lines) == heads
    assert all("seal" in line for line in lines)
