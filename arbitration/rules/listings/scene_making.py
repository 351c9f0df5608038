"""From the words of a listing to its scenes: each statement in its own language, headings joined to their values."""

from collections.abc import Sequence

from arbitration.rules.listings.lexicon import lexicons
from arbitration.rules.listings.lists import is_item, may_head
from arbitration.rules.listings.scenes import Scene
from arbitration.rules.listings.statements import COMMA, LIGHT, Statement, statements
from arbitration.rules.listings.tokens import Token
from arbitration.rules.listings.tongue import ordered, scored
from arbitration.rules.listings.unpunctuated import unrolled

_HEADING = 4
_VALUE = 3
_RENEWED = 8
_ANSWER, _ANSWERED, _QUESTION = 6, 18, 14
_HEADED = ("warranty", "assure", "claim", "remedy", "check_time")
_ANSWERS = ("none", "neg", "lifetime", "whole_term")
_SAID_ALREADY = ("neg", "none", "lifetime", "without", "until", "only", "ends")
_OF_ITS_OWN = ("delivery", "response", "term", "foreign", "warranty", "processing", "withdrawal", "other")


def scenes_of(text: str, words: list[Token]) -> tuple[list[Scene], dict[str, float]]:
    """The scenes of a listing in order, and how much in it speaks for each language."""
    found = [piece for one in statements(words) for piece in unrolled(one)]
    parts = [scored(text[one.tokens[0].start : one.tokens[-1].end], one.tokens) for one in found]
    whole = {code: sum(part[code] for part in parts) for code in lexicons()}
    scenes: list[Scene] = []
    heading: Statement | None = None
    for statement, own in zip(found, parts, strict=True):
        order = _order(own, whole)
        scene = Scene(statement, order)
        heading = statement if may_head(scene) else heading if is_item(scene) else None
        if heading is not None and heading is not statement:
            if scenes[-1].statement is heading:
                scenes.pop()
            scene = Scene(_joined(heading, statement), order)
        elif scenes and any(joins(scene, scenes[-1]) for joins in (_continues, _renews, _names)):
            scene = Scene(_joined(scenes.pop().statement, statement), order)
        elif scenes and (_ends_with_it(scene, scenes[-1]) or _sets_against(scene, scenes[-1])):
            scene = Scene(_joined(scenes.pop().statement, statement, COMMA), order)
        elif scenes and (_answers(scene, scenes[-1]) or _settles(scene, scenes[-1])):
            scene = Scene(_joined(scenes.pop().statement, statement), order, promised=True)
        elif scenes and _tells(scene, scenes[-1]):
            question = scenes.pop().statement
            scene = Scene(_joined(question, statement), order, asked=len(question.tokens))
        elif (above := _column_head(scenes, statement)) is not None and _is_value(scene, False):
            scene = Scene(_joined(above.statement, statement), order)
        scenes.append(scene)
    return scenes, whole


def _column_head(scenes: Sequence[Scene], statement: Statement) -> Scene | None:
    """The heading of a table's column: the cell that stands as far along in the line above."""
    column = sum(scene.statement.line == statement.line for scene in scenes)
    above = [scene for scene in scenes if scene.statement.line == statement.line - 1]
    if not column or column >= len(above) or not all(len(scene.tokens) <= _HEADING for scene in above):
        return None
    return above[column] if _heads(above[column]) else None


def _order(own: dict[str, float], whole: dict[str, float]) -> tuple[str, ...]:
    """The languages that a statement may be in, likeliest first: its own words speak, then the whole text."""
    total = sum(whole.values()) or 1.0
    return ordered({code: own[code] + 3 * whole[code] / total for code in own}, whole)


def _heads(scene: Scene) -> bool:
    """Whether a statement is only the name of something whose value follows: "Warranty:", "Гарантия" """
    short = len(scene.tokens) <= _HEADING or (scene.statement.asks and len(scene.tokens) <= 6)
    named = scene.has(*_HEADED) or (scene.statement.asks and scene.has("fault"))
    return short and named and not scene.quantities and not scene.has(*_SAID_ALREADY)


def _continues(scene: Scene, heading: Scene) -> bool:
    if heading.statement.asks and scene.quantities and scene.has("claim", "check_time"):
        return False
    if "!" in scene.tokens[0].gap and "\n" in scene.tokens[0].gap:
        return False
    return _heads(heading) and _is_value(scene, heading.statement.asks)


def _is_value(scene: Scene, asked: bool) -> bool:
    if scene.has(*_OF_ITS_OWN):
        near = [m for m in scene.all(*_OF_ITS_OWN) if m.start not in scene.events]
        near = [m for m in near if m.concept != "term" or not scene.has("fault")]
        if near:
            return False
    reach = 2 * _VALUE if asked else _VALUE
    led = any(q.start < reach and (asked or _known(scene, q.start)) for q in scene.quantities)
    short = len(scene.tokens) <= (_ANSWER if asked else 3)
    last = [m for m in scene.all("no_answer") if m.end == len(scene.tokens)]
    return led or (short and (bool(last) or any(m.start < 2 for m in scene.all(*_ANSWERS))))


def _known(scene: Scene, end: int) -> bool:
    """Whether every word before a length of time means something here, as in "up to 30 days"."""
    named = {place for mentions in scene.by_concept.values() for m in mentions for place in range(m.start, m.end)}
    return all(place in named for place in range(end))


def _answers(scene: Scene, asked: Scene) -> bool:
    """ "Trouble in the first 3 days? I replace it." """
    if not asked.statement.asks or scene.statement.asks or len(asked.tokens) + len(scene.tokens) > _ANSWERED:
        return False
    timed = asked.has("within", "speed") and any(not q.bare for q in asked.quantities)
    told = timed and asked.has("claim", "fault", "contact", "unhappy") and not asked.has("not_arrived")
    refused = scene.has("neg", "none", "refuse", "condition", "warranty", "processing")
    refused = refused or any(not q.bare for q in scene.quantities)
    return told and scene.has("remedy") and not refused and not asked.has(*_OF_ITS_OWN, "remedy")


def _renews(scene: Scene, before: Scene) -> bool:
    """ "It used to be 3 months of guarantee; since spring it is six months." """
    former = before.has("formerly") and before.has("warranty") and len(before.quantities) == 1
    told = former and len(scene.tokens) <= _RENEWED and len(scene.quantities) == 1 and not before.statement.asks
    return told and not scene.statement.asks and not scene.has(*_HEADED, *_OF_ITS_OWN, "fee", "neg", "none", "review")


def _names(scene: Scene, before: Scene) -> bool:
    """ "7 days. That is the warranty." """
    if len(before.quantities) != 1 or before.quantities[0].bare or before.statement.asks or scene.statement.asks:
        return False
    alone = before.quantities[0].start == 0 and before.quantities[0].end == len(before.tokens)
    if alone and len(scene.tokens) == 1 and scene.has("warranty", "remedy") and _adorned(scene.tokens[0].gap):
        return True
    named = any(m.start == 0 for m in scene.all("this_is")) and scene.has("warranty") and not scene.quantities
    return alone and named and len(scene.tokens) <= _VALUE + 2 and not scene.has("none", "neg")


def _ends_with_it(scene: Scene, before: Scene) -> bool:
    """ "Login = acceptance. No claims after that." """
    told = before.has("check_event") and not before.has(
        "warranty", "delivery", "video", "filming", "condition", "misuse"
    )
    short = len(before.tokens) <= _HEADING and len(scene.tokens) <= _RENEWED and not before.statement.asks
    refused = scene.has("then") and scene.has("neg", "none") and scene.has("claim", "liability", "warranty")
    return told and short and refused and not (before.quantities or scene.quantities or scene.statement.asks)


def _sets_against(scene: Scene, before: Scene) -> bool:
    """ "The manufacturer's warranty does not apply; mine is 3 weeks." """
    told = before.has("foreign") and before.has("neg", "none", "refuse") and not before.quantities
    led = any(m.start <= 1 for m in scene.all("own")) and not scene.has(*_HEADED, *_OF_ITS_OWN, "neg", "none", "fee")
    return told and led and len(scene.quantities) == 1 and len(scene.tokens) <= _RENEWED


def _adorned(gap: str) -> bool:
    """Whether nothing but pictures stands between two words of a line: "7 DAYS ⏳ WARRANTY" """
    signs = gap.replace(" ", "")
    return bool(signs) and not any(sign.isascii() or sign in "•·…—–" for sign in signs)


def _settles(scene: Scene, before: Scene) -> bool:
    """ "24 h are enough to see that it works. I listen to no complaints later." """
    if before.statement.asks or scene.quantities or len(before.tokens) + len(scene.tokens) > 2 * _ANSWERED:
        return False
    measured = [q for q in before.quantities if not q.bare]
    if len(measured) != 1 or not before.has("checking", "check_time") or before.has(*_OF_ITS_OWN, "neg", "then"):
        return False
    return scene.has("then") and scene.has("neg", "none", "refuse") and scene.has("claim", "remedy", "liability")


def _tells(scene: Scene, asked: Scene) -> bool:
    """ "And the guarantee, a week like everywhere? - Not a week, thirty days.", "Guarantee 30 days? - Yes." """
    if not asked.statement.asks or scene.statement.asks or len(asked.tokens) > _QUESTION:
        return False
    named = asked.has("warranty", "assure", "claim", "check_time")
    if not named or asked.has("processing", "response", "delivery", "foreign", "withdrawal", "speed_asked"):
        return False
    own = [m for m in scene.all(*_OF_ITS_OWN) if m.concept not in ("warranty", "term") and m.start not in scene.events]
    if any(m.start or m.end >= len(scene.tokens) or ":" not in scene.tokens[m.end].gap for m in own):
        return False
    if scene.quantities:
        return scene.quantities[0].start <= _ANSWER
    agreed = any(m.start < 2 for m in scene.all("yes")) and not scene.has("neg", "none", "condition", "elsewhere")
    return agreed and len(scene.tokens) <= _ANSWER and any(not q.bare for q in asked.quantities)


def _joined(first: Statement, second: Statement, level: int = LIGHT) -> Statement:
    return Statement(first.tokens + second.tokens, (*first.levels, level, *second.levels[1:]), second.asks, first.line)
