"""Logs as a machine reads them, each line with the id of its request, which the one who asks can name."""

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator

import pytest
from flask import Flask, g

from arbitration import logs
from arbitration.api.problems import problem

Lines = Callable[[], list[dict[str, object]]]


@pytest.fixture
def lines(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    """What was logged."""
    handlers, level, said = list(logging.root.handlers), logging.root.level, io.StringIO()
    monkeypatch.setattr(sys, "stderr", said)
    logs.set_up(form="json")
    logs.log_requests(app)
    yield lambda: [json.loads(line) for line in said.getvalue().splitlines()]
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


def test_each_line_is_an_object_with_the_id_that_the_answer_has(app: Flask, lines: Lines) -> None:
    answer = app.test_client().get("/purchases/P-1?token=secret")
    (told,) = [line for line in lines() if line["logger"] == "arbitration.requests"]
    assert told["request"] == answer.headers["X-Request-Id"]
    assert (told["method"], told["route"], told["level"]) == ("GET", "/purchases/<external_id>", "INFO")
    assert told["status"] == answer.status_code
    assert "secret" not in json.dumps(told)


def test_what_broke_is_one_line_and_can_be_found_by_the_id_on_the_page(
    app: Flask, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError("two\nlines")

    monkeypatch.setitem(app.view_functions, "home.show", broken)
    page = app.test_client().get("/")
    named = page.headers["X-Request-Id"]
    assert page.status_code == 500
    assert named in page.text
    faults = [line for line in lines() if line["level"] == "ERROR"]
    assert [line["request"] for line in faults] == [named]
    assert "RuntimeError" in str(faults[0]["fault"])


def test_a_problem_on_our_side_names_its_id_and_no_other_does(app: Flask) -> None:
    with app.test_request_context("/api/v1/purchases"):
        g.request_id = "0123456789abcdef"
        assert problem("failed").json["request_id"] == "0123456789abcdef"
        assert problem("unavailable").json["request_id"] == "0123456789abcdef"
        assert "request_id" not in problem("not-found").json


def test_a_server_without_a_free_thread_says_so_once_a_minute_and_not_with_each_request(
    lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting, moment = logging.getLogger("waitress.queue"), 1_800_000_000.0
    made = logging.LogRecord.__init__

    def at(record: logging.LogRecord, *told: object, **more: object) -> None:
        made(record, *told, **more)  # type: ignore[arg-type]
        record.created = moment

    monkeypatch.setattr(logging.LogRecord, "__init__", at)
    for seconds in (0.0, 0.1, 59.0, 60.0, 61.0):
        moment = 1_800_000_000.0 + seconds
        waiting.warning("Task queue depth is %d", 3)
    told = [line["time"] for line in lines() if line["logger"] == "waitress.queue"]
    assert told == ["2027-01-15T08:00:00.000+00:00", "2027-01-15T08:01:00.000+00:00"]
