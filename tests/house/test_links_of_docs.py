"""Whoever follows a link in the documentation comes to what it names: a file that is there, and a heading in it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md"))
    if not {"node_modules", ".venv"} & set(path.parts)
)
CODE = re.compile(r"(?ms)^```.*?^```|^    .*?$|`[^`\n]*`")
LINK = re.compile(r"\]\(([^()\s]+)\)")
HEADING = re.compile(r"(?m)^#{1,6} (.+)$")


def anchors(page: Path) -> set[str]:
    """The names under which headings are reached, as code hosts make them."""
    told = HEADING.findall(re.sub(r"(?ms)^```.*?^```", "", page.read_text("utf-8")))
    plain = (re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", each).strip().lower() for each in told)
    return {re.sub(r"[^\w\- ]", "", each).replace(" ", "-") for each in plain}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_leads_somewhere(page: str) -> None:
    here = ROOT / page
    for link in LINK.findall(CODE.sub("", here.read_text("utf-8"))):
        if "://" in link or link.startswith("mailto:"):
            continue
        file, _, anchor = link.partition("#")
        there = (here.parent / file).resolve() if file else here
        assert there.exists(), f"{page}: {link}: no such file"
        assert not anchor or anchor in anchors(there), f"{page}: {link}: no such heading"
