"""Everything that operators are told of by mail has a subject and words of its own."""

import re
from pathlib import Path

from arbitration.mail.compose import NOTICES

PACKAGE = Path(__file__).resolve().parents[2]
TOLD = re.compile(r"operators\.tell\(\s*session,[^,]+,\s*\"(\w+)\"")


def test_every_notice_has_a_subject_and_a_heading() -> None:
    sources = (PACKAGE / "arbitration" / "services").rglob("*.py")
    told = {code for source in sources for code in TOLD.findall(source.read_text("utf-8"))}
    headings = (PACKAGE / "templates" / "mail" / "operator_words.html").read_text("utf-8")
    assert len(told) >= 5
    assert told == set(NOTICES) == set(re.findall(r'^  "(\w+)": _\(', headings, re.MULTILINE))
