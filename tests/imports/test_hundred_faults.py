"""A file with a hundred kinds of fault: a line for each row says where it is wrong and what is wanted there."""

import copy
import json
import re

from tests.imports.test_bad_rows import BAD, spoiled
from tests.support.processes import call, environment
from tests.support.shop import ROW

REQUIRED = [
    *("external_id", "listing", "seller", "buyer", "price", "payment_started_at", "paid_at"),
    *("listing.external_id", "listing.title", "listing.description", "listing.language", "listing.kind"),
    *("seller.external_id", "seller.name", "seller.email", "seller.language", "seller.time_zone"),
    *("buyer.email", "price.amount", "price.currency"),
]
MORE = [
    ("seller", []),
    ("buyer", "marcus@example.com"),
    ("price", "12.50 USD"),
    ("seller.language", "English"),
    ("seller.external_id", "a b"),
    ("seller.name", "bell\x07"),
    ("buyer.language", "xx"),
    ("buyer.email", None),
    ("listing.external_id", "x" * 65),
    ("payment_started_at", "yesterday"),
]
NO_PURCHASES = {
    b"[]": "$",
    b"7": "$",
    b'"row"': "$",
    b"null": "$",
    b"{": "$",
    b"nonsense": "$",
    b'{"external_id": "A" "B"}': "$",
    b'{"external_id": "\xff"}': "$",
    b'{"quantity": NaN}': "$",
    b"[" * 5_000: "$",
    b'{"external_id": "' + b"x" * 1_100_000 + b'"}': "$",
    b'{"external_id": "A", "external_id": "B"}': "external_id",
    b'{"price": {"amount": "1.00", "amount": "2.00"}}': "price.amount",
}


def without(path):
    row = copy.deepcopy(ROW)
    *places, name = path.split(".")
    place = row
    for each in places:
        place = place[each]
    del place[name]
    return row


def rows():
    """A hundred lines of a file, each with a fault of its own, and the path of each."""
    spoilt = [(path, spoiled(path, value)) for path, value in [*BAD, *MORE]]
    spoilt += [(path, without(path)) for path in REQUIRED]
    lines = [(path, json.dumps(row).encode()) for path, row in spoilt]
    return [*lines, *((path, line) for line, path in NO_PURCHASES.items())]


def test_a_hundred_kinds_of_fault_are_told_in_a_hundred_clear_lines(settings, tmp_path):
    wrong = rows()
    assert len(wrong) == 100
    file = tmp_path / "export.jsonl"
    file.write_bytes(b"\n".join(line for _, line in wrong))
    done = call(environment(settings), "import", str(file))
    assert done.returncode == 3
    assert done.stdout == "100 purchases: 0 created, 0 unchanged, 0 updated, 100 refused.\n"
    told = [line for line in done.stderr.splitlines() if ": refused: " in line]
    assert [told_at(line) for line in told] == [(number, path) for number, (path, _) in enumerate(wrong, 1)]
    for line in told:
        sentence = line.split(": ", 3)[-1]
        assert sentence.isprintable()
        assert len(line) < 400
        assert re.match(r"[A-Z].*[.…]$", sentence), line
        assert not re.search(r"Traceback|Error\b|None|<class|object at|%\(", sentence), line


def told_at(line):
    found = re.match(r"line (\d+)(?:, [^:]*)?: refused: (\S+): ", line)
    return int(found[1]), found[2]
