"""The agreement is a file: what it says is what is judged, and a bad file is told key by key."""

from pathlib import Path

import pytest

from arbitration.rules.engine import decide
from arbitration.rules.faults import BadInputError
from arbitration.rules.policy import LANGUAGES, Policy
from arbitration.rules.policy_clocks import CLOCKS
from arbitration.rules.policy_file import builtin_policy, builtin_policy_text, read_policy
from arbitration.rules.reading import read_case
from tests.rules.cases import case_with


def _with(old: str, new: str) -> Policy:
    text = builtin_policy_text()
    assert old in text
    return read_policy(text.replace(old, new, 1))


def _faults(old: str, new: str) -> list[str]:
    with pytest.raises(BadInputError) as caught:
        _with(old, new)
    return [fault.path for fault in caught.value.faults]


def test_the_agreement_has_all_its_clauses_in_all_languages() -> None:
    policy = builtin_policy()
    assert (policy.id, policy.version) == ("agreement", 1)
    assert list(policy.clauses) == ["C1", "C2", "C3", "C4", "C5", "C6", "C7", "F1", "F2"]
    for clause in policy.clauses:
        texts = [policy.clause_text(clause, language) for language in LANGUAGES]
        assert len(set(texts)) == len(LANGUAGES)
    assert policy.clause_text("C1", "de") == policy.clause_text("C1", "en")
    with pytest.raises(KeyError):
        policy.clause_text("C99", "en")


def test_a_longer_grace_is_a_later_refund() -> None:
    policy = _with('period = "PT24H"', 'period = "PT72H"')
    case = case_with(as_of="2026-02-03T10:00:00Z", claim__reason="payment_not_credited")
    assert decide(read_case(case, builtin_policy()), builtin_policy()).verdict == "covered"
    assert decide(read_case(case, policy), policy).verdict == "too_early"


def test_a_longer_handover_covers_a_later_report() -> None:
    policy = _with('handover_period = "PT24H"', 'handover_period = "P3D"')
    case = case_with(listing__terms={"warranty": {"kind": "excluded"}})
    assert decide(read_case(case, builtin_policy()), builtin_policy()).verdict == "not_covered"
    assert decide(read_case(case, policy), policy).verdict == "covered"


def test_fewer_replacements_leave_the_refund_earlier() -> None:
    policy = _with("most_replacements = 2", "most_replacements = 1")
    case = case_with(purchase__replacements_made=1)
    assert decide(read_case(case, policy), policy).remedies == ("refund",)


def test_a_video_may_be_asked_of_other_reasons() -> None:
    text = builtin_policy_text()
    head, rule = text.split('[rules."video.proof"]')
    policy = read_policy(head + '[rules."video.proof"]' + rule.replace('"invalid"', '"reclaimed"', 1))
    case = case_with(claim__reason="reclaimed", listing__terms={"video_required": True})
    assert decide(read_case(case, policy), policy).verdict == "needs_evidence"


def test_conduct_that_the_policy_does_not_name_breaks_nothing() -> None:
    policy = _with('by = ["seller", "buyer"]', 'by = ["seller"]')
    case = case_with(conduct=[{"by": "buyer", "kind": "abuse", "at": "2026-02-04T00:00:00Z"}])
    assert decide(read_case(case, policy), policy).violations == ()


def test_the_digest_is_that_of_the_file() -> None:
    assert builtin_policy().sha256 == read_policy(builtin_policy_text()).sha256
    assert _with("version = 1", "version = 2").sha256 != builtin_policy().sha256


@pytest.mark.parametrize(
    ("clock", "name", "iso"),
    [
        ("seller_answer", "ends", "PT72H"),
        ("buyer_answer", "ends", "P7D"),
        ("escalation", "opens", "PT24H"),
        ("offer", "lasts", "PT72H"),
        ("exhibit", "lies_open", "PT48H"),
        ("extension", "in_all", "PT48H"),
        ("ruling", "within", "P7D"),
        ("appeal", "within", "P7D"),
        ("correction", "within", "P7D"),
        ("remedy", "within", "PT72H"),
        ("reopening", "within", "P30D"),
    ],
)
def test_the_periods_of_a_dispute_stand_in_the_file(clock: str, name: str, iso: str) -> None:
    assert str(builtin_policy().period(clock, name)) == iso


def test_the_ladder_of_reminders_stands_in_the_file() -> None:
    policy = builtin_policy()
    ladder = [(str(step.after), step.counted_in) for step in policy.reminders("seller_answer")]
    assert ladder == [("PT2H", "working"), ("PT24H", "plain"), ("PT48H", "plain")]
    assert [str(step.after) for step in policy.reminders("buyer_answer")] == ["PT24H", "PT72H"]
    assert policy.count("offer", "counter_offers") == 3
    assert policy.reminders("offer") == ()


@pytest.mark.parametrize(
    ("old", "new", "paths"),
    [
        ('id = "agreement"', "", ["id"]),
        ('id = "agreement"', "id = 5", ["id"]),
        ("version = 1", "version = true", ["version"]),
        ("version = 1", "version = 0", ["version"]),
        ("version = 1", 'version = 1\ncolour = "red"', ["colour"]),
        ('"2025-01-01T00:00:00Z"', '"2025-01-01"', ["in_force_from"]),
        ('period = "PT24H"', 'period = "24 hours"', ['rules."payment.grace".period']),
        ('period = "PT24H"', 'period = "PT0S"', ['rules."payment.grace".period']),
        ('remedies = ["refund"]', 'remedies = ["thanks"]', ['rules."payment.grace".remedies[0]']),
        ('reasons = ["not_delivered"]', 'reasons = ["lost", "lost"]', ['rules."delivery.logged".reasons[0]']),
        ('stated = ["C2"]', 'stated = ["C22"]', ['rules."warranty.period".clauses.stated[0]']),
        ('clause = "F2"', 'clause = "F9"', ["conduct.review_removal_demanded.clause"]),
        ("counter_offers = 3", "counter_offers = -3", ["clocks.offer.counter_offers"]),
        ('from = "09:00"', 'from = "9"', ["clocks.working_day.from"]),
        ('after = "PT2H", counted_in = "working"', 'after = "PT2H", counted_in = "moon"', None),
        ("[clauses.C7]", "[clauses.C7]\nde = 'x'", ["clauses.C7.de"]),
        ("[clocks.appeal]", "[clocks.appeals]", ["clocks.appeal", "clocks.appeals"]),
    ],
)
def test_a_bad_policy_is_told_by_the_key(old: str, new: str, paths: list[str] | None) -> None:
    found = _faults(old, new)
    wanted = paths or ["clocks.seller_answer.reminders[0].counted_in"]
    assert set(wanted) <= set(found)
    assert len(found) <= len(wanted) + 1


@pytest.mark.parametrize("text", ["x", "id = 'a'\nid = 'b'", "", "rules = 5\nclauses = []\nclocks = 'x'"])
def test_what_is_no_policy_is_refused(text: str) -> None:
    with pytest.raises(BadInputError):
        read_policy(text)


def test_the_documentation_names_every_clock() -> None:
    text = Path(__file__).parents[2].joinpath("docs", "policy.md").read_text("utf-8")
    for clock, names in CLOCKS.items():
        for name in names:
            assert f"`clocks.{clock}.{name}`" in text
