"""What to call a browser on the settings page: enough to know it again, and no more is kept of it."""

from arbitration.door.reader import current_reader
from arbitration.rules.marking import N_

# The first that fits: most browsers claim to be others as well.
BROWSERS = (
    ("Firefox", ("Firefox/", "FxiOS/")),
    ("Edge", ("Edg/", "EdgA/", "EdgiOS/")),
    ("Opera", ("OPR/",)),
    ("Samsung Internet", ("SamsungBrowser/",)),
    ("Chrome", ("Chrome/", "CriOS/")),
    ("Safari", ("Safari/",)),
)
SYSTEMS = (
    ("iPhone", ("iPhone",)),
    ("iPad", ("iPad",)),
    ("Android", ("Android",)),
    ("Windows", ("Windows",)),
    ("macOS", ("Macintosh",)),
    ("ChromeOS", ("CrOS",)),
    ("Linux", ("Linux",)),
)


def browser_of(user_agent: str) -> str:
    """What is kept of a ``User-Agent``: "Firefox/Windows", either part empty if it is not known."""
    return f"{_first(BROWSERS, user_agent)}/{_first(SYSTEMS, user_agent)}"


def device_name(kept: str) -> str:
    """What is kept of a browser, in the reader's words: "Firefox on Windows"."""
    browser, _, system = kept.partition("/")
    if browser and system:
        return current_reader().say(N_("%(browser)s on %(system)s"), browser=browser, system=system)
    return browser or system or current_reader().say(N_("Another browser"))


def _first(names: tuple[tuple[str, tuple[str, ...]], ...], user_agent: str) -> str:
    return next((name for name, marks in names if any(mark in user_agent for mark in marks)), "")
