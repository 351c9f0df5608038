"""The words that were read are marked in the listing; the listing itself stays as it was written."""

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from arbitration.i18n import Reader
from arbitration.rules.listings import Quote
from arbitration.web.highlighting import highlighted
from arbitration.web.readings import MARKS, SEVERAL, marks_of

ENGLISH, PERSIAN = Reader("en"), Reader("fa")
KINDS = tuple(MARKS)


def quote(text: str, start: int, end: int) -> Quote:
    return Quote(text[start:end], start, end)


def test_quotes_that_overlap_are_marked_with_all_they_are() -> None:
    text = "30 days warranty with video"
    marks = marks_of(text, [("warranty", quote(text, 0, 16)), ("video_required", quote(text, 8, 27))], ENGLISH)
    assert [(text[m.start : m.end], m.kind) for m in marks] == [
        ("30 days ", "warranty"),
        ("warranty", SEVERAL),
        (" with video", "video_required"),
    ]
    assert "read as the warranty and read as a demand for a video" in marks[1].note


def test_a_quote_that_does_not_stand_in_the_text_marks_nothing() -> None:
    text = "30 days warranty"
    wrong = [Quote("30 days", 1, 8), Quote("x", 90, 91), Quote("", 3, 3), Quote("30", -16, -14)]
    assert marks_of(text, [("warranty", each) for each in wrong], ENGLISH) == []


def test_a_note_speaks_the_language_of_the_page_whatever_the_listing_speaks() -> None:
    text = "گارانتی ۳۰ روز 🎮 <script>"
    (mark,) = marks_of(text, [("warranty", quote(text, 0, 14))], ENGLISH)
    shown = highlighted(text, [mark])
    assert '<span lang="en" dir="ltr">read as the warranty</span>' in shown
    assert "<script>" not in shown
    (mark,) = marks_of(text, [("warranty", quote(text, 0, 14))], PERSIAN)
    assert '<span lang="fa" dir="rtl">' in mark.note


@given(
    st.text(alphabet="ab <&>\n\u202e\u0301🎮ر", min_size=1, max_size=30),
    st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 30), st.integers(0, 30)), max_size=6),
)
def test_whatever_is_marked_the_text_reads_as_it_was_written(text: str, places: list[tuple[str, int, int]]) -> None:
    passages = [(kind, quote(text, min(a, b, len(text)), min(max(a, b), len(text)))) for kind, a, b in places]
    shown = str(highlighted(text, marks_of(text, passages, ENGLISH)))
    plain = re.sub(r'<span class="visually-hidden">.*?</span>\)</span>|<mark [^>]*>|</mark>', "", shown)
    assert "<" not in plain
    assert html.unescape(plain) == text
    marked = {n for _, q in passages for n in range(q.start, q.end)}
    assert len(marked) == sum(len(html.unescape(words)) for words in re.findall(r"<mark [^>]*>(.*?)<span", shown, re.S))
