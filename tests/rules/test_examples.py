"""Examples agreed with the marketplace: each case with the answer that it is owed."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.rules.cases import ask, put

EXAMPLES = sorted(Path(__file__).with_name("examples").glob("*.case.json"))


def _load(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def _compared(answer: dict[str, Any]) -> dict[str, Any]:
    findings = [(finding["rule"], finding["clauses"], finding["holds"]) for finding in answer["findings"]]
    return {key: value for key, value in answer.items() if key != "counterfactuals"} | {"findings": findings}


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == 16


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name.removesuffix(".case.json"))
def test_example_gets_its_answer(path: Path) -> None:
    want = _load(path.with_name(path.name.replace(".case.", ".answer.")))
    got = ask(_load(path))
    assert _compared(got) == _compared(want)
    changes = [(change["path"], change["value"]) for change in got["counterfactuals"]]
    assert changes == [(change["path"], change["value"]) for change in want["counterfactuals"]]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name.removesuffix(".case.json"))
def test_every_change_told_of_an_example_is_true(path: Path) -> None:
    case = _load(path)
    for change in ask(case)["counterfactuals"]:
        assert ask(put(case, change["path"], change["value"]))["verdict"] == "covered"
