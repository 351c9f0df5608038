"""Logs: a line each on standard error, with the request's id and without anything personal.

A request is named by its route, never by its address, since addresses hold sign-in tokens and ids of purchases.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from time import gmtime, monotonic
from types import TracebackType

from flask import Flask, Response, g, has_request_context, request

log = logging.getLogger("arbitration.requests")
A_MINUTE = 60.0
QUIET = ("static", "health.live", "health.ready", "metrics.show")


class RequestName(logging.Filter):
    """Gives each line the id of the request it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request = g.get("request_id", "-") if has_request_context() else "-"
        return True


class Seldom(logging.Filter):
    """Lets one line a minute through, of what a busy server would say again with each request."""

    def __init__(self) -> None:
        super().__init__()
        self._next = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        if record.created < self._next:
            return False
        self._next = record.created + A_MINUTE
        return True


class JsonLines(logging.Formatter):
    """A JSON object a line: ``time``, ``level``, ``logger``, ``message``, ``request``, and parts of a message."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request": getattr(record, "request", "-"),
            "process": record.process,
            **getattr(record, "parts", {}),
        }
        if record.exc_info:
            told["fault"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


def set_up(level: int = logging.INFO, form: str = "lines") -> None:
    """Write the logs of this process to standard error, as ``lines`` of text or of ``json``."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else _text())
    handler.addFilter(RequestName())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("apscheduler", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    for waiting in ("waitress.queue", "apscheduler.scheduler"):  # else a line for each that waits
        logging.getLogger(waiting).filters[:] = [Seldom()]


def of_gunicorn() -> None:
    """Have gunicorn's own lines written as all others are, and once."""
    for name in ("gunicorn.error", "gunicorn.access"):
        server = logging.getLogger(name)
        server.handlers.clear()
        server.propagate = True


def _text() -> logging.Formatter:
    formatter = logging.Formatter("%(asctime)sZ %(levelname)s %(name)s request=%(request)s %(message)s")
    formatter.default_msec_format = "%s.%03d"
    formatter.converter = gmtime
    return formatter


def log_requests(app: Flask) -> None:
    """Have the application log each request, and faults without the address that was asked for."""
    app.before_request(_start)
    app.after_request(_tell)
    app.log_exception = _log_fault  # type: ignore[assignment]


def _start() -> None:
    g.started = monotonic()


def _tell(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else "(no route)"
    if request.endpoint not in QUIET:
        took = round((monotonic() - g.get("started", monotonic())) * 1000)
        method, status = request.method, response.status_code
        parts = {"method": method, "route": route, "status": status, "milliseconds": took}
        log.info("%s %s %d %dms", method, route, status, took, extra={"parts": parts})
    return response


def _log_fault(fault: tuple[type, BaseException, TracebackType] | tuple[None, None, None]) -> None:
    route = request.url_rule.rule if request.url_rule else "(no route)"
    log.error("%s %s failed", request.method, route, exc_info=fault)
