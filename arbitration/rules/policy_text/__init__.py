"""A policy as a text for people, in the language of a speaker: clauses, what a buyer may demand, and the clocks."""

from arbitration.rules.policy import Policy
from arbitration.rules.policy_text import clocks, demands, warranty
from arbitration.rules.policy_text.speaking import Lines, Speaker, say
from arbitration.rules.policy_text.wording import CONDUCT, HEADINGS, WHOLE

__all__ = ["Speaker", "explain"]


def explain(policy: Policy, speaker: Speaker) -> str:
    """The whole policy as text: headings begin with ``#``, lines of a list with ``-``. It has no codes in it."""
    title = say(speaker, WHOLE["title"], name=speaker.quote(policy.id), version=speaker.number(policy.version))
    since = say(speaker, WHOLE["since"], at=speaker.instant(policy.in_force_from, zone=True))
    parts = [
        ("clauses", _clauses(policy, speaker)),
        ("demands", demands.lines(policy, speaker)),
        ("warranty", warranty.lines(policy, speaker)),
        ("conduct", _conduct(policy, speaker)),
        ("clocks", clocks.lines(policy, speaker)),
    ]
    text = [f"# {title}", since]
    for name, lines in parts:
        if lines:
            text += [f"## {speaker.gettext(HEADINGS[name])}", "\n".join(f"- {line}" for line in lines)]
    return "\n\n".join(text) + "\n"


def _clauses(policy: Policy, speaker: Speaker) -> Lines:
    return [f"{clause}. {policy.clause_text(clause, speaker.language)}" for clause in policy.clauses]


def _conduct(policy: Policy, speaker: Speaker) -> Lines:
    return [
        f"{speaker.gettext(CONDUCT[kind, side])} ({ban.clause})"
        for (kind, side), ban in policy.conduct.items()
        if (kind, side) in CONDUCT
    ]
