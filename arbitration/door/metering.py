"""Counting requests by route, status and how long they took, where metrics are asked for at all.

With several worker processes each counts in a file of a folder (``tallies``) that any of them adds up.
"""

import hmac
import os
from collections.abc import Iterable
from ipaddress import ip_address
from time import perf_counter
from typing import Any

from flask import Flask, Response, current_app, g, request

from arbitration import __version__, tallies

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
STEPS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
PREFIX = "arbitration_"
PASSED_ON = ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP")


def init_app(app: Flask) -> None:
    """Begin to count, if the settings let anybody ask for the numbers."""
    settings = app.config["SETTINGS"]
    if not settings.metrics_token and not settings.metrics_networks:
        return
    from prometheus_client import CollectorRegistry, Counter, Histogram, values

    if os.environ.get(tallies.FOLDER):
        values.ValueClass = values.MultiProcessValue(tallies.place)  # type: ignore[no-untyped-call]
    registry = CollectorRegistry()
    labels = ["method", "route", "status"]
    count = Counter(f"{PREFIX}http_requests", "Requests answered.", labels, registry=registry)
    took = Histogram(
        f"{PREFIX}http_request_seconds", "Seconds to an answer.", ["route"], buckets=STEPS, registry=registry
    )
    app.extensions["arbitration_metrics"] = registry

    def begin() -> None:
        g.metering_since = perf_counter()

    def note(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "(no route)"
        count.labels(request.method if request.method in METHODS else "other", route, response.status_code).inc()
        if "metering_since" in g:
            took.labels(route).observe(perf_counter() - g.metering_since)
        return response

    app.before_request(begin)
    app.after_request(note)


def may_ask() -> bool:
    """Whether the one who asks has the token, or comes from a network that may ask."""
    settings = current_app.config["SETTINGS"]
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if settings.metrics_token and kind.lower() == "bearer":
        return hmac.compare_digest(token.strip().encode(), settings.metrics_token.encode())
    if not settings.trusted_proxies and any(name in request.headers for name in PASSED_ON):
        return False  # passed on by a proxy that nobody named: whose address this is, is not known
    try:
        place = ip_address(request.remote_addr or "")
    except ValueError:
        return False
    return any(place in network for network in settings.metrics_places)


def written(gauges: Iterable[Any], *, database_up: bool) -> tuple[bytes, str]:
    """All numbers in the form that Prometheus reads, and the type of it. ``gauges`` are those of the database."""
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    now = _Fixed(gauges, database_up)
    registry = CollectorRegistry()
    registry.register(now)
    if os.environ.get(tallies.FOLDER):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        own = b""
    else:
        own = generate_latest(current_app.extensions["arbitration_metrics"])
    return own + generate_latest(registry), CONTENT_TYPE_LATEST


class _Fixed:
    """Numbers read once, as a collector."""

    def __init__(self, gauges: Iterable[Any], database_up: bool) -> None:
        self._gauges, self._up = list(gauges), database_up

    def collect(self) -> Iterable[Any]:
        from prometheus_client.core import GaugeMetricFamily

        build = GaugeMetricFamily(f"{PREFIX}build_info", "The version that runs.", labels=["version"])
        build.add_metric([__version__], 1)
        yield build
        yield GaugeMetricFamily(f"{PREFIX}database_up", "1 if the database could be read.", value=int(self._up))
        for gauge in self._gauges:
            family = GaugeMetricFamily(PREFIX + gauge.name, gauge.about, labels=[gauge.label] if gauge.label else [])
            for value, number in gauge.samples:
                family.add_metric([value] if gauge.label else [], number)
            yield family
