"""What a proxy says of the person behind it counts only where a proxy is set."""

import threading
from dataclasses import replace
from urllib.request import Request, urlopen

import pytest
from flask import Flask, request

from arbitration.app import create_app
from arbitration.cli.serving import Serving, address_of, listen
from tests.support.databases import settings_for


@pytest.mark.parametrize(("proxies", "seen"), [(0, "127.0.0.1 http"), (1, "203.0.113.7 https")])
def test_forwarded_addresses_count_behind_a_proxy_alone(tmp_path: object, proxies: int, seen: str) -> None:
    settings = settings_for(tmp_path / "instance", f"sqlite:///{tmp_path}/none.sqlite3")
    app = create_app(replace(settings, base_url="https://disputes.example.com", trusted_proxies=proxies))
    app.wsgi_app = _echo(app, app.wsgi_app)
    bound = listen("127.0.0.1", 0)
    server = Serving(app, bound, 1)._server
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    told = {"X-Forwarded-For": "198.51.100.1, 203.0.113.7", "X-Forwarded-Proto": "https"}
    try:
        with urlopen(Request(address_of(bound), headers=told), timeout=60) as answer:
            assert answer.read().decode() == seen
    finally:
        server.close()
        thread.join(10)


def _echo(app: Flask, inner: object) -> object:
    """Answers with what the application itself would see."""
    app.before_request_funcs[None] = [lambda: f"{request.remote_addr} {request.scheme}"]
    app.after_request_funcs.clear()
    return inner
