"""What must be true of every case, whatever its facts."""

import copy
import json
from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arbitration.cli.quick_reading import quick_case
from arbitration.cli.quick_writing import write_answer
from arbitration.cli.streams import in_utf8
from arbitration.rules.answer import answer
from arbitration.rules.durations import Duration
from arbitration.rules.engine import decide, stand
from arbitration.rules.faults import BadInputError
from arbitration.rules.instants import parse_instant
from arbitration.rules.policy_file import builtin_policy
from arbitration.rules.reading import read_case, read_case_json
from arbitration.rules.verdict import Verdict
from tests.rules.cases import START, ask, case_with, cases, exhibits, fault_paths, offsets, put

BETTER = {"not_covered": 0, "needs_evidence": 1, "too_early": 1, "covered": 2}
MOMENTS = [START + timedelta(hours=hours) for hours in (-1, 0, 1, 30, 500, 2000)]


def _moved(value: Any, draw: Any) -> Any:
    """The same value with each instant written in an offset of its own."""
    if isinstance(value, dict):
        return {key: _moved(item, draw) for key, item in value.items()}
    if isinstance(value, list):
        return [_moved(item, draw) for item in value]
    if isinstance(value, str) and value.endswith("Z"):
        return parse_instant(value).astimezone(draw(offsets)).isoformat()
    return value


@given(cases(), exhibits(MOMENTS))
def test_a_further_exhibit_never_makes_a_verdict_worse(case: dict[str, Any], exhibit: dict[str, Any]) -> None:
    more = put(case, "evidence[]", exhibit)
    assert BETTER[ask(more)["verdict"]] >= BETTER[ask(case)["verdict"]]


@given(cases(), st.data())
def test_the_same_instants_in_another_offset_change_nothing(case: dict[str, Any], data: st.DataObject) -> None:
    assert ask(_moved(case, data.draw)) == ask(case)


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_lists_changes_nothing(case: dict[str, Any], random: Any) -> None:
    shuffled = copy.deepcopy(case)
    for name in ("reports", "evidence", "conduct"):
        random.shuffle(shuffled[name])
    random.shuffle(shuffled["listing"]["terms"]["disclosed"])
    assert ask(shuffled) == ask(case)


@given(cases())
def test_every_change_told_is_true(case: dict[str, Any]) -> None:
    found = ask(case)
    paths = [change["path"] for change in found["counterfactuals"]]
    assert len(set(paths)) == len(paths)
    assert not (found["verdict"] == "covered" and paths)
    for change in found["counterfactuals"]:
        changed = put(case, change["path"], change["value"])
        assert fault_paths(changed) == []
        assert ask(changed)["verdict"] == change["verdict"] == "covered"


@given(cases())
def test_no_later_report_would_do(case: dict[str, Any]) -> None:
    for change in ask(case)["counterfactuals"]:
        if change["path"] == "reports[]":
            later = parse_instant(change["value"]["at"]) + timedelta(microseconds=1)
            report = {"at": later.isoformat(), "via": "correspondence"}
            assert ask(put(case, "reports[]", report))["verdict"] != "covered"


@given(cases())
def test_an_admission_is_told_wherever_it_would_help(case: dict[str, Any]) -> None:
    found = ask(case)
    told = any(change["path"] == "claim.admitted_by_seller" for change in found["counterfactuals"])
    helps = ask(put(case, "claim.admitted_by_seller", True))["verdict"] == "covered"
    assert told == (helps and found["verdict"] != "covered")


@given(cases(), st.integers(0, 10**7))
def test_only_the_grace_of_a_payment_looks_at_the_moment_of_asking(case: dict[str, Any], later: int) -> None:
    after = case | {"as_of": (parse_instant(case["as_of"]) + timedelta(seconds=later)).isoformat()}
    if case["claim"]["reason"] == "payment_not_credited":
        assert BETTER[ask(after)["verdict"]] >= BETTER[ask(case)["verdict"]]
    else:
        assert _without_changes(ask(after)) == _without_changes(ask(case))


def _without_changes(found: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in found.items() if key != "counterfactuals"}


@given(cases())
def test_conduct_never_changes_the_verdict(case: dict[str, Any]) -> None:
    calm = ask(case | {"conduct": []})
    assert ask(case) | {"violations": []} == calm


@given(cases())
def test_what_is_missing_goes_with_the_verdict(case: dict[str, Any]) -> None:
    found = ask(case)
    assert bool(found["missing"]) == (found["verdict"] == "needs_evidence")
    assert bool(found["remedies"]) == (found["verdict"] == "covered")
    assert (found["not_before"] is not None) == (found["verdict"] == "too_early")


@given(cases())
def test_the_quick_ways_give_what_the_plain_ways_give(case: dict[str, Any]) -> None:
    policy = builtin_policy()
    read = read_case(case, policy)
    assert quick_case(json.dumps(case).encode(), policy) == read
    verdict = decide(read, policy)
    assert write_answer(verdict) == _plainly(verdict)
    assert stand(policy.rules_for[read.claim.reason], read, verdict.reported_at) == (verdict.verdict == "covered")


def _plainly(verdict: Verdict) -> bytes:
    return in_utf8(json.dumps(answer(verdict), ensure_ascii=False))


WORDS = ["50% %s %(at)s", 'a"b\\c', 'x","y', "v1.00Z", "\ud800 é", "\x7f\t\u2028", "😀 کلید", ""]


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("decimals", ["", ".001200", ".000"])
def test_whatever_somebody_wrote_comes_back_as_the_plain_way_writes_it(words: str, decimals: str) -> None:
    opened = f"2026-02-03T10:00:00{decimals}Z"
    case = case_with(claim__defect=words, claim__opened_at=opened, listing__terms={"disclosed": [words]})
    policy = builtin_policy()
    for line in (json.dumps(case), json.dumps(case, ensure_ascii=False)):
        raw = line.encode("utf-8", "surrogatepass" if "\\u" in line else "replace")
        read = quick_case(raw, policy)
        assert read is None or read == read_case_json(raw, policy)
        verdict = decide(read or read_case_json(raw, policy), policy)
        assert write_answer(verdict) == _plainly(verdict)


@given(cases(), st.data())
def test_a_key_that_stands_twice_is_never_read_quickly(case: dict[str, Any], data: st.DataObject) -> None:
    line = json.dumps(case)
    keys = [key for owner in _objects(case, []) for key in owner]
    key = json.dumps(data.draw(st.sampled_from(keys)))
    twice = line.replace(key, f"{key}: {data.draw(st.sampled_from(['null', '[]', key]))}, {key}", 1)
    assert quick_case(line.encode(), builtin_policy()) is not None
    assert quick_case(twice.encode(), builtin_policy()) is None


periods = st.builds(Duration, *[st.integers(0, most) for most in (3, 30, 5, 40, 50, 70, 70)])
ends = st.sampled_from([timedelta(0), timedelta(microseconds=1), timedelta(days=1), timedelta(days=-1)])


@given(periods, st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)), ends)
def test_a_period_covers_what_is_no_later_than_its_end(period: Any, start: Any, moment: Any, off: timedelta) -> None:
    end = period.after(start)
    assert period.covers(start, moment) == (end is None or moment <= end)
    if end is not None and end.year < 9999 and end.year > 1:
        assert period.covers(start, end + off) == (off <= timedelta(0))


@given(cases(), st.data())
def test_the_quick_reader_takes_nothing_that_the_careful_one_refuses(case: dict[str, Any], data: st.DataObject) -> None:
    owners = _objects(case, [])
    owner = data.draw(st.sampled_from(owners))
    odd = st.sampled_from([None, "", 0, 1.0, True, [], {}, "x", [None], {"kind": "log"}, "2026-02-30T00:00:00Z", "P1D"])
    owner[data.draw(st.sampled_from([*owner, "kind", "at", "colour"]))] = data.draw(odd)
    policy = builtin_policy()
    quick = quick_case(json.dumps(case).encode(), policy)
    assert quick is None if fault_paths(case) else quick in (None, read_case(case, policy))


def _objects(value: Any, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        found.append(value)
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            _objects(item, found)
    return found


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: json.dumps({"as_of": text}).encode()))
def test_any_bytes_at_all_are_a_case_or_faults(raw: bytes) -> None:
    with pytest.raises(BadInputError):
        read_case_json(raw, builtin_policy())
    assert quick_case(raw, builtin_policy()) is None
