"""What pages and API share: who comes in, what is refused before anything is read, what goes out with an answer."""

from flask import Flask

from arbitration.door import guard, headers, metering, reader


def init_app(app: Flask) -> None:
    """Set the guards before every request and the headers after it."""
    metering.init_app(app)
    guard.init_app(app)
    headers.init_app(app)
    reader.init_app(app)
