"""Files of more than one batch: another process reads ahead, and nothing else changes by that."""

import io
import multiprocessing
import os
import signal
import sqlite3
from collections import Counter
from contextlib import closing
from uuid import UUID

import pytest
from sqlalchemy import func, select

from arbitration.cli.importing import ahead, batches
from arbitration.cli.importing.ahead import ReadyBatches
from arbitration.cli.importing.opening import reader_of
from arbitration.cli.importing.rows import FileRow, UnusableFileError
from arbitration.cli.importing.running import Run
from arbitration.cli.importing.wire import Receiver, Sender
from arbitration.domain.actors import Actor, Role
from arbitration.domain.docket import GENESIS, Entry, instant, join
from arbitration.domain.searching import searchable
from arbitration.models import DocketEntry, Listing, Person, Purchase, Seller
from arbitration.schemas.plain_purchases import ListingAgain
from arbitration.services.imports import Known, known_in_act, take_in
from tests.moments import NOW
from tests.support.marketplace import as_json_lines, as_table, exported

OPERATOR = Actor(role=Role.OPERATOR)


def many(count):
    rows = exported()
    return [rows[n % 240] | {"external_id": f"N{n:07d}"} for n in range(count)]


def file_rows(data):
    return reader_of(io.BufferedReader(io.BytesIO(data)), "export", None).rows(0, 0)


def with_faults(count):
    """Rows of which every ninth has a fault, and lines that are no rows."""
    rows = [row | ({"quantity": 0} if n % 9 == 0 else {}) for n, row in enumerate(many(count))]
    return as_json_lines(rows[:700]) + b"nonsense\n\n" + as_json_lines(rows[700:])


@pytest.mark.parametrize("data", [with_faults(2600), as_table(many(2600))], ids=["lines", "table"])
def test_what_another_process_reads_is_what_this_one_would(monkeypatch, data):
    monkeypatch.setattr(ahead, "_has_room", lambda: True)
    apart = list(ReadyBatches(file_rows(data)))
    monkeypatch.setattr(ahead, "_has_room", lambda: False)
    here = list(ReadyBatches(file_rows(data)))
    rows = [without_search_text(row) for batch in here for row in batch.rows]
    assert [without_search_text(row) for batch in apart for row in batch.rows] == rows
    assert [line for batch in apart for line in batch.lines] == [line for batch in here for line in batch.lines]
    assert [(b.offset, b.end_line) for b in apart][-1] == [(b.offset, b.end_line) for b in here][-1]


def without_search_text(row):
    listing = getattr(row, "listing", None)
    return row._replace(listing=(told(listing))._replace(search_text=None)) if listing else row


def told(listing):
    return listing.told() if isinstance(listing, ListingAgain) else listing


def test_what_many_rows_share_is_sent_once():
    batch = batches.next_batch(file_rows(as_json_lines(exported())), 240)
    sender, receiver = Sender(), Receiver()
    first, again = sender.pack(batch), sender.pack(batch)
    words = batch.rows[0].listing.title.encode()
    assert (first.count(words), again.count(words)) == (1, 0)
    for row, later in zip(receiver.unpack(first).rows, receiver.unpack(again).rows, strict=True):
        assert row.listing.search_text == searchable(row.listing.title, row.listing.description)
        assert told(later.listing) == row.listing
        assert later.seller == row.seller


@pytest.mark.parametrize(("limit", "most"), [("MOST_LISTINGS", 20), ("MOST_BYTES", 9_000), ("MOST_SELLERS", 20)])
def test_after_many_listings_or_shops_they_are_sent_anew(monkeypatch, limit, most):
    monkeypatch.setattr(Sender, limit, most)
    sender, receiver = Sender(), Receiver()
    read = [row for batch in batches.batches(file_rows(as_json_lines(many(900)))) for row in batch.rows]
    sent = [sender.pack(batch) for batch in batches.batches(file_rows(as_json_lines(many(900))))]
    rows = [row for packed in sent for row in receiver.unpack(packed).rows]
    assert [told(row.listing).digest for row in rows] == [row.listing.digest for row in read]
    assert [told(row.listing)[:6] for row in rows] == [told(row.listing)[:6] for row in read]
    assert [row.seller for row in rows] == [row.seller for row in read]


def test_a_batch_of_long_rows_is_a_short_one(monkeypatch):
    monkeypatch.setattr(batches, "MOST_BYTES", 20_000)
    sizes = [len(batch.rows) for batch in batches.batches(file_rows(as_json_lines(exported())))]
    assert sum(sizes) == 240
    assert max(sizes) < 60


def endless(fault):
    yield from (FileRow(n, n, n, row) for n, row in enumerate(many(1700), 1))
    fault()


def test_a_fault_of_the_file_is_told_as_if_it_were_read_here(monkeypatch):
    def broken():
        raise OSError(5, "the disk is gone")

    monkeypatch.setattr(ahead, "_has_room", lambda: True)
    with pytest.raises(OSError, match="the disk is gone"):
        list(ReadyBatches(endless(broken)))


def test_a_reader_that_is_killed_ends_the_import(monkeypatch):
    monkeypatch.setattr(ahead, "_has_room", lambda: True)
    with pytest.raises(UnusableFileError, match="ended from outside"):
        list(ReadyBatches(endless(lambda: os.kill(os.getpid(), signal.SIGKILL))))


def test_a_reader_that_is_killed_in_the_middle_of_a_batch_ends_it_in_the_same_words(monkeypatch):
    monkeypatch.setattr(ahead, "_has_room", lambda: True)
    going = ReadyBatches(file_rows(as_json_lines(many(6000))))
    next(going)  # of the rest nothing is taken, so the reader waits with a batch half told
    assert going._receiving.poll(20)
    (reader,) = multiprocessing.active_children()
    os.kill(reader.pid, signal.SIGKILL)
    with pytest.raises(UnusableFileError, match="ended from outside"):
        list(going)


def test_an_import_that_is_given_up_leaves_no_process_behind(monkeypatch):
    monkeypatch.setattr(ahead, "_has_room", lambda: True)
    going = ReadyBatches(file_rows(as_json_lines(many(6000))))
    next(going), next(going)
    assert multiprocessing.active_children()
    going.close()
    assert not multiprocessing.active_children()


def test_while_a_file_comes_slowly_others_can_write(work, app, monkeypatch):
    monkeypatch.setattr(ahead, "_has_room", lambda: True)
    goes_on, nobody_came = (multiprocessing.get_context("fork").Event() for _ in range(2))

    class Slow:
        def rows(self, _offset, _line):
            yield from (FileRow(n, n, n, row) for n, row in enumerate(many(1700), 1))
            if not goes_on.wait(10):
                nobody_came.set()

    with app.app_context():
        going = iter(Run(Slow(), None, "-", False))
        assert [told[-1].line for told in (next(going), next(going))] == [500, 1000]
        assert not nobody_came.is_set()
        with work() as session:
            assert session.scalar(select(func.count()).select_from(Purchase)) == 1000
        goes_on.set()
        assert [told[-1].line for told in going] == [1700]


def test_one_batch_or_many_leave_the_same_behind(work):
    """Rows that change one another's people, taken in at once: as they would be one after the other."""
    rows = many(300)
    for n, row in enumerate(rows):
        if n % 3 == 0:
            row["seller"] = row["seller"] | {"language": ("en", "fr", "pl")[n % 9 // 3], "name": f"Shop {n % 5}"}
        if n % 4 == 0:
            row["buyer"] = row["buyer"] | {"email": exported()[n % 7]["seller"]["email"], "language": "uk"}
    with work() as session:
        told = take_in(session, OPERATOR, rows, NOW)
        at_once = contents(session)
        session.rollback()
    one_by_one = []
    for row in rows:
        with work() as session:
            one_by_one += take_in(session, OPERATOR, [row], NOW)
    assert [tuple(row) for row in one_by_one] == [tuple(row) for row in told]
    assert Counter(row.result for row in told).keys() >= {"created", "refused"}
    with work() as session:
        assert contents(session) == at_once


def contents(session):
    """All that an import writes, without ids."""
    seller_of = select(Purchase.external_id, Seller.external_id, Person.email, Listing.digest, Purchase.said_digest)
    seller_of = seller_of.join(Purchase.seller).join(Purchase.buyer).join(Purchase.listing)
    people = select(Person.email, Person.written_as, Person.name, Person.language, Person.stated_language)
    people = people.add_columns(Person.time_zone, Person.stated_time_zone, Person.search_text)
    sellers = select(Seller.external_id, Seller.name, Seller.language, Seller.time_zone, Seller.search_text)
    listings = select(Listing.external_id, Listing.title, Listing.description, Listing.search_text)
    return [sorted(map(repr, session.execute(query))) for query in (seller_of, people, sellers, listings)]


def test_first_entries_are_what_the_docket_would_write(work):
    with work() as session:
        take_in(session, Actor(UUID(int=7), Role.OPERATOR), exported(), NOW)
    with work() as session:
        assert session.scalar(select(func.count()).select_from(Purchase)) == 240
        query = select(Purchase, DocketEntry).join(DocketEntry, DocketEntry.chain_id == Purchase.id)
        for purchase, entry in session.execute(query):
            link = join(purchase.id, 0, GENESIS, Entry(entry.kind, NOW, UUID(int=7), facts_of(purchase)))
            assert (entry.body, entry.hash, entry.at) == (link.body, link.hash, link.at)


def facts_of(purchase):
    policy = purchase.policy
    return {
        "external_id": purchase.external_id,
        "batch": str(purchase.batch_id),
        "buyer": str(purchase.buyer_id),
        "seller": str(purchase.seller_id),
        "seller_person": str(purchase.seller.person_id),
        "listing": purchase.listing.digest,
        "amount": purchase.amount,
        "currency": purchase.currency,
        "quantity": purchase.quantity,
        "payment_started_at": instant(purchase.payment_started_at),
        "paid_at": instant(purchase.paid_at),
        "delivered_at": instant(purchase.delivered_at) if purchase.delivered_at else None,
        "policy": {"id": policy.name, "version": policy.version, "sha256": policy.sha256},
    }


def test_batches_of_one_act_leave_the_same_behind_as_acts_of_their_own(work):
    """What one batch learned of shops and people serves the next, and what it changed of them is told once."""
    rows = many(240)
    for n, row in enumerate(rows):
        row["seller"] = row["seller"] | {"name": f"Shop {n // 60}", "language": ("en", "pl")[n // 120]}
        row["buyer"] = row["buyer"] | {"email": exported()[n % 5]["buyer"]["email"], "name": f"Buyer {n // 80}"}
    parts = [rows[:60], rows[60:120], rows[100:200], rows[200:]]
    with work() as session:
        known = known_in_act(session)
        together = [take_in(session, OPERATOR, part, NOW, known=known) for part in parts]
        told, at_once = told_of(session), contents(session)
        session.rollback()
    apart = []
    for part in parts:
        with work() as session:
            apart.append(take_in(session, OPERATOR, part, NOW))
    assert [list(map(tuple, results)) for results in together] == [list(map(tuple, results)) for results in apart]
    with work() as session:
        assert (told_of(session), contents(session)) == (told, at_once)
        assert told["seller.updated"] > 0


def test_what_one_act_learned_serves_the_next_until_somebody_else_writes(app, work):
    with work() as session:
        known = known_in_act(session)
        if session.get_bind().dialect.name == "postgresql":
            assert known is None  # others may write while an act goes on
            return
        take_in(session, OPERATOR, many(5), NOW, known=known)
    with work() as session:
        assert known_in_act(session, known) is known
    with closing(sqlite3.connect(app.config["SETTINGS"].database_file)) as other:
        other.execute("UPDATE people SET name = 'Somebody Else'")
        other.commit()
    with work() as session:
        assert known_in_act(session, known) is not known


def test_what_is_forgotten_is_looked_up_again(work, monkeypatch):
    monkeypatch.setattr(Known, "MOST_PEOPLE", 3)
    monkeypatch.setattr(Known, "MOST_LISTINGS", 3)
    rows, known = many(240), None
    for start in range(0, 240, 40):
        with work() as session:
            known = known_in_act(session, known)
            taken = take_in(session, OPERATOR, rows[start : start + 40], NOW, known=known)
            assert {result.result for result in taken} == {"created"}
    with work() as session:
        addresses = {row[side]["email"].lower() for row in rows for side in ("buyer", "seller")}
        assert session.scalar(select(func.count()).select_from(Person)) == len(addresses)
        shops = {row["seller"]["external_id"] for row in rows}
        assert session.scalar(select(func.count()).select_from(Seller)) == len(shops)


def test_a_listing_whose_first_row_was_refused_comes_in_with_a_later_one(work, monkeypatch):
    monkeypatch.setattr(ahead, "_has_room", lambda: True)
    rows = many(1200)
    told_once = {"listing": rows[0]["listing"] | {"title": "A harp of 47 strings"}}
    rows[600] |= told_once | {"seller": rows[600]["seller"] | {"email": "stranger@example.org"}}
    rows[1100] |= told_once
    results = []
    for batch in ReadyBatches(file_rows(as_json_lines(rows))):
        with work() as session:
            results += take_in(session, OPERATOR, batch.rows, NOW)
    assert [n for n, result in enumerate(results) if result.result == "refused"] == [600]
    with work() as session:
        purchase = session.scalars(select(Purchase).where(Purchase.external_id == "N0001100")).one()
        assert purchase.listing.title == "A harp of 47 strings"
        assert purchase.listing.description == rows[0]["listing"]["description"]
        assert purchase.listing.search_text == searchable(purchase.listing.title, purchase.listing.description)


def told_of(session):
    """How often the docket tells of what."""
    return Counter(session.scalars(select(DocketEntry.kind)))
