"""What was filed is neither lost nor changed unseen, and what was not filed is gone."""

import errno
import http.client
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text

from arbitration import clock
from arbitration.config import Settings
from arbitration.db import reading
from arbitration.domain.files import LARGEST_FILE
from arbitration.door import uploads
from arbitration.media import receiving
from arbitration.models import Exhibit
from arbitration.services.exhibits.orphans import remove_orphans
from arbitration.services.verification import verify
from tests.api.conftest import Caller, said
from tests.exhibits import making
from tests.exhibits.conftest import moment
from tests.support.processes import environment, started
from tests.support.shop import Work

Send = Callable[..., Any]

FILE_AND_DIE = """
import io, os, sys
from pathlib import Path
from arbitration.app import create_app
from arbitration.config import Settings
from arbitration.services.exhibits import filing

instance, url, secret, token, purchase = sys.argv[1:]
app = create_app(Settings(Path(instance), secret_key=secret, database_url=url, base_url="http://localhost"))
filing.post_event = lambda *_, **__: os._exit(9)
data = {"kind": "screenshot", "file": (io.BytesIO(sys.stdin.buffer.read()), "a.png")}
headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "k"}
app.test_client().post(f"/api/purchases/{purchase}/exhibits", data=data, headers=headers)
"""


def test_killed_between_file_and_row_it_is_as_if_never_sent(
    send: Send,
    caller: Callable[[str], Caller],
    purchase: str,
    settings: Settings,
    lying: Callable[[], list[str]],
    folder: Path,
    work: Work,
) -> None:
    token = caller("buyer").token
    stated = (settings.instance, settings.database_url, settings.secret_key, token, purchase)
    command = [sys.executable, "-c", FILE_AND_DIE, *map(str, stated)]
    done = subprocess.run(command, input=making.picture(), check=False, cwd=Path.cwd())
    assert done.returncode == 9
    (orphan,) = lying()
    with work() as session:
        assert session.query(Exhibit).count() == 0
    assert said(send(making.picture(), "a.png", key="k"), 201)["number"] == "E1"
    with work() as session:
        assert remove_orphans(session, folder, clock.now()) == 0
        old = (clock.now() - timedelta(days=2)).timestamp()
        for name in lying():
            os.utime(folder / name, (old, old))
        assert remove_orphans(session, folder, clock.now()) == 1
    assert orphan not in lying()
    assert len(lying()) == 1


def test_a_file_that_is_coming_in_is_not_taken_for_a_remainder_when_the_clock_leaps(work: Work, folder: Path) -> None:
    days_ahead = clock.now() + timedelta(days=3)
    with receiving.Incoming(folder, LARGEST_FILE) as incoming:
        incoming.write(making.picture())
        with work() as session:
            assert remove_orphans(session, folder, days_ahead) == 0
        assert incoming.original.exists()
        incoming.kept = True  # and then no row was written
    with work() as session:
        assert remove_orphans(session, folder, days_ahead) == 1


@pytest.fixture
def found(app: Flask, folder: Path) -> Callable[[], list[str]]:
    def checking() -> list[str]:
        with app.app_context(), reading() as session:
            return [str(finding) for finding in verify(session, app.config["SECRET_KEY"], folder=folder)]

    return checking


def test_every_change_to_an_exhibit_is_found(
    send: Send, caller: Callable[[str], Caller], purchase: str, found: Callable[[], list[str]], folder: Path, work: Work
) -> None:
    said(send(making.picture(), "a.png", shows="The error"), 201)
    said(send(making.video(), "b.mp4", "video"), 201)
    caller("seller").get(f"/purchases/{purchase}/exhibits/E1/content")
    assert found() == []
    with work() as session:
        place = folder / session.query(Exhibit.stored_as).filter_by(number=1).scalar()
    original, page = place / "original", place / "page-1"
    data = original.read_bytes()
    original.write_bytes(data + b"\0")
    assert [line.partition(": ")[2] for line in found()] == [
        f"The file {place.name}/original of exhibit E1 is not the one that was filed."
    ]
    original.write_bytes(data)
    page.rename(place / "gone")
    assert "page-1 of exhibit E1 is missing" in found()[0]
    (place / "gone").rename(page)
    for change, back, finding in (
        (
            "UPDATE exhibits SET name = 'b.png' WHERE number = 1",
            "UPDATE exhibits SET name = 'a.png' WHERE number = 1",
            "E1",
        ),
        (
            "UPDATE exhibits SET kind = 'log' WHERE number = 2",
            "UPDATE exhibits SET kind = 'video' WHERE number = 2",
            "E2",
        ),
        ("DELETE FROM exhibit_views", None, "Who was shown exhibit E1"),
    ):
        with work() as session:
            session.execute(text(change))
        assert [finding in line for line in found()] == [True], change
        with work() as session:
            session.execute(text(back or "DELETE FROM exhibits WHERE number = 2"))
    assert sorted(line.partition(": ")[2] for line in found()) == [
        "Exhibit E2 is missing.",
        "Who was shown exhibit E1 is not what the entries say.",
    ]


def test_a_video_of_a_hundred_megabytes_goes_through_a_server_in_little_memory(
    settings: Settings, caller: Callable[[str], Caller], purchase: str, lying: Callable[[], list[str]]
) -> None:
    fields = {"kind": "video", "starts_at": moment(timedelta(minutes=5)), "ends_at": moment()}
    head = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    )
    head += '--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\nContent-Type: video/mp4\r\n\r\n'
    parts = [head.encode(), *making.filled_video_parts(LARGEST_FILE), b"\r\n--b--\r\n"]
    headers = {
        "Authorization": f"Bearer {caller('buyer').token}",
        "Idempotency-Key": uuid4().hex,
        "Content-Type": "multipart/form-data; boundary=b",
        "Content-Length": str(sum(map(len, parts))),
    }
    with started(environment(settings), "serve", "--port", "0") as server:
        address = urlsplit(server.until(r"(http://\S+:\d+)")[1])
        connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=60)
        connection.request("POST", f"/api/purchases/{purchase}/exhibits", iter(parts), headers)
        answer = connection.getresponse()
        assert (answer.status, b'"E1"' in answer.read()) == (201, True)
        memory = Path(f"/proc/{server.process.pid}/status").read_text("utf-8")
        peak = int(next(line.split()[1] for line in memory.splitlines() if line.startswith("VmHWM")))
        connection.close()
    assert peak < 200 * 1024
    assert len(lying()) == 1


def test_a_full_disk_is_told_as_passing_and_leaves_nothing(
    send: Send, lying: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(receiving.os, "write", full)
        answer = send(making.picture(), "a.png", key="k")
    assert said(answer, 503)["type"] == "/api/docs#unavailable"
    assert answer.headers["Retry-After"]
    assert lying() == []
    said(send(making.picture(), "a.png", key="k"), 201)


def test_files_leave_room_on_the_disk_for_what_people_write(
    send: Send, lying: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    free = uploads.LEFT_FREE + 2 * len(making.picture())
    monkeypatch.setattr(uploads.shutil, "disk_usage", lambda _folder: SimpleNamespace(free=free))
    answer = send(making.picture(), "a.png", key="k")
    assert said(answer, 503)["type"] == "/api/docs#unavailable"
    assert lying() == []
    free += 4096
    said(send(making.picture(), "a.png", key="k"), 201)


def test_filed_at_once_they_get_numbers_of_their_own(
    send: Send, caller: Callable[[str], Caller], lying: Callable[[], list[str]]
) -> None:
    assert caller("buyer").token  # one token, to which the keys belong
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: send(making.picture(), "a.png", key=f"key-{n % 3}"), range(6)))
    assert sorted({said(answer, 201)["number"] for answer in answers}) == ["E1", "E2", "E3"]
    assert len(lying()) == 3
