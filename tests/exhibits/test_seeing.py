"""Who sees what of an exhibit: its filer and the case's arbiter the original, everybody else a cleaned version."""

import hashlib
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from arbitration.models import DocketEntry, ExhibitView
from tests.api.conftest import Caller, said
from tests.exhibits import making
from tests.support.shop import BUYER, SELLER, Work

Send = Callable[..., Any]


@pytest.fixture
def content(caller: Callable[[str], Caller], purchase: str) -> Callable[..., Any]:
    def get(who: str, number: str = "E1", part: str = "", **headers: str) -> Any:
        asked = f"?part={part}" if part else ""
        return caller(who).get(f"/purchases/{purchase}/exhibits/{number}/content{asked}", **headers)

    return get


def test_the_other_side_gets_a_picture_without_what_the_camera_wrote(send: Send, content: Callable[..., Any]) -> None:
    data = making.picture("JPEG")
    said(send(data, "IMG_2041.jpg"), 201)
    own, others = content("buyer"), content("seller")
    assert (own.data, own.mimetype) == (data, "image/jpeg")
    assert making.SECRET.encode() in own.data
    assert making.SECRET.encode() not in others.data
    with Image.open(io.BytesIO(others.data)) as shown:
        assert shown.size == (200, 320)
        assert not shown.getexif()
    assert content("seller", part="original").status_code == 404
    assert content("buyer", part="original").data == data
    assert content("seller", part="../original").status_code == 404


def test_the_other_side_gets_a_video_that_plays_and_says_nothing_of_where(
    send: Send, content: Callable[..., Any]
) -> None:
    said(send(making.video("mov"), "VID_1.mov", "video"), 201)
    others = content("seller")
    assert others.mimetype == "video/mp4"
    assert not any(mark.encode() in others.data for mark in (making.SECRET, making.PLACE))
    assert content("seller", part="thumb").mimetype == "image/jpeg"


def test_the_other_side_gets_the_pages_of_a_document_as_pictures(send: Send, content: Callable[..., Any]) -> None:
    said(send(making.document(2), "paper.pdf", "document"), 201)
    assert content("seller").mimetype == "image/jpeg"
    assert content("seller", part="page-2").status_code == 200
    assert content("seller", part="page-3").status_code == 404
    own = content("buyer")
    assert own.mimetype == "application/pdf"
    assert own.headers["Content-Disposition"].startswith("attachment")


def test_nothing_that_is_sent_can_run(send: Send, content: Callable[..., Any]) -> None:
    said(send(b"<b>10:07</b> refused\n", "вход.log", "log"), 201)
    answer = content("seller")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"].startswith("private")
    own = content("buyer").headers["Content-Disposition"]
    assert own.startswith("attachment")
    assert "filename*=UTF-8''%D0%B2%D1%85%D0%BE%D0%B4.log" in own


def test_a_part_of_a_file_can_be_asked_for(send: Send, content: Callable[..., Any]) -> None:
    data = making.video()
    said(send(data, "a.mp4", "video"), 201)
    whole = content("buyer")
    tag = whole.headers["ETag"]
    assert tag == f'"{hashlib.sha256(data).hexdigest()}"'
    part = content("buyer", Range="bytes=5-9")
    assert (part.status_code, part.data) == (206, data[5:10])
    assert part.headers["Content-Range"] == f"bytes 5-9/{len(data)}"
    assert content("buyer", Range="bytes=-4").data == data[-4:]
    assert content("buyer", Range="bytes=5-9", If_Range=tag).status_code == 206
    assert content("buyer", Range="bytes=5-9", If_Range='"another"').data == data
    assert content("buyer", If_None_Match=tag).status_code == 304
    beyond = content("buyer", Range=f"bytes={len(data)}-")
    assert said(beyond, 416)["type"] == "/api/docs#range"
    assert beyond.headers["Content-Range"] == f"bytes */{len(data)}"


def test_a_text_is_shown_as_it_was_filed_with_its_first_empty_lines_and_spaces(
    send: Send, signed_in: Callable[[str], Any], purchase: str
) -> None:
    text = "\n\n  Error 17\n    at line 3\n"
    said(send(text.encode(), "log.txt", "document"), 201)
    page = signed_in(SELLER).get(f"/purchases/{purchase}/exhibits/E1").text
    (shown,) = re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.S)
    assert shown.removeprefix("\n") == text  # as browsers do


@pytest.mark.parametrize("asked", ["bytes=0-1,3-4", "items=0-1", "bytes=" + ",".join(["0-9"] * 500)])
def test_parts_that_are_asked_for_in_another_way_are_not_given_the_whole_is(
    send: Send, content: Callable[..., Any], asked: str
) -> None:
    data = making.picture()
    said(send(data, "a.png"), 201)
    answer = content("buyer", Range=asked)
    assert (answer.status_code, answer.data) == (200, data)


@pytest.mark.parametrize("header", [{"Sec_Purpose": "prefetch"}, {"If_Match": '"another"'}])
def test_nobody_sees_an_exhibit_without_being_noted(
    send: Send,
    content: Callable[..., Any],
    signed_in: Callable[[str], Any],
    purchase: str,
    work: Work,
    header: dict[str, str],
) -> None:
    said(send(making.picture(), "a.png", shows="Error 17"), 201)
    answer = content("seller", **header)
    assert (answer.status_code in (412, 503), answer.data) == (True, b"")
    told = {name.replace("_", "-"): value for name, value in header.items()}
    page = signed_in(SELLER).get(f"/purchases/{purchase}/exhibits/E1", headers=told)
    with work() as session:
        seen = session.query(ExhibitView).count()
    assert (page.status_code, seen) == ((503, 0) if "Sec_Purpose" in header else (200, 1))


@pytest.mark.parametrize("harm", ["gone", "cut"])
def test_a_file_that_is_not_as_it_was_filed_is_not_shown_and_nobody_is_noted(
    send: Send,
    content: Callable[..., Any],
    signed_in: Callable[[str], Any],
    purchase: str,
    folder: Path,
    work: Work,
    harm: str,
) -> None:
    said(send(b"10:07 refused", "a.log", "log"), 201)
    for path in [*folder.glob("*/original"), *folder.glob("*/clean")]:
        path.unlink() if harm == "gone" else path.write_bytes(b"10:07")
    assert content("buyer").status_code == content("seller").status_code == 500
    if harm == "gone":
        page = signed_in(SELLER).get(f"/purchases/{purchase}/exhibits/E1")
        assert (page.status_code, "10:07" in page.text) == (200, False)
    with work() as session:
        assert session.query(ExhibitView).count() == 0


def test_strangers_are_told_that_there_is_nothing(
    send: Send, content: Callable[..., Any], caller: Callable[[str], Caller], purchase: str
) -> None:
    said(send(making.picture(), "at my home.png", shows="My desk"), 201)
    missing = content("stranger", "E2")
    for who in ("stranger", "arbiter"):
        assert content(who).data == missing.data
        assert caller(who).get(f"/purchases/{purchase}/exhibits/E1").data == missing.data
    assert {content("seller", number).status_code for number in ("E2", "E0", "1", "E1x", "e1")} == {404}
    assert content("operator").status_code == 403
    told = said(caller("operator").get(f"/purchases/{purchase}/exhibits/E1"), 200)
    assert (told["original"], told["shows"], told["name"]) == (False, None, "E1.png")


def test_it_is_noted_once_who_was_shown_it(
    send: Send, content: Callable[..., Any], caller: Callable[[str], Caller], purchase: str, work: Work
) -> None:
    said(send(making.picture(), "a.png"), 201)
    content("buyer")
    content("seller", part="thumb")
    said(caller("seller").get(f"/purchases/{purchase}/exhibits/E1"), 200)
    with work() as session:
        assert session.query(ExhibitView).count() == 0
    content("seller")
    content("seller")
    shown = said(caller("buyer").get(f"/purchases/{purchase}/exhibits/E1"), 200)["shown_to"]
    assert [view["role"] for view in shown] == ["seller"]
    with work() as session:
        assert session.query(DocketEntry).filter_by(kind="exhibit.shown").count() == 1


def test_pages_show_the_exhibit_and_who_has_been_shown_it(
    send: Send, purchase: str, signed_in: Callable[[str], Any]
) -> None:
    said(send(making.picture(), "a.png", shows="Error <b>17</b>"), 201)
    said(send(b"10:07 refused <script>\n", "a.log", "log"), 201)
    buyer, seller = signed_in(BUYER), signed_in(SELLER)
    listed = seller.get(f"/purchases/{purchase}").text
    assert "Error &lt;b&gt;17&lt;/b&gt;" in listed
    assert f"/purchases/{purchase}/exhibits/E1/content?part=thumb" in listed
    assert "Shown to nobody else yet." in buyer.get(f"/purchases/{purchase}/exhibits/E1").text
    page = seller.get(f"/purchases/{purchase}/exhibits/E1")
    assert "Download the original" not in page.text
    assert seller.get(f"/purchases/{purchase}/exhibits/E1/content?part=page-1").mimetype == "image/jpeg"
    assert "Shown to <bdi" in buyer.get(f"/purchases/{purchase}/exhibits/E1").text
    assert "10:07 refused &lt;script&gt;" in seller.get(f"/purchases/{purchase}/exhibits/E2").text
    assert seller.get(f"/purchases/{purchase}/exhibits/E3").status_code == 404
