"""The parser of people's texts, and what cleans what it wrote. Loaded with the first text that a process shows."""

import re
from functools import cache

import nh3
from linkify_it import LinkifyIt  # type: ignore[import-untyped]
from markdown_it import MarkdownIt

KEPT = ["newline", "emphasis", "backticks", "autolink", "linkify", "balance_pairs", "fragments_join", "list", "fence"]
TAGS = {"p", "br", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "a"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
REL = "nofollow noopener noreferrer ugc"

_HONEST = re.compile(r"(https?://[a-z0-9.-]+(:\d+)?([/?#].*)?|mailto:[^\s@]+@[a-z0-9.-]+(\?.*)?)", re.IGNORECASE)


def clean_html(text: str) -> str:
    """The text as HTML in which nothing is that is not allowed."""
    return nh3.clean(
        _parser().render(text),
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_absolute_links,
        url_schemes=SCHEMES,
        link_rel=REL,
    )


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


@cache
def _parser() -> MarkdownIt:
    parser = _Parser("zero", {"html": False, "linkify": True, "breaks": True, "maxNesting": 12}).enable(
        [*KEPT, "blockquote"]
    )
    parser.linkify = LinkifyIt(
        {"ftp:": None, "//": None}, {"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False}
    )
    return parser


def _absolute_links(tag: str, name: str, value: str) -> str | None:
    """No link into this site out of somebody's text: a word of theirs must not lead to an act of ours."""
    if tag == "a" and name == "href" and not value.lower().startswith(("http://", "https://", "mailto:")):
        return None
    return value
