"""Filing exhibits: what is taken, what is refused and why, and that a refusal leaves nothing behind."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from arbitration.config import Settings
from arbitration.domain.files import MEBI
from arbitration.models import Exhibit, Fact, Message
from tests.api.conftest import Caller, said
from tests.exhibits import making
from tests.support.shop import Work

Send = Callable[..., Any]


def test_a_screenshot_is_filed_seen_and_kept_as_it_was(
    send: Send, purchase: str, caller: Callable[[str], Caller], folder: Path, work: Work
) -> None:
    data = making.picture("JPEG")
    answer = send(data, "/home/me/error at\u202e 14:07.jpg", shows=" The message of the shop.\r\n", type="image/jpeg")
    filed = said(answer, 201)
    assert (filed["number"], filed["kind"], filed["by"]) == ("E1", "screenshot", "buyer")
    assert filed["sha256"] == hashlib.sha256(data).hexdigest()
    assert filed["bytes"] == len(data)
    assert (filed["name"], filed["shows"]) == ("error at 14:07.jpg", "The message of the shop.")
    assert (filed["width"], filed["height"]) == (200, 320)
    assert filed["filed_at"] == filed["opened_at"]
    assert filed["original"] is True
    with work() as session:
        row = session.query(Exhibit).one()
        place = folder / row.stored_as
        assert session.query(Message.kind, Message.position).one() == ("exhibit", row.position)
    assert (place / "original").read_bytes() == data
    assert {path.stat().st_mode & 0o777 for path in place.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    seen = said(caller("seller").get(f"/purchases/{purchase}/exhibits"), 200)["items"]
    assert [(item["number"], item["original"]) for item in seen] == [("E1", False)]


def test_what_is_said_of_a_file_must_fit_it(send: Send, lying: Callable[[], list[str]]) -> None:
    def faults(*arguments: Any, **stated: str) -> set[str]:
        return {fault["path"] for fault in said(send(*arguments, **stated), 422)["errors"]}

    assert faults(making.picture(), "a.png", "video") == {"kind"}
    assert faults(making.video(), "a.mp4", "video", starts_at="", ends_at="") == {"starts_at", "ends_at"}
    later, sooner = "2026-01-01T10:05:00Z", "2026-01-01T10:00:00Z"
    assert faults(making.video(), "a.mp4", "video", starts_at=later, ends_at=sooner) == {"ends_at"}
    assert faults(making.video(), "a.mp4", "video", ends_at="2090-01-01T00:00:00Z") == {"ends_at"}
    assert faults(making.video(), "a.mp4", "video", taken_at=sooner) == {"taken_at"}
    assert faults(making.picture(), "a.png", continuous="true") == {"continuous"}
    assert faults(making.picture(), "a.png", shows="x" * 2001) == {"shows"}
    assert faults(making.picture(), "a.png", colour="red") == {"colour"}
    assert lying() == []


def test_times_and_continuity_are_facts_as_its_filer_states_them(send: Send, work: Work) -> None:
    times = {"starts_at": "2026-01-01T10:00:00.5Z", "ends_at": "2026-01-01T10:05:00Z", "continuous": "false"}
    filed = said(send(making.video(), "a.mp4", "video", **times), 201)
    assert (filed["starts_at"], filed["continuous"]) == ("2026-01-01T10:00:00.5Z", False)
    said(send(making.picture(), "a.png", taken_at="2026-01-01T10:00:00+02:00"), 201)
    with work() as session:
        stated = {(fact.name, fact.value["value"]) for fact in session.query(Fact)}
        assert {fact.stated_role for fact in session.query(Fact)} == {"buyer"}
    assert stated == {
        ("starts_at", "2026-01-01T10:00:00.5Z"),
        ("ends_at", "2026-01-01T10:05:00Z"),
        ("continuous", False),
        ("taken_at", "2026-01-01T08:00:00Z"),
    }


def test_sent_again_it_is_filed_once_and_with_another_file_refused(send: Send, lying: Callable[[], list[str]]) -> None:
    data = making.picture()
    first = send(data, "a.png", key="one")
    again = send(data, "a.png", key="one")
    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert said(send(making.picture(colour="red"), "a.png", key="one"), 422)["type"] == "/api/docs#key-reused"
    refused = send(b"PK\x03\x04", "a.png", key="two")
    assert send(b"PK\x03\x04", "a.png", key="two").data == refused.data
    assert len(lying()) == 1


def test_a_person_may_file_so_much_on_a_purchase_and_no_more(
    send: Send, app: Any, lying: Callable[[], list[str]]
) -> None:
    from dataclasses import replace

    settings: Settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, exhibits_per_person=2, exhibit_megabytes_per_person=1)
    said(send(making.picture(), "a.png"), 201)
    assert "more than 1 MB" in said(send(making.filled_video(MEBI), "a.mp4", "video"), 422)["errors"][0]["message"]
    said(send(making.picture(), "b.png"), 201)
    assert "2 exhibits" in said(send(making.picture(), "c.png"), 422)["errors"][0]["message"]
    said(send(making.picture(), "c.png", who="seller"), 201)
    assert len(lying()) == 3


def test_who_has_no_part_in_it_files_nothing(send: Send, lying: Callable[[], list[str]]) -> None:
    statuses = {
        who: send(making.picture(), "a.png", who=who).status_code for who in ("stranger", "arbiter", "operator")
    }
    assert statuses == {"stranger": 404, "arbiter": 404, "operator": 403}
    assert lying() == []


def test_only_a_form_is_taken(caller: Callable[[str], Caller], purchase: str) -> None:
    said(caller("buyer").post(f"/purchases/{purchase}/exhibits", {"kind": "log"}), 415)


@pytest.mark.parametrize("said_of_it", [{}, {"file": "text alone"}])
def test_a_form_without_a_file_says_so(
    caller: Callable[[str], Caller], purchase: str, said_of_it: dict[str, str]
) -> None:
    buyer = caller("buyer")
    answer = buyer.client.post(
        f"/api/purchases/{purchase}/exhibits",
        data={"kind": "log", **said_of_it},
        content_type="multipart/form-data",
        headers={"Authorization": f"Bearer {buyer.token}", "Idempotency-Key": "k"},
    )
    assert [fault["path"] for fault in said(answer, 422)["errors"]] == ["file"]


def test_a_message_names_exhibits_that_were_filed_before(
    send: Send, caller: Callable[[str], Caller], purchase: str
) -> None:
    said(send(making.picture(), "a.png"), 201)
    at = f"/purchases/{purchase}/messages"
    told = said(caller("seller").post(at, {"text": "That is another shop.", "exhibits": ["E1", "E1"]}), 201)
    assert told["about"] == {"exhibits": ["E1"]}
    problem = said(caller("seller").post(at, {"text": "And that?", "exhibits": ["E1", "E2"]}), 422)
    assert [fault["path"] for fault in problem["errors"]] == ["exhibits[1]"]


def test_who_sends_no_file_is_told_so_in_their_own_words(purchase: str, caller: Callable[[str], Caller]) -> None:
    asker = caller("buyer")
    answer = asker.client.post(
        f"/api/purchases/{purchase}/exhibits",
        data={"kind": "screenshot", "colour": "red"},
        content_type="multipart/form-data",
        headers={
            "Authorization": f"Bearer {asker.token}",
            "Idempotency-Key": "no-file",
            "Accept-Language": "pl",
        },
    )
    told = {fault["path"]: fault["message"] for fault in said(answer, 422)["errors"]}
    assert told["file"] == "Tego brakuje."
