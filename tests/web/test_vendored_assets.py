"""What others wrote is exactly what its list says, and a page asks no other host for anything."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIST = ROOT / "static" / "vendor" / "VENDOR.md"
PLACES = ("static/vendor", "templates/icons", "tests/web/vendor")
ROW = re.compile(
    r"^\| `(?P<path>[^`]+)` \| (?P<project>[^|]+) \| (?P<version>[^|]+) \| (?P<licence>[^|]+) "
    r"\| `(?P<sum>[0-9a-f]{64})` \|$"
)
ELSEWHERE = re.compile(r"""(?:src|href|action|url|import|fetch|from)\s*[=(]?\s*["'(]?\s*(?:https?:)?//""")
INLINE = re.compile(r"""<style|\sstyle=|\son[a-z]+=["']|javascript:|<script(?![^>]*\ssrc=)""")
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right|top|bottom)"
    r"|left|right|top|bottom|(?:min-|max-)?(?:width|height)|float|text-align:\s*(?:left|right))\s*:"
)


def listed() -> list[re.Match[str]]:
    """The rows of the list."""
    return [row for line in LIST.read_text(encoding="utf-8").splitlines() if (row := ROW.match(line))]


def files(*folders: str, suffixes: tuple[str, ...]) -> list[Path]:
    """Our own files below these folders."""
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*")) if path.suffix in suffixes]
    return [path for path in found if "vendor" not in path.parts]


OWN = files("static", "templates", suffixes=(".css", ".js", ".html"))


@pytest.mark.parametrize("row", listed(), ids=lambda row: row["path"])
def test_a_file_made_by_others_is_unchanged(row: re.Match[str]) -> None:
    assert hashlib.sha256((ROOT / row["path"]).read_bytes()).hexdigest() == row["sum"]


def test_every_file_made_by_others_is_listed_with_project_version_and_licence() -> None:
    there = {
        path.relative_to(ROOT).as_posix() for place in PLACES for path in (ROOT / place).rglob("*") if path.is_file()
    }
    rows = listed()
    assert there - {row["path"] for row in rows} == {"static/vendor/VENDOR.md"}
    assert all(row["project"].strip() and row["version"].strip() and row["licence"].strip() for row in rows)


def test_every_icon_is_used() -> None:
    templates = "\n".join(path.read_text(encoding="utf-8") for path in files("templates", suffixes=(".html",)))
    assert [path.stem for path in (ROOT / "templates/icons").glob("*.svg") if f'"{path.stem}"' not in templates] == []


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_a_page_asks_no_other_host(path: Path) -> None:
    assert ELSEWHERE.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", files("templates", suffixes=(".html",)), ids=lambda path: path.name)
def test_pages_carry_neither_styles_nor_scripts_of_their_own(path: Path) -> None:
    if "mail" not in path.relative_to(ROOT / "templates").parts[:-1]:  # mail readers drop style sheets
        assert INLINE.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", files("static/css", suffixes=(".css",)), ids=lambda path: path.name)
def test_styles_name_no_physical_side_so_that_pages_mirror_themselves(path: Path) -> None:
    assert PHYSICAL.findall(re.sub(r"@media[^{]*", "", path.read_text(encoding="utf-8"))) == []
