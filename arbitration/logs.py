"""Logs: a line each on standard error, with the request's id and without anything personal.

A request is named by its route, never by its address, since addresses hold sign-in tokens and ids of purchases.
"""

import logging
import sys
from time import gmtime, monotonic
from types import TracebackType

from flask import Flask, Response, g, has_request_context, request

log = logging.getLogger("arbitration.requests")


class RequestName(logging.Filter):
    """Gives each line the id of the request it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request = g.get("request_id", "-") if has_request_context() else "-"
        return True


def set_up(level: int = logging.INFO) -> None:
    """Write the logs of this process to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    formatter = logging.Formatter("%(asctime)sZ %(levelname)s %(name)s request=%(request)s %(message)s")
    formatter.default_msec_format = "%s.%03d"
    formatter.converter = gmtime
    handler.setFormatter(formatter)
    handler.addFilter(RequestName())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("apscheduler", "alembic", "waitress.queue"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def log_requests(app: Flask) -> None:
    """Have the application log each request, and faults without the address that was asked for."""
    app.before_request(_start)
    app.after_request(_tell)
    app.log_exception = _log_fault  # type: ignore[assignment]


def _start() -> None:
    g.started = monotonic()


def _tell(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else "(no route)"
    if request.endpoint not in ("static", "health.live"):
        took = round((monotonic() - g.get("started", monotonic())) * 1000)
        log.info("%s %s %d %dms", request.method, route, response.status_code, took)
    return response


def _log_fault(fault: tuple[type, BaseException, TracebackType] | tuple[None, None, None]) -> None:
    route = request.url_rule.rule if request.url_rule else "(no route)"
    log.error("%s %s failed", request.method, route, exc_info=fault)
