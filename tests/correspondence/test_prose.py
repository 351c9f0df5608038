"""What people write, as safe HTML that hides nothing of it."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arbitration.web.prose import html_of, opening_of

LINK = 'rel="nofollow noopener noreferrer ugc"'


def test_paragraphs_and_line_breaks_stay() -> None:
    assert html_of("One\ntwo\n\nthree") == "<p>One<br>\ntwo</p>\n<p>three</p>\n"


def test_lists_emphasis_and_code() -> None:
    assert "<ol>\n<li>first</li>" in html_of("1. first\n2. second")
    assert "<li>one</li>" in html_of("- one\n- two")
    assert html_of("**very** *much* `KEY*A*B`") == "<p><strong>very</strong> <em>much</em> <code>KEY*A*B</code></p>\n"


def test_addresses_become_links_that_say_where_they_go() -> None:
    assert html_of("see https://example.org/a?b=1&c=2.") == (
        f'<p>see <a href="https://example.org/a?b=1&amp;c=2" {LINK}>https://example.org/a?b=1&amp;c=2</a>.</p>\n'
    )
    assert 'href="mailto:a@example.org"' in html_of("<mailto:a@example.org>")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '"><svg onload=alert(1)>',
        "<a href='/sign-out'>x</a>",
        "<style>*{display:none}</style>",
        "<!-- hidden -->",
        "&lt;script&gt;",
        "<iframe src=//evil.example>",
        "<math><mi//xlink:href='data:x,<script>alert(4)</script>'>",
    ],
)
def test_html_is_text(text: str) -> None:
    shown = html_of(text)
    assert not re.search(r"<(?!/?(p|br|a)\b)", shown), shown
    assert "onerror" not in re.sub(r"&lt;.*?&gt;", "", shown)


@pytest.mark.parametrize(
    "text",
    [
        "[x](javascript:alert(1))",
        "<javascript:alert(1)>",
        "[x](/purchases)",
        "<data:text/html,x>",
        "[bank.example](https://evil.example)",
        "![x](https://evil.example/pixel.png)",
        "[a]: https://evil.example\n\n[a]",
        "//evil.example",
        "<vbscript:x>",
        "java\tscript:alert(1)",
        "[x](<jav&#x61;script:alert(1)>)",
    ],
)
def test_a_link_goes_where_it_says_and_nowhere_within_this_site(text: str) -> None:
    shown = html_of(text)
    for target, said in re.findall(r'<a href="([^"]*)"[^>]*>(.*?)</a>', shown):
        assert target == said
        assert target.startswith(("https://", "http://", "mailto:"))
    assert "<img" not in shown


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("http://xn--80ak6aa92e.com/", "http://xn--80ak6aa92e.com/"),
        ("https://\u0430\u0440\u0440\u04cf\u0435.com/", "https://xn--80ak6aa92e.com/"),
        ("<https://p\u0430ypal.com>", "https://xn--pypal-4ve.com"),
        ("http://paypal.com\u2044login.evil.example/", "http://paypal.xn--comlogin-g03d.evil.example/"),
        ("https://example.org/%E2%80%AEgpj", "https://example.org/%E2%80%AEgpj"),
        ("https://example.org/\u202egpj", "https://example.org/%E2%80%AEgpj"),
        ("https://example.org/a%20b%2Fc", "https://example.org/a%20b%2Fc"),
        (
            "https://example.org/\u043a\u043b\u044e\u0447?\u044f=1",
            "https://example.org/\u043a\u043b\u044e\u0447?\u044f=1",
        ),
    ],
)
def test_a_link_shows_the_host_it_leads_to_and_no_lookalike(text: str, said: str) -> None:
    assert re.findall(r"<a [^>]*>(.*?)</a>", html_of(text)) == [said]


@pytest.mark.parametrize(
    "text",
    [
        "https://bank.example@evil.example/",
        "<https://bank.example:443@evil.example/>",
        "https://bank.example%2Fa@evil.example/",
        "http://evil.example\u202egro.knab//:ptth",
        "http://a\u200bb.example/",
        "<tel:1>",
    ],
)
def test_an_address_that_hides_where_it_leads_is_no_link(text: str) -> None:
    shown = html_of(text)
    assert "href" not in shown
    assert text.strip("<>").partition(":")[0] in shown


@pytest.mark.parametrize(
    "text",
    ["# Heading", "Title\n===", "[a]: definition", "***", "| a | b |\n|---|---|", "    indented", "&nbsp;&copy;"],
)
def test_nothing_written_disappears(text: str) -> None:
    shown = re.sub(r"<[^>]+>", "", html_of(text)).replace("&amp;", "&")
    assert "".join(shown.split()) == "".join(text.split())


@given(st.text(alphabet=st.sampled_from("a*_`[]()<>!#-1. \n\\&;:/\"'=>httpsjavcri"), max_size=200))
def test_no_text_makes_another_tag_or_attribute(text: str) -> None:
    for tag, attributes in re.findall(r"<([^\s>]+)([^>]*)>", html_of(text)):
        assert tag.strip("/") in {"p", "br", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "a"}
        assert re.fullmatch(rf'( href="(https?://|mailto:)[^"]*" {LINK}| start="\d+"| {LINK})?', attributes), attributes


@pytest.mark.parametrize("unit", ["*", "[", "> ", "`", "- ", "_a", "**a ", "http://", "(https://a.b", "1. ", "<"])
def test_no_text_keeps_the_server_busy(unit: str) -> None:
    begun = time.thread_time()
    html_of((unit * 20_000)[:20_000])
    assert time.thread_time() - begun < 5


def test_a_list_shows_the_beginning_on_one_line() -> None:
    assert opening_of("One\n\n  two\tthree") == "One two three"
    assert opening_of("x" * 200) == "x" * 139 + "…"
