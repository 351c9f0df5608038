"""Draw the table of stages anew where docs/disputes.md shows it.

python tools/draw_stages.py
"""

import re
from pathlib import Path

from arbitration.domain import stage_chart

PAGE = Path(__file__).parents[1] / "docs" / "disputes.md"


def drawn(page: str) -> str:
    """The page with diagram and table as the code has them now, each between its two marks."""
    for name, shown in (("diagram", stage_chart.diagram()), ("table", stage_chart.table())):
        marked = re.compile(rf"(<!-- {name} of domain/stages.py -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
        page, found = marked.subn(lambda match, shown=shown: f"{match[1]}{shown}\n{match[2]}", page)
        if found != 1:
            raise SystemExit(f"{PAGE} should have the marks of the {name} once; it has them {found} times")
    return page


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text("utf-8")), "utf-8")
