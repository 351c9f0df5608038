"""The table of stages drawn for people: a diagram of its moves, and every act with who may do it at which stage.

Both stand in docs/disputes.md, put there by ``tools/draw_stages.py``.
"""

from collections.abc import Iterator

from arbitration.domain.actors import Relation
from arbitration.domain.stages import ACTS, Act, Stage

WHO = {
    Relation.BUYER: "buyer",
    Relation.SELLER: "seller",
    Relation.ARBITER: "any arbiter",
    Relation.CASE_ARBITER: "its arbiter",
    Relation.OPERATOR: "operator",
    Relation.GATEWAY: "gateway",
}
CLOCK, OUTSIDE = "the clock", "[*]"
STAYS, NEVER = "•", ""


def diagram() -> str:
    """A Mermaid state diagram: one arrow for all acts that lead from a stage to another."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for name, act in ACTS.items():
        for move in _moves(act):
            arrows.setdefault(move, []).append(name)
    lines = [f"    {start} --> {end}: {', '.join(names)}" for (start, end), names in arrows.items()]
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, f"    {Stage.CLOSED} --> {OUTSIDE}", "```"])


def table() -> str:
    """A Markdown table: a line for each act; a dot where it can be done, and the stages that it leads to."""
    head = ["act", "who", *(stage.value for stage in Stage)]
    rows = [[f"`{name}`", _who(act), *(_cell(act, stage) for stage in Stage)] for name, act in ACTS.items()]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])


def _moves(act: Act) -> Iterator[tuple[str, str]]:
    if not act.at:
        yield from ((OUTSIDE, end.value) for end in _in_order(act.to))
    for start in _in_order(act.at):
        yield from ((start.value, end.value) for end in _in_order(act.leads_to(start)))


def _cell(act: Act, stage: Stage) -> str:
    if stage not in act.at:
        return NEVER
    leads_to = _in_order(act.leads_to(stage))
    return f"→ {' / '.join(end.value for end in leads_to)}" if leads_to else STAYS


def _who(act: Act) -> str:
    return ", ".join(word for relation, word in WHO.items() if relation in act.who) or CLOCK


def _in_order(stages: frozenset[Stage]) -> list[Stage]:
    return [stage for stage in Stage if stage in stages]
