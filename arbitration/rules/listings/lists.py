"""Lists of lengths below a heading, and lengths beside each other: "Warranty: accounts 3 days, keys 7 days"."""

from arbitration.rules.listings.marks import Mention
from arbitration.rules.listings.quantities import Quantity
from arbitration.rules.listings.scenes import Scene
from arbitration.rules.listings.statements import COMMA, LIGHT

_LABEL = 3
_NOT_LISTED = (
    "delivery",
    "response",
    "term",
    "foreign",
    "warranty",
    "processing",
    "withdrawal",
    "other",
    "neg",
    "none",
)


def is_item(scene: Scene) -> bool:
    """Whether a statement is a name and a length of time, as in a list: "accounts: 3 days"."""
    if len(scene.quantities) != 1 or scene.statement.asks or scene.has(*_NOT_LISTED, "fee", "review", "money"):
        return False
    length = scene.quantities[0]
    last = length.end == len(scene.tokens) and not length.bare
    return last and 0 < length.start <= _LABEL and scene.levels[length.start] == LIGHT


def may_head(scene: Scene) -> bool:
    """Whether a list may follow: "Warranty", "Warranty period:", but not "Warranty: yes"."""
    named = any(m.start <= 1 for m in scene.all("warranty")) and not scene.has("yes", "only", "condition", "formerly")
    return named and len(scene.tokens) <= _LABEL and max(scene.levels[1:], default=0) < LIGHT and not scene.quantities


def beside(scene: Scene, subject: Mention, first: Quantity, second: Quantity) -> bool:
    """Whether two lengths are said of two things in the same way: "2 weeks on PS4, 1 month on PS5"."""
    if first.bare or second.bare or not first.end <= second.start <= first.end + _LABEL:
        return False
    tokens, levels = scene.tokens, scene.levels
    if 0 < first.start - subject.end <= _LABEL and ":" in tokens[subject.end].gap:
        return levels[first.end] >= COMMA and second.start > first.end
    labelled = first.end < second.start and levels[second.start] >= COMMA and second.end < len(tokens)
    bracketed = labelled and all("(" in tokens[q.end].gap for q in (first, second))
    return labelled and (bracketed or tokens[first.end].text == tokens[second.end].text)
