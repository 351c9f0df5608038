"""What a browser or a cache in between could be made to do by an answer that is nobody's page."""

import pytest
from flask import Flask

EVIL = "evil.example"


@pytest.mark.parametrize("path", ["/purchases//X", "/static//css/base.css", "/api//purchases", "/sign-in//"])
def test_no_answer_sends_a_browser_to_the_host_that_the_request_named(app: Flask, path: str) -> None:
    answer = app.test_client().get(path, headers={"Host": EVIL}, base_url=f"http://{EVIL}")
    assert EVIL not in answer.headers.get("Location", "")
    assert answer.status_code == (401 if path.startswith("/api/") else 404)


@pytest.mark.parametrize("path", ["/static/no-such-file.css", "/static/../settings.toml", "/static/"])
def test_no_cache_in_between_keeps_a_page_that_says_a_file_is_missing(app: Flask, path: str) -> None:
    """Such a page is in somebody's language, and tells them what they were just told."""
    answer = app.test_client().get(path)
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in answer.headers.get("Vary", "")


def test_a_file_of_ours_may_be_kept(app: Flask) -> None:
    answer = app.test_client().get("/static/icon.svg")
    assert answer.status_code == 200
    assert "private" not in answer.headers["Cache-Control"]
