"""A real browser. Every page that a test opens is watched: no console error, no request to another host."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, expect, sync_playwright

MISSING = "Chromium is not installed: install the package chromium-headless-shell or chromium to run these tests"
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser")
AXE = Path(__file__).parents[1] / "web" / "vendor" / "axe.min.js"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-gpu-compositing",
    "--disable-software-rasterizer",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 900}
Visit = Callable[..., Page]
PATIENCE = 60_000
"""Milliseconds; a page that comes is not waited for any longer, and a busy machine makes no test fail."""

__all__ = [
    "AXE",
    "DESK",
    "MISSING",
    "PHONE",
    "Browser",
    "Page",
    "Visit",
    "look",
    "program",
    "started",
    "violations",
    "visits",
]


def program() -> str | None:
    """Where Chromium is, or None. Its shell without windows draws the same pages in half the time."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


@contextmanager
def started() -> Iterator[Browser]:
    """Chromium, without a window."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=list(QUIET))
        yield browser
        browser.close()


@contextmanager
def visits(browser: Browser, address: str) -> Iterator[Visit]:
    """Opens pages on the address, and afterwards holds each to what every page must keep."""
    contexts, complaints = [], []

    def open_page(cookie: tuple[str, str] | None = None, *, scripts: bool = True, **options: Any) -> Page:
        context = browser.new_context(
            base_url=address,
            java_script_enabled=scripts,
            **({"viewport": DESK, "locale": "en-GB", "timezone_id": "Europe/London"} | options),
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        if cookie:
            context.add_cookies([{"name": cookie[0], "value": cookie[1], "url": address}])
        page = context.new_page()
        page.on("console", lambda said: _note_error(said, complaints))
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("request", lambda asked: _note_foreign(asked.url, address, complaints))
        return page

    try:
        yield open_page
    finally:
        for context in contexts:
            context.close()
    assert complaints == []


def _note_error(said: ConsoleMessage, complaints: list[str]) -> None:
    """A page that answers 404 or 422 is reported by the browser as an error of its own; a test looks at that itself."""
    answered_with_an_error = said.text.startswith("Failed to load resource") and said.location["url"] == said.page.url
    if said.type == "error" and not answered_with_an_error:
        complaints.append(f"{said.location['url']}: {said.text}")


def _note_foreign(url: str, address: str, complaints: list[str]) -> None:
    if not url.startswith((address + "/", "data:", "blob:")):
        complaints.append(f"a request to another host: {url}")


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong for people who can't see the page, can't use a mouse, or read with difficulty."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    return [f"{rule['id']}: {', '.join(str(node['target']) for node in rule['nodes'])}" for rule in found]


def look(page: Page, size: ViewportSize, scheme: str) -> None:
    """Show a page that is open already in another size and in light or dark, and wait until nothing moves any more."""
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    page.evaluate("() => Promise.allSettled(document.getAnimations().map(animation => animation.finished))")
