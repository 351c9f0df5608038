"""People's texts as safe HTML: paragraphs and line breaks as written, lists, emphasis, code, addresses as links.

A small part of Markdown, chosen so that nothing written is ever hidden: no images, no HTML, no headings, no
definitions, and no links behind other words, since what one reads must be where one goes. What comes out passes an
allow-list again.
"""

from functools import lru_cache

import nh3
from linkify_it import LinkifyIt  # type: ignore[import-untyped]
from markdown_it import MarkdownIt
from markupsafe import Markup

KEPT = ["newline", "emphasis", "backticks", "autolink", "linkify", "balance_pairs", "fragments_join", "list", "fence"]
TAGS = {"p", "br", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "a"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
REL = "nofollow noopener noreferrer ugc"


def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"html": False, "linkify": True, "breaks": True, "maxNesting": 12}).enable(
        [*KEPT, "blockquote"]
    )
    parser.linkify = LinkifyIt(
        {"ftp:": None, "//": None}, {"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False}
    )
    return parser


_PARSER = _parser()


@lru_cache(maxsize=1024)
def html_of(text: str) -> Markup:
    """A message's text as HTML that can be put into a page as it is."""
    return Markup(
        nh3.clean(
            _PARSER.render(text),
            tags=TAGS,
            attributes=ATTRIBUTES,
            attribute_filter=_absolute_links,
            url_schemes=SCHEMES,
            link_rel=REL,
        )
    )


def opening_of(text: str, length: int = 140) -> str:
    """The beginning of a text on one line, for a list."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def _absolute_links(tag: str, name: str, value: str) -> str | None:
    """No link into this site out of somebody's text: a word of theirs must not lead to an act of ours."""
    if tag == "a" and name == "href" and not value.lower().startswith(("http://", "https://", "mailto:")):
        return None
    return value
