"""Punctuation belongs to the sentences of a catalogue: a comma in a template would stand in Persian pages as well."""

import re
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
SENTENCE = re.compile(r"\{%-? *trans\b.*?\{%-? *endtrans *-?%\}|<span class=\"visually-hidden\">.*?</span>", re.DOTALL)
BETWEEN_VALUES = re.compile(r"\}\}, *\{[{%]|%\}, *\{[{%]")


def test_no_template_sets_a_latin_comma_between_two_values():
    found = []
    for template in sorted(TEMPLATES.rglob("*")):
        if template.suffix in (".html", ".txt") and template.parent.name != "api":
            text = SENTENCE.sub("", template.read_text(encoding="utf-8"))
            found += [(template.name, each.group()) for each in BETWEEN_VALUES.finditer(text)]
    assert found == []
