"""The command ``arbitration policy``, as somebody types it who writes an agreement."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from arbitration.cli import main
from arbitration.config import Settings
from tests.policies.planting import planted
from tests.support.shop import Shop

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings) -> Run:
    environment = {
        "ARBITRATION_INSTANCE": str(settings.instance),
        "ARBITRATION_DATABASE_URL": settings.database_url,
        "ARBITRATION_SECRET_KEY": settings.secret_key,
    }
    return lambda *arguments: CliRunner().invoke(main, ("policy", *map(str, arguments)), env=environment)


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    file = tmp_path / "bad.toml"
    file.write_text(planted(("times = 1", "times = 0"), ('lasts = "PT72H"', 'lasts = "P5D"')), "utf-8")
    return file


def test_a_sound_policy_ends_with_0(run: Run) -> None:
    result = run("check", "agreement")
    assert (result.exit_code, result.stdout) == (0, "agreement: nothing was found.\n")


def test_what_is_found_is_told_a_line_each_and_ends_with_1(run: Run, bad: Path) -> None:
    result = run("check", bad)
    assert result.exit_code == 1
    first, second = result.stdout.splitlines()
    assert first.startswith("fault: clocks.reopening.times: is 0")
    assert second.startswith("warning: clocks.offer.lasts: ")
    assert result.stderr == f"{bad}: 1 fault, 1 warning.\n"


def test_programs_get_it_as_json(run: Run, bad: Path) -> None:
    result = run("check", bad, "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert [finding["severity"] for finding in told["findings"]] == ["fault", "warning"]
    assert {"severity", "path", "message"} == set(told["findings"][0])
    clean = run("check", "short-window", "--json")
    assert (clean.exit_code, json.loads(clean.stdout)["findings"]) == (0, [])


def test_warnings_alone_can_be_allowed(run: Run, bad: Path) -> None:
    assert run("check", bad, "--allow-warnings").exit_code == 1
    bad.write_text(planted(('lasts = "PT72H"', 'lasts = "P5D"')), "utf-8")
    assert run("check", bad).exit_code == 1
    assert run("check", bad, "--allow-warnings").exit_code == 0


def test_what_cannot_be_read_ends_with_2(run: Run, tmp_path: Path) -> None:
    for name, content in (("no.toml", b"x"), ("latin.toml", b"id = '\xe9'")):
        (tmp_path / name).write_bytes(content)
        result = run("check", tmp_path / name)
        assert (result.exit_code, result.stdout) == (2, "")
        assert name in result.stderr
    missing = run("check", tmp_path / "nowhere.toml")
    assert missing.exit_code == 2
    assert "consumer-floor-1" in missing.stderr
    assert run("check").exit_code == 2


def test_a_policy_is_explained_in_a_language(run: Run, tmp_path: Path) -> None:
    assert run("explain").stdout.startswith("# The agreement “agreement”, version 1\n")
    assert "# Umowa „short-window”, wersja 1" in run("explain", "short-window", "--language", "pl").stdout
    assert run("explain", "agreement", "--language", "de").exit_code == 2
    (tmp_path / "bad.toml").write_text("id = 1", "utf-8")
    refused = run("explain", tmp_path / "bad.toml")
    assert refused.exit_code == 2
    assert "version: is missing" in refused.stderr


def test_a_policy_is_installed_and_listed(run: Run, shop: Shop) -> None:
    shop.purchase()
    result = run("install", "short-window", "--from", "2099-01-01T00:00:00Z")
    assert result.exit_code == 0, result.stderr
    assert "made from 2099-01-01T00:00:00Z on" in result.stdout
    agreement, short, _ = run("list").stdout.splitlines()
    assert agreement.split()[0] == "agreement-1"
    assert "in force" in agreement
    assert short.split()[0] == "short-window-1"
    assert "to come" in short


def test_what_may_not_be_installed_is_refused_in_plain_words(run: Run, shop: Shop, bad: Path) -> None:
    shop.purchase()
    result = run("install", "consumer-floor")
    assert result.exit_code == 1
    assert "Give a later date" in result.stderr
    result = run("install", bad)
    assert result.exit_code == 1
    assert "clocks.reopening.times" in result.stderr
    assert len(run("list").stdout.splitlines()) == 2
