"""The clocks of a dispute, each with what happens when it has run out."""

from datetime import UTC, datetime, time

from arbitration.rules.policy import Policy, Step
from arbitration.rules.policy_text.speaking import Lines, Speaker, say
from arbitration.rules.policy_text.wording import CLOCKS

_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)
_AFTER = ("ruling", "appeal", "correction")


def lines(policy: Policy, speaker: Speaker) -> Lines:
    """One line for each clock, in the order in which a dispute comes to them."""
    return [
        _with_reminders(policy, "seller_answer", "ends", speaker),
        _working_day(policy, speaker),
        _with_reminders(policy, "buyer_answer", "ends", speaker),
        say(speaker, CLOCKS["escalation"], period=policy.period("escalation", "opens")),
        say(speaker, CLOCKS["offer"], period=policy.period("offer", "lasts"), count=_count(policy, "offer", speaker)),
        say(speaker, CLOCKS["exhibit"], period=policy.period("exhibit", "lies_open")),
        _request(policy, speaker),
        say(speaker, CLOCKS["extension"], period=policy.period("extension", "in_all")),
        *(say(speaker, CLOCKS[clock], period=policy.period(clock, "within")) for clock in _AFTER),
        _with_reminders(policy, "remedy", "within", speaker),
        _reopening(policy, speaker),
    ]


def _with_reminders(policy: Policy, clock: str, end: str, speaker: Speaker) -> str:
    said = say(speaker, CLOCKS[clock], period=policy.period(clock, end))
    steps = policy.reminders(clock)
    if not steps:
        return said
    periods = speaker.joined([_step(step, speaker) for step in steps])
    return f"{said} {say(speaker, CLOCKS['reminders'], periods=periods)}"


def _step(step: Step, speaker: Speaker) -> str:
    if step.counted_in == "working":
        return say(speaker, CLOCKS["of_the_day"], period=step.after)
    return speaker.duration(step.after)


def _working_day(policy: Policy, speaker: Speaker) -> str:
    opens, closes = policy.clocks["working_day"]["from"], policy.clocks["working_day"]["to"]
    assert isinstance(opens, time)
    assert isinstance(closes, time)
    if (opens, closes) == (time.min, time.max):
        return say(speaker, CLOCKS["all_day"])
    closes = time.min if closes == time.max else closes
    return say(speaker, CLOCKS["working_day"], opens=_time(opens, speaker), closes=_time(closes, speaker))


def _time(moment: time, speaker: Speaker) -> str:
    return speaker.clock_time(_SOME_DAY.replace(hour=moment.hour, minute=moment.minute))


def _request(policy: Policy, speaker: Speaker) -> str:
    before = policy.period("exhibit_request", "reminder_before_end")
    least = policy.period("exhibit_request", "reminder_if_longer_than")
    return say(speaker, CLOCKS["exhibit_request"], period=before, least=least)


def _reopening(policy: Policy, speaker: Speaker) -> str:
    times = speaker.number(policy.count("reopening", "times"))
    return say(speaker, CLOCKS["reopening"], period=policy.period("reopening", "within"), count=times)


def _count(policy: Policy, clock: str, speaker: Speaker) -> str:
    return speaker.number(policy.count(clock, "counter_offers"))
