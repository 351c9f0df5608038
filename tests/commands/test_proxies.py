"""What a proxy says of the person behind it counts only where a proxy is set."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from flask import Flask, request

from arbitration.app import create_app
from arbitration.cli.serving import Serving, address_of, listen
from tests.support.databases import settings_for


@pytest.mark.parametrize(("proxies", "seen"), [(0, "127.0.0.1 http"), (1, "203.0.113.7 https")])
def test_forwarded_addresses_count_behind_a_proxy_alone(tmp_path: Path, proxies: int, seen: str) -> None:
    settings = settings_for(tmp_path / "instance", f"sqlite:///{tmp_path}/none.sqlite3")
    app = create_app(replace(settings, base_url="https://disputes.example.com", trusted_proxies=proxies))
    app.wsgi_app = _echo(app, app.wsgi_app)
    told = {"X-Forwarded-For": "198.51.100.1, 203.0.113.7", "X-Forwarded-Proto": "https"}
    with serving(app) as address, urlopen(Request(address, headers=told), timeout=60) as answer:
        assert answer.read().decode() == seen


def test_numbers_for_this_machine_alone_are_not_for_strangers_behind_a_proxy_that_nobody_named(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "instance", f"sqlite:///{tmp_path}/none.sqlite3")
    app = create_app(replace(settings, metrics_networks="127.0.0.0/8"))
    with serving(app) as address:
        assert urlopen(f"{address}/metrics", timeout=60).status == 200
        for name in ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"):
            with pytest.raises(HTTPError) as refused:
                urlopen(Request(f"{address}/metrics", headers={name: "203.0.113.7"}), timeout=60)
            assert refused.value.code == 404


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    bound = listen("127.0.0.1", 0)
    server = Serving(app, bound, 1)._server
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield address_of(bound)
    finally:
        server.close()
        thread.join(10)


def _echo(app: Flask, inner: object) -> object:
    """Answers with what the application itself would see."""
    app.before_request_funcs[None] = [lambda: f"{request.remote_addr} {request.scheme}"]
    app.after_request_funcs.clear()
    return inner
