"""A policy is looked over before anybody is judged by it: each fault is found where it stands, and only it."""

from datetime import UTC, datetime

import pytest

from arbitration.rules.faults import BadInputError
from arbitration.rules.policy_checks import FAULT, WARNING, find
from arbitration.rules.policy_file import builtin_policy_text, shipped_names, shipped_text
from tests.policies.planting import FLOOR, found, in_part, planted

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SELLER, BUYER = "[clocks.seller_answer]", "[clocks.buyer_answer]"
WARRANTY, GRACE = 'rules."warranty.period"', 'rules."payment.grace"'
ALL_FOUR = '["not_as_described", "invalid", "stopped_working", "reclaimed"]'


@pytest.mark.parametrize("name", shipped_names())
def test_the_policies_that_come_along_are_clean(name: str) -> None:
    assert find(shipped_text(name), NOW) == []


PLANTED = {
    "a seller's reminder at the deadline": (
        [in_part(SELLER, "PT48H", "PT72H")],
        FAULT,
        "clocks.seller_answer.reminders[2].after",
    ),
    "a buyer's reminder after the deadline": (
        [in_part(BUYER, "PT72H", "P8D")],
        FAULT,
        "clocks.buyer_answer.reminders[1].after",
    ),
    "two reminders at one moment": ([in_part(SELLER, "PT48H", "P1D")], FAULT, "clocks.seller_answer.reminders[2]"),
    "a reminder that is overtaken": ([in_part(BUYER, "PT24H", "P5D")], FAULT, "clocks.buyer_answer.reminders[1]"),
    "no reminders": (
        [in_part(BUYER, 'reminders = [\n    { after = "PT24H", counted_in = "plain" },\n'
                 '    { after = "PT72H", counted_in = "plain" },\n]', "reminders = []")],
        WARNING,
        "clocks.buyer_answer.reminders",
    ),
    "a reminder in the seller's hours to the buyer": (
        [in_part(BUYER, '"plain"', '"working"')],
        WARNING,
        "clocks.buyer_answer.reminders[0].counted_in",
    ),
    "working hours that may outlast the deadline": (
        [in_part(SELLER, "PT2H", "PT23H"), ('from = "09:00"', 'from = "15:00"')],
        WARNING,
        "clocks.seller_answer.reminders[0].after",
    ),
    "a day that closes before it opens": ([('from = "09:00"', 'from = "21:30"')], FAULT, "clocks.working_day.to"),
    "a day without hours": ([('from = "09:00"', 'from = "21:00"')], FAULT, "clocks.working_day.to"),
    "an arbiter who can be called too late": (
        [('opens = "PT24H"', 'opens = "PT72H"')],
        FAULT,
        "clocks.escalation.opens",
    ),
    "an arbiter who is called before anybody could answer": (
        [('opens = "PT24H"', 'opens = "PT1H"')],
        WARNING,
        "clocks.escalation.opens",
    ),
    "a seller who may be silent for a season": (
        [in_part(SELLER, 'ends = "PT72H"', 'ends = "P40D"'), ('ends = "P7D"', 'ends = "P40D"')],
        WARNING,
        "clocks.seller_answer.ends",
    ),
    "exhibits open longer than a ruling takes": (
        [('lies_open = "PT48H"', 'lies_open = "P8D"')],
        FAULT,
        "clocks.exhibit.lies_open",
    ),
    "a reminder before the request": (
        [('reminder_before_end = "P1D"', 'reminder_before_end = "P3D"')],
        FAULT,
        "clocks.exhibit_request.reminder_before_end",
    ),
    "a request that is never reminded of": (
        [('reminder_if_longer_than = "PT48H"', 'reminder_if_longer_than = "P9D"')],
        WARNING,
        "clocks.exhibit_request.reminder_if_longer_than",
    ),
    "an offer that outlives the talk": ([('lasts = "PT72H"', 'lasts = "P5D"')], WARNING, "clocks.offer.lasts"),
    "extensions longer than the time": ([('in_all = "PT48H"', 'in_all = "P9D"')], WARNING, "clocks.extension.in_all"),
    "an appeal longer than the reopening": (
        [in_part("[clocks.reopening]", "P30D", "P5D")],
        FAULT,
        "clocks.appeal.within",
    ),
    "a reopening that closes before the remedy": (
        [in_part("[clocks.reopening]", "P30D", "P7D"), in_part("[clocks.remedy]", "PT72H", "P9D")],
        FAULT,
        "clocks.reopening.within",
    ),
    "a correction after the appeal": (
        [in_part("[clocks.correction]", "P7D", "P9D")],
        WARNING,
        "clocks.correction.within",
    ),
    "a ruling that takes a season": ([in_part("[clocks.ruling]", "P7D", "P90D")], WARNING, "clocks.ruling.within"),
    "a reopening that is never allowed": ([("times = 1", "times = 0")], FAULT, "clocks.reopening.times"),
    "a deadline that never comes": ([in_part("[clocks.ruling]", "P7D", "P200Y")], FAULT, "clocks.ruling.within"),
    "a reminder of a remedy that was due before": (
        [in_part("[clocks.remedy]", "PT24H", "PT72H")],
        FAULT,
        "clocks.remedy.reminders[0].after",
    ),
    "a deadline without an end": ([in_part(SELLER, 'ends = "PT72H"', "")], FAULT, "clocks.seller_answer.ends"),
    "a grace without a consequence": ([('remedies = ["refund"]', "remedies = []")], FAULT, f"{GRACE}.remedies"),
    "a grace without money": ([('remedies = ["refund"]', 'remedies = ["replacement"]')], WARNING, f"{GRACE}.remedies"),
    "a grace longer than the buyer may be silent": (
        [('period = "PT24H"', 'period = "P8D"')],
        FAULT,
        f"{GRACE}.period",
    ),
    "replacements that never come": (
        [("most_replacements = 2", "most_replacements = 0")],
        FAULT,
        "remedies.most_replacements",
    ),
    "a rule that no reason reaches": (
        [in_part('[rules."video.proof"]', '["not_as_described", "invalid"]', "[]")],
        WARNING,
        'rules."video.proof".reasons',
    ),
    "a reason that nothing decides": (
        [('reasons = ["payment_not_credited"]', "reasons = []")],
        FAULT,
        "rules",
    ),
    "a reason without an end": (
        [in_part('[rules."warranty.period"]', ', "reclaimed"]', "]")],
        FAULT,
        "rules",
    ),
    "faults taken for a change of mind": (
        [('reasons = ["changed_mind"]', 'reasons = ["changed_mind", "invalid"]')],
        FAULT,
        'rules."reason.changed_mind".reasons',
    ),
    "a rule that is never asked": (
        [in_part('[rules."disclosure.read"]', '"not_as_described"', '"not_delivered", "not_as_described"')],
        FAULT,
        'rules."disclosure.read".reasons',
    ),
    "a video of what came later": (
        [in_part('[rules."video.proof"]', '"invalid"', '"reclaimed"')],
        FAULT,
        'rules."video.proof".reasons',
    ),
    "an exclusion that leaves nothing": (
        [('handover_reasons = ["not_as_described", "invalid"]', "handover_reasons = []")],
        WARNING,
        f"{WARRANTY}.handover_reasons",
    ),
    "a handover for another trouble": (
        [('handover_reasons = ["not_as_described"', 'handover_reasons = ["not_delivered"')],
        FAULT,
        f"{WARRANTY}.handover_reasons",
    ),
    "an hour to look at the goods": (
        [('handover_period = "PT24H"', 'handover_period = "PT1H"')],
        WARNING,
        f"{WARRANTY}.handover_period",
    ),
    "a handover of a year": (
        [('handover_period = "PT24H"', 'handover_period = "P1Y"')],
        WARNING,
        f"{WARRANTY}.handover_period",
    ),
    "a handover longer than silence gives": (
        [('handover_period = "PT24H"', 'handover_period = "P9D"\nunstated_period = "P3D"'),
         ("unspecified_means_unlimited", "unspecified_means_period")],
        FAULT,
        f"{WARRANTY}.handover_period",
    ),
    "conduct that binds nobody": ([('by = ["seller"]', "by = []")], FAULT, "conduct.review_removal_demanded.by"),
    "conduct that binds the buyer alone": (
        [('by = ["seller"]', 'by = ["buyer"]')],
        WARNING,
        "conduct.review_removal_demanded.by",
    ),
    "abuse that one side may": ([('by = ["seller", "buyer"]', 'by = ["seller"]')], WARNING, "conduct.abuse.by"),
    "two bans of one name": ([('"conduct.abuse"', '"conduct.outside_contact"')], WARNING, "conduct.abuse.rule"),
    "conduct that is left out": (
        [('[conduct.abuse]\nby = ["seller", "buyer"]\nrule = "conduct.abuse"\nclause = "C6"\n', "")],
        WARNING,
        "conduct.abuse",
    ),
    "a buyer who lapses before the seller": (
        [
            ('{ after = "PT72H"', '{ after = "PT40H"'),
            ('ends = "P7D"', 'ends = "PT71H"'),
            ('lasts = "PT72H"', 'lasts = "PT71H"'),
        ],
        WARNING,
        "clocks.buyer_answer.ends",
    ),
    "an appeal overnight": (
        [in_part("[clocks.appeal]", "P7D", "PT6H"), in_part("[clocks.correction]", "P7D", "PT6H")],
        WARNING,
        "clocks.appeal.within",
    ),
    "a clause that is cited but not there": (
        [in_part('[rules."video.proof"]', '["C4"]', '["C9"]')],
        FAULT,
        'rules."video.proof".clauses[0]',
    ),
    "a rule without a clause": (
        [in_part('[rules."video.proof"]', '["C4"]', "[]")],
        WARNING,
        'rules."video.proof".clauses',
    ),
    "a clause without a language": (
        [in_part("[clauses.C2]", 'pl = "Sprzedawca', '# "Sprzedawca')],
        FAULT,
        "clauses.C2.pl",
    ),
    "a clause that was not translated": (
        [in_part("[clauses.C5]", "L'acheteur doit lire la description en entier avant de payer.",
                 "The buyer has to read the whole description before paying.")],
        WARNING,
        "clauses.C5.fr",
    ),
    "a name nobody can type": ([('id = "agreement"', 'id = "Our Rules!"')], WARNING, "id"),
    "a name longer than there is room": ([('id = "agreement"', f'id = "{"a" * 65}"')], FAULT, "id"),
    "no day from which it counts": ([('in_force_from = "2025-01-01T00:00:00Z"', "")], FAULT, "in_force_from"),
    "a version of the past": ([("version = 1", "version = 2")], WARNING, "in_force_from"),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_each_fault_is_found_where_it_stands(name: str) -> None:
    changes, severity, path = PLANTED[name]
    problems = found(*changes, at=NOW)
    assert (severity, path) in [(problem.severity, problem.path) for problem in problems]
    assert all(problem.message.endswith(".") for problem in problems)
    assert len(problems) <= 3, problems


@pytest.mark.parametrize("name", PLANTED)
def test_the_sound_policy_has_none_of_them(name: str) -> None:
    _, _, path = PLANTED[name]
    assert path not in [problem.path for problem in find(builtin_policy_text(), NOW)]


NEW_CLAUSE = """
[clauses.X9]
en = "One."
fr = "Un."
uk = "Адин."
ru = "Один."
pl = "Jeden."
fa = "یک."
"""


def test_a_clause_that_nothing_cites_is_named_unless_that_is_meant() -> None:
    assert [problem.path for problem in found(added=NEW_CLAUSE)] == ["clauses.X9"]
    assert found(('id = "agreement"', 'id = "agreement"\nuncited = ["X9"]'), added=NEW_CLAUSE) == []
    assert [problem.path for problem in found(('id = "agreement"', 'id = "agreement"\nuncited = ["C1"]'))] == [
        "uncited"
    ]


def test_a_rule_may_be_left_unused_on_purpose() -> None:
    change = ('reasons = ["not_as_described", "invalid"]\nclauses = ["C4"]', "unused = true")
    problems = found(change)
    assert [problem.path for problem in problems] == ["clauses.C4"]


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ('"reclaimed"]', '"reclaimed", "not_delivered"]', "floor.reasons"),
        (f"reasons = {ALL_FOUR}", "reasons = []", "floor.reasons"),
        ('"P1M"', '"PT2H"', "floor.period"),
        ('period = "P1M"', 'period = "P1M"\nstarts = "payment"', "floor.starts"),
        ('clauses = ["C2"]', "clauses = []", "floor.clauses"),
    ],
)
def test_a_floor_is_looked_over_too(old: str, new: str, path: str) -> None:
    assert found(added=FLOOR) == []
    assert [problem.path for problem in found(added=FLOOR.replace(old, new))] == [path]


def test_a_period_of_its_own_below_the_floor_never_counts() -> None:
    unstated = ('handover_period = "PT24H"', 'handover_period = "PT24H"\nunstated_period = "P3D"')
    cited = ("unspecified_means_unlimited =", "unspecified_means_period =")
    problems = found(unstated, cited, added=FLOOR)
    assert [problem.path for problem in problems] == ["clauses.C3", 'rules."warranty.period".unstated_period'] or [
        problem.path for problem in problems
    ] == ['rules."warranty.period".unstated_period']


def test_what_cannot_be_read_is_told_and_nothing_is_made_of_it() -> None:
    problems = found(in_part(BUYER, 'ends = "P7D"', 'ends = "a week"'))
    assert [problem.path for problem in problems] == ["clocks.buyer_answer.ends"]


def test_a_clause_that_contradicts_its_translation_or_the_clocks_is_named() -> None:
    text = shipped_text("short-window")
    polish = text.replace("Kupujący ma 72 godziny", "Kupujący ma 48 godzin")
    assert [problem.path for problem in find(polish)] == ["clauses.S2.pl"]
    persian = text.replace("از آن ۷۲ ساعت نمی‌کاهد", "از آن ۹۶ ساعت نمی‌کاهد")
    assert [problem.path for problem in find(persian)] == ["clauses.S3.fa"]
    answers = planted(("answers the seller within 72 hours", "answers the seller within 5 days"), text=text)
    assert {problem.path for problem in find(answers)} >= {"clauses.S5.en"}


def test_many_faults_are_told_at_once_the_faults_first() -> None:
    problems = found(
        ("times = 1", "times = 0"), ('from = "09:00"', 'from = "22:00"'), ('lasts = "PT72H"', 'lasts = "P5D"')
    )
    assert [problem.severity for problem in problems] == [FAULT, FAULT, WARNING]


@pytest.mark.parametrize("text", ["", "id = 3", "rules = 5\nclauses = []\nclocks = 'x'", "[floor]\n[clocks.offer]"])
def test_a_file_with_next_to_nothing_in_it_is_told_key_by_key(text: str) -> None:
    assert {"id", "clauses"} <= {problem.path for problem in find(text)}


def test_what_is_not_toml_cannot_be_looked_over() -> None:
    with pytest.raises(BadInputError):
        find("x")


def test_a_version_that_is_still_to_come_is_fine() -> None:
    later = planted(("version = 1", "version = 2"), ("2025-01-01", "2027-01-01"))
    assert find(later, NOW) == []


def test_a_remedy_may_go_without_reminders() -> None:
    reminder = 'reminders = [\n    { after = "PT24H", counted_in = "plain" },\n]\nwithin'
    assert find(planted((reminder, "within")), NOW) == []


@pytest.mark.parametrize("name", shipped_names())
def test_whatever_line_is_lost_it_is_told(name: str) -> None:
    lines = shipped_text(name).splitlines()
    told_nothing = []
    for number, line in enumerate(lines):
        try:
            lost = find("\n".join([*lines[:number], *lines[number + 1 :]]))
        except BadInputError:
            continue
        if not lost:
            told_nothing.append(line)
    assert [line for line in told_nothing if line and not line.startswith(("#", "starts =", "    { after"))] == []
