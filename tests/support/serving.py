"""Serving an application to a real browser or client."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from flask import Flask
from waitress import create_server


@contextmanager
def serving(app: Flask, threads: int = 4) -> Iterator[str]:
    """Serves on a free port and gives the address; the application's base URL becomes that address."""
    server = create_server(app, host="127.0.0.1", port=0, threads=threads)
    url = f"http://127.0.0.1:{server.effective_port}"
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], base_url=url)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield url
    finally:
        server.close()
        thread.join(timeout=10)
