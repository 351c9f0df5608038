"""The record, as operators read it."""

import hashlib

from tests.api.conftest import Caller, said

NOUGHTS = "0" * 64


def test_the_hashes_of_a_chain_can_be_checked_by_whoever_reads_it(
    purchase: str, buyer: Caller, operator: Caller
) -> None:
    for text in ("One", "Two"):
        said(buyer.post(f"/purchases/{purchase}/messages", {"text": text}), 201)
    entries, previous = said(operator.get(f"/docket?purchase={purchase}"), 200)["items"], NOUGHTS
    assert [entry["kind"] for entry in entries[1:]] == ["message.posted", "message.posted"]
    for number, entry in enumerate(entries, 1):
        assert (entry["sequence"], entry["purchase"]) == (number, purchase)
        assert hashlib.sha256(f"{previous}\n{entry['body']}".encode()).hexdigest() == entry["hash"]
        previous = entry["hash"]


def test_the_record_comes_whole_in_parts(purchase: str, buyer: Caller, operator: Caller) -> None:
    for text in ("One", "Two"):
        said(buyer.post(f"/purchases/{purchase}/messages", {"text": text}), 201)
    for query in ("", f"&purchase={purchase}"):
        whole = said(operator.get(f"/docket?limit=200{query}"), 200)["items"]
        seen, cursor = [], ""
        while cursor is not None:
            part = said(operator.get(f"/docket?limit=1{query}{cursor}"), 200)
            seen += part["items"]
            cursor = part["next"] and f"&cursor={part['next']}"
        assert seen == whole
    assert len({entry["chain"] for entry in said(operator.get("/docket"), 200)["items"]}) == 2


def test_no_text_and_no_address_is_in_the_record(purchase: str, buyer: Caller, operator: Caller) -> None:
    said(buyer.post(f"/purchases/{purchase}/messages", {"text": "Xylophone"}), 201)
    record = operator.get("/docket?limit=200").text
    assert "Xylophone" not in record
    assert "@" not in record


def test_a_purchase_without_a_chain_is_not_there(operator: Caller) -> None:
    said(operator.get("/docket?purchase=NOSUCHPURCHASE00"), 404)
