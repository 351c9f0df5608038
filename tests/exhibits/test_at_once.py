"""Files that take long to look at keep nobody from reading, however many are sent at once."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from flask import Flask

from arbitration.cli import serve
from arbitration.media import examining
from tests.api.conftest import Caller
from tests.exhibits import making
from tests.support.serving import serving

THREADS: int = next(option.default for option in serve.command.params if option.name == "threads")
FILES = THREADS
PATIENCE = 6.0


@pytest.fixture
def dawdling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is to look at a file does nothing for longer than anybody waits."""
    media = tmp_path / "dawdling" / "arbitration" / "media"
    media.mkdir(parents=True)
    for package in (media.parent, media):
        (package / "__init__.py").touch()
    (media / "__main__.py").write_text("import time\n\ntime.sleep(600)\n", "utf-8")
    monkeypatch.setattr(examining, "ROOT", media.parents[1])
    monkeypatch.setattr(examining, "PATIENCE", PATIENCE)


@pytest.mark.usefixtures("dawdling")
def test_pages_are_answered_while_slow_files_are_looked_at_and_who_comes_then_is_asked_to_come_again(
    app: Flask,
    caller: Callable[[str], Caller],
    purchase: str,
    lying: Callable[[], list[str]],
) -> None:
    token = caller("buyer").token
    body, form = making.multipart({"kind": "document"}, making.document(), "paper.pdf")

    def send(address: str) -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex, "Content-Type": form}
        return asked(Request(f"{address}/api/purchases/{purchase}/exhibits", body, headers))

    def reads(address: str) -> float:
        began = monotonic()
        assert asked(Request(f"{address}/healthz"))[0] == 200
        return monotonic() - began

    waited = []
    with serving(app, THREADS) as address, ThreadPoolExecutor(FILES) as pool:
        sent = [pool.submit(send, address) for _ in range(FILES)]
        while wait(sent, timeout=0.1).not_done:
            waited.append(reads(address))
    answers: list[Any] = [each.result() for each in sent]
    assert max(waited) < PATIENCE / 2
    assert sorted({status for status, _ in answers}) == [422, 429], answers
    assert all(re.search("takes too long|Many files are being looked at", told) for _, told in answers)
    assert lying() == []


def asked(request: Request) -> tuple[int, str]:
    try:
        with urlopen(request, timeout=120) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def test_a_server_has_more_threads_than_may_be_kept_waiting_by_files() -> None:
    gunicorn = Path(examining.__file__).parents[1] / "gunicorn_settings.py"  # not imported: it would set up a server
    workers_have = int(re.findall(r"^threads = (\d+)", gunicorn.read_text("utf-8"), re.M)[0])
    assert min(THREADS, workers_have) >= examining.AT_ONCE + examining.IN_LINE + 2
