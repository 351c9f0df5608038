"""People's texts as safe HTML: paragraphs and line breaks as written, lists, emphasis, code, addresses as links.

A small part of Markdown, chosen so that nothing written is ever hidden: no images, no HTML, no headings, no
definitions, and no links behind other words, since what one reads must be where one goes. What comes out passes an
allow-list again.
"""

from functools import lru_cache

from markupsafe import Markup


@lru_cache(maxsize=1024)
def html_of(text: str) -> Markup:
    """A message's text as HTML that can be put into a page as it is."""
    from arbitration.web.prose_parser import clean_html

    return Markup(clean_html(text))


def opening_of(text: str, length: int = 140) -> str:
    """The beginning of a text on one line, for a list."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"
