"""Filing an exhibit by the form on the purchase's page."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from arbitration.models import Exhibit, Fact
from arbitration.services import throttles
from tests.exhibits import making
from tests.support.shop import BUYER, Work

Client = Callable[[str], FlaskClient]


def form(data: bytes, name: str, **said: str) -> dict[str, Any]:
    return {"kind": "screenshot", **said, "file": (io.BytesIO(data), name)}


def test_the_form_files_an_exhibit_once(signed_in: Client, purchase: str, work: Work) -> None:
    buyer = signed_in(BUYER)
    buyer.set_cookie("time_zone", "Europe/Kyiv")
    key = re.findall(r'name="idempotency_key" value="([^"]+)"', buyer.get(f"/purchases/{purchase}").text)[0]
    said = {"shows": "The error", "taken_at": "2026-11-11T10:00:05", "starts_at": "", "idempotency_key": key}
    for _ in range(2):
        answer = buyer.post(f"/purchases/{purchase}/exhibits", data=form(making.picture(), "a.png", **said))
        assert answer.status_code == 303
        assert answer.location == f"/purchases/{purchase}#exhibit-E1"
    assert "Your exhibit is filed as E1" in buyer.get(f"/purchases/{purchase}").text
    with work() as session:
        assert session.query(Exhibit).count() == 1
        assert session.query(Fact.name, Fact.value).one() == ("taken_at", {"value": "2026-11-11T08:00:05Z"})


@pytest.mark.parametrize("typed", ["2026-11-11 10：00", "２０２６-１１-１１ １０：００", "2026-11-11 10﹕00"])
def test_a_time_may_be_typed_with_the_colon_of_another_keyboard(
    signed_in: Client, purchase: str, work: Work, typed: str
) -> None:
    buyer = signed_in(BUYER)
    buyer.set_cookie("time_zone", "Europe/Kyiv")
    answer = buyer.post(f"/purchases/{purchase}/exhibits", data=form(making.picture(), "a.png", taken_at=typed))
    assert answer.status_code == 303
    with work() as session:
        assert session.scalars(select(Fact.value)).one() == {"value": "2026-11-11T08:00:00Z"}


def test_what_is_refused_comes_back_with_every_text(
    signed_in: Client, purchase: str, lying: Callable[[], list[str]]
) -> None:
    buyer = signed_in(BUYER)
    said = {"kind": "video", "shows": "What I <saw>", "starts_at": "2026-11-11", "ends_at": "noon"}
    answer = buyer.post(f"/purchases/{purchase}/exhibits", data=form(b"PK\x03\x04", "a.zip", **said))
    assert answer.status_code == 422
    for words in (
        "What I &lt;saw&gt;",
        'value="noon"',
        "Archives can&#39;t be filed",
        "Give the time too",
        "Type a day",
    ):
        assert words in answer.text
    nothing = buyer.post(
        f"/purchases/{purchase}/exhibits", data={"kind": "log", "shows": "Kept", "file": (io.BytesIO(), "")}
    )
    assert "Choose a file." in nothing.text
    assert "Kept" in nothing.text
    assert lying() == []


def test_a_file_that_is_too_large_comes_back_with_the_text(
    signed_in: Client, purchase: str, lying: Callable[[], list[str]]
) -> None:
    from arbitration.domain.files import LARGEST_FILE

    too_large = form(bytes(LARGEST_FILE + 1), "film.mp4", kind="video", shows="The whole check")
    answer = signed_in(BUYER).post(f"/purchases/{purchase}/exhibits", data=too_large)
    assert answer.status_code == 422
    assert "larger than 100 MB" in answer.text
    assert "The whole check" in answer.text
    assert lying() == []


def test_who_was_signed_out_finds_the_words_again(
    signed_in: Client, client: FlaskClient, purchase: str, lying: Callable[[], list[str]]
) -> None:
    large = form(bytes(6_000_000), "film.mp4", kind="video", shows="The whole check")
    answer = client.post(f"/purchases/{purchase}/exhibits", data=large)
    assert answer.status_code == 303
    assert "/sign-in" in answer.location
    draft = client.get_cookie("draft")
    assert draft is not None
    buyer = signed_in(BUYER)
    buyer.set_cookie("draft", draft.value)
    assert "The whole check" in buyer.get(f"/purchases/{purchase}").text
    assert lying() == []


def test_a_stranger_can_neither_see_nor_file(signed_in: Client, shop: Any, purchase: str) -> None:
    shop.purchase(buyer={"email": "somebody.else@example.org"})
    stranger = signed_in("somebody.else@example.org")
    assert stranger.post(f"/purchases/{purchase}/exhibits", data=form(making.picture(), "a.png")).status_code == 404
    assert stranger.get(f"/purchases/{purchase}/exhibits/E1").status_code == 404


def test_who_sends_too_many_files_waits_and_loses_no_text(
    signed_in: Client, purchase: str, monkeypatch: pytest.MonkeyPatch, lying: Callable[[], list[str]]
) -> None:
    monkeypatch.setattr(throttles, "FILES_LOOKED_AT", throttles.Limit("files looked at", 1))
    buyer = signed_in(BUYER)
    assert buyer.post(f"/purchases/{purchase}/exhibits", data=form(b"", "a.png")).status_code == 422
    answer = buyer.post(f"/purchases/{purchase}/exhibits", data=form(making.picture(), "a.png", shows="Kept"))
    assert (answer.status_code, "Kept" in answer.text, "too often" in answer.text) == (429, True, True)
    assert lying() == []
