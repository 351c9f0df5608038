"""People's texts as safe HTML: paragraphs and line breaks as written, lists, emphasis, code, addresses as links.

A small part of Markdown, chosen so that nothing written is ever hidden: no images, no HTML, no headings, no
definitions, and no links behind other words, since what one reads must be where one goes. What comes out passes an
allow-list again.
"""

import re
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

_HONEST = re.compile(r"(https?://[a-z0-9.-]+(:\d+)?([/?#].*)?|mailto:[^\s@]+@[a-z0-9.-]+(\?.*)?)", re.IGNORECASE)


class _Parser(MarkdownIt):
    """Makes links of addresses that lead where they seem to lead, and shows them so."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 (the name is of the base class)
        """Whether the address begins with the host it leads to: no name and ``@`` before it, no strange characters."""
        return _HONEST.fullmatch(url) is not None

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        """The address as it leads: letters of other scripts that look like Latin ones stand as ``xn--`` in the host.

        Behind the host letters are shown as such, but nothing that turns the reading direction or can't be seen.
        """
        address, readable = self.normalizeLink(link), super().normalizeLinkText(link)
        plain = readable.isprintable() and " " not in readable and "xn--" not in address.lower()
        return readable if plain else address


def _parser() -> MarkdownIt:
    parser = _Parser("zero", {"html": False, "linkify": True, "breaks": True, "maxNesting": 12}).enable(
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
