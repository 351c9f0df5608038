"""The policies that come along are documented with their sources, and are whole in every language."""

from pathlib import Path

import pytest

from arbitration.rules.policy import LANGUAGES
from arbitration.rules.policy_file import builtin_policy, shipped_names, shipped_text
from tests.policies.planting import shipped

DOCS = Path(__file__).parents[2].joinpath("docs", "policy.md").read_text("utf-8")


@pytest.mark.parametrize("name", shipped_names())
def test_its_clauses_are_in_all_languages(name: str) -> None:
    policy = shipped(name)
    for clause in policy.clauses:
        texts = [policy.clause_text(clause, language) for language in LANGUAGES]
        assert len(set(texts)) == len(LANGUAGES)


@pytest.mark.parametrize("name", shipped_names())
def test_the_documentation_names_it(name: str) -> None:
    assert f"`{name}.toml`" in DOCS


@pytest.mark.parametrize(("name", "source"), [("consumer-floor", "2019/770"), ("short-window", "Gameflip")])
def test_its_sources_are_named(name: str, source: str) -> None:
    assert source in shipped_text(name).partition("\nid =")[0]
    assert source in DOCS


def test_a_policy_is_found_by_its_name_with_or_without_the_version() -> None:
    assert shipped("agreement") == shipped("agreement-1") == builtin_policy()
    with pytest.raises(KeyError):
        shipped_text("agreement-2")
    with pytest.raises(KeyError):
        shipped_text("../agreement-1")
