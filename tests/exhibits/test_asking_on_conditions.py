"""Browsers ask for a file only if it changed, players for a part of the file that they have: as RFC 9110 orders it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.api.conftest import Caller, said
from tests.exhibits import making
from tests.exhibits.conftest import File

OTHER, LATER = '"another"', format_datetime(datetime.now(UTC) + timedelta(days=1), usegmt=True)
EARLIER = format_datetime(datetime.now(UTC) - timedelta(days=900), usegmt=True)
RANGE = {"Range": "bytes=5-9"}
BEYOND = {"Range": "bytes=999999-"}


@pytest.fixture
def asked(send: File, caller: Callable[[str], Caller], purchase: str) -> Callable[..., Any]:
    """``asked(headers, method)``: ``SAME``, ``WEAK`` and ``CHANGED`` stand for the file's own tag and date."""
    said(send(making.picture(), "a.png"), 201)
    path = f"/purchases/{purchase}/exhibits/E1/content"
    whole = caller("buyer").get(path)
    after = parsedate_to_datetime(whole.headers["Last-Modified"]) + timedelta(hours=1)
    own = {"SAME": whole.headers["ETag"], "CHANGED": whole.headers["Last-Modified"]} | {
        "WEAK": "W/" + whole.headers["ETag"],
        "AFTER": format_datetime(after, usegmt=True),
    }

    def asking(headers: dict[str, str], method: str = "GET") -> Any:
        told = {name.replace("-", "_"): own.get(value, value) for name, value in headers.items()}
        return caller("buyer")(method, path, **told)

    return asking


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-None-Match": "SAME"}, 304),
        ({"If-None-Match": "WEAK"}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": OTHER}, 200),
        ({"If-Modified-Since": "CHANGED"}, 304),
        ({"If-Modified-Since": EARLIER}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
        ({"If-None-Match": OTHER, "If-Modified-Since": LATER}, 200),
        ({"If-None-Match": "SAME", "If-Modified-Since": EARLIER}, 304),
        ({"If-Match": "SAME"}, 200),
        ({"If-Match": "*"}, 200),
        ({"If-Match": "WEAK"}, 412),
        ({"If-Match": OTHER}, 412),
        ({"If-Match": "SAME", "If-None-Match": "SAME"}, 304),
        ({"If-Match": OTHER, "If-None-Match": "SAME"}, 412),
        ({"If-Unmodified-Since": "CHANGED"}, 200),
        ({"If-Unmodified-Since": EARLIER}, 412),
        ({"If-Match": "SAME", "If-Unmodified-Since": EARLIER}, 200),
    ],
)
def test_who_has_the_file_is_told_so_whatever_part_of_it_is_asked_for(
    asked: Callable[..., Any], headers: dict[str, str], status: int
) -> None:
    for method, in_part in (("GET", 206), ("HEAD", 200)):
        whole, part = asked(headers, method), asked(headers | RANGE, method)
        assert (whole.status_code, part.status_code) == (status, in_part if status == 200 else status), method
        if status != 200:
            assert (whole.data, part.data) == (b"", b"")
            assert "Content-Range" not in part.headers
            assert asked(headers | BEYOND, method).status_code == status


@pytest.mark.parametrize(
    ("having", "status"),
    [("SAME", 206), ("CHANGED", 206), (OTHER, 200), ("WEAK", 200), (EARLIER, 200), ("AFTER", 200), ("yesterday", 200)],
)
def test_a_part_is_sent_only_to_who_has_the_rest_of_the_same_file(
    asked: Callable[..., Any], having: str, status: int
) -> None:
    answer = asked(RANGE | {"If-Range": having})
    assert answer.status_code == status
    assert len(answer.data) == (5 if status == 206 else len(making.picture()))
    assert asked(BEYOND | {"If-Range": having}).status_code == (416 if status == 206 else 200)
    assert asked({"If-Range": having}).status_code == 200
    assert asked(RANGE | {"If-Range": having, "If-None-Match": OTHER}).status_code == status


@pytest.mark.parametrize("wanted", ["bytes=9-5", "bytes=", "bytes=-", "bytes=a-b", "bytes=0-1,3-4", "rows=1-2", "5-9"])
def test_what_is_no_range_of_bytes_gets_the_whole(asked: Callable[..., Any], wanted: str) -> None:
    assert asked({"Range": wanted}).status_code == 200
    assert asked({"Range": wanted, "If-None-Match": "SAME"}).status_code == 304


def test_a_style_sheet_that_a_browser_has_is_not_sent_in_parts_again(client: FlaskClient) -> None:
    whole = client.get("/static/css/base.css")
    assert whole.status_code == 200
    answer = client.get("/static/css/base.css", headers=RANGE | {"If-None-Match": whole.headers["ETag"]})
    assert (answer.status_code, answer.data) == (304, b"")
    assert client.get("/static/css/base.css", headers=RANGE).status_code == 206
