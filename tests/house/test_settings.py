"""An installation refuses to start unsafe, and says how to mend it."""

import os
from pathlib import Path

import pytest

from arbitration import config
from arbitration.config import Settings, UnsafeSettingsError

GOOD = {"secret_key": "k3" * 8 + "Zq7Yw1Xr9Vb5Nm2L"}


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    return tmp_path


def test_sound_settings_have_no_fault(instance: Path) -> None:
    assert config.faults(Settings(instance, database_url="sqlite:////tmp/none.sqlite3", **GOOD)) == []


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"secret_key": ""}, "ARBITRATION_SECRET_KEY"),
        ({"secret_key": "changeme"}, "ARBITRATION_SECRET_KEY"),
        ({"secret_key": "a" * 64}, "ARBITRATION_SECRET_KEY"),
        ({"base_url": "http://disputes.example.com"}, "ARBITRATION_BASE_URL"),
        ({"base_url": "disputes.example.com"}, "ARBITRATION_BASE_URL"),
        ({"base_url": "https://disputes.example.com/path"}, "ARBITRATION_BASE_URL"),
        ({"base_url": "https://name:word@disputes.example.com"}, "ARBITRATION_BASE_URL"),
        ({"base_url": "https://disputes.example.com\r\nX: y"}, "ARBITRATION_BASE_URL"),
        ({"base_url": "https://disputes.example.com:99999"}, "ARBITRATION_BASE_URL"),
        ({"smtp_url": "mail.example.com"}, "ARBITRATION_SMTP_URL"),
        ({"smtp_url": "smtp://mail.example.com:abc"}, "ARBITRATION_SMTP_URL"),
        ({"database_url": "postgresql+psycopg://name@host:abc/db"}, "ARBITRATION_DATABASE_URL"),
        ({"gateway_url": "ftp://pay.example.com"}, "ARBITRATION_GATEWAY_URL"),
        ({"handover_key": "not a key"}, "ARBITRATION_HANDOVER_KEY"),
        ({"database_url": "mysql://somewhere/db"}, "ARBITRATION_DATABASE_URL"),
    ],
)
def test_an_unsafe_setting_is_named(instance: Path, changes: dict[str, str], named: str) -> None:
    stated = GOOD | {"database_url": "sqlite:////tmp/none.sqlite3"} | changes
    found = config.faults(Settings(instance, **stated))
    assert [fault.partition(":")[0] for fault in found] == [named]


def test_debugging_is_refused_at_a_public_address(instance: Path) -> None:
    settings = Settings(instance, database_url="sqlite:////tmp/x", base_url="https://disputes.example.com", **GOOD)
    assert config.faults(settings, debug=False) == []
    assert [fault.partition(":")[0] for fault in config.faults(settings, debug=True)] == ["FLASK_DEBUG"]


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o704])
def test_data_that_others_can_read_is_refused(instance: Path, mode: int) -> None:
    instance.chmod(mode)
    found = config.faults(Settings(instance, database_url="sqlite:////tmp/none.sqlite3", **GOOD))
    assert len(found) == 1
    assert f"chmod 700 {instance}" in found[0]


def test_a_database_that_others_can_read_is_refused(instance: Path) -> None:
    path = instance / "arbitration.sqlite3"
    path.touch()
    path.chmod(0o644)
    found = config.faults(Settings(instance, database_url=f"sqlite:///{path}", **GOOD))
    assert found == [f"{path}: other people of this machine can read it; run: chmod 600 {path}"]


def test_an_unknown_setting_is_named_wherever_it_stands(instance: Path) -> None:
    (instance / config.FILE_NAME).write_text('ARBITRATION_COLOUR = "blue"\n', "utf-8")
    with pytest.raises(UnsafeSettingsError) as raised:
        config.load({"ARBITRATION_INSTANCE": str(instance), "ARBITRATION_BASEURL": "https://x.example"})
    assert [fault.partition(":")[0] for fault in raised.value.faults] == ["ARBITRATION_BASEURL", "ARBITRATION_COLOUR"]


def test_the_environment_wins_over_the_file(instance: Path) -> None:
    (instance / config.FILE_NAME).write_text('SITE_NAME = "From the file"\nBASE_URL = "https://a.example"\n', "utf-8")
    settings = config.load({"ARBITRATION_INSTANCE": str(instance), "ARBITRATION_SITE_NAME": "From outside"})
    assert (settings.site_name, settings.base_url) == ("From outside", "https://a.example")


def test_nothing_stated_means_a_database_in_the_instance(instance: Path) -> None:
    settings = config.load({"ARBITRATION_INSTANCE": str(instance)})
    assert settings.database_url == f"sqlite:///{instance}/arbitration.sqlite3"
    assert settings.base_url == "http://127.0.0.1:8000"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_an_address_of_postgresql_gets_its_driver(scheme: str) -> None:
    assert config.with_driver(f"{scheme}://u:p@db/arbitration") == "postgresql+psycopg://u:p@db/arbitration"


def test_the_settings_file_must_be_readable_toml(instance: Path) -> None:
    (instance / config.FILE_NAME).write_text("SITE_NAME = Shop", "utf-8")
    with pytest.raises(UnsafeSettingsError, match=r"settings\.toml: cannot be read"):
        config.load({"ARBITRATION_INSTANCE": str(instance)})


def test_every_setting_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "settings.md").read_text("utf-8")
    assert [name for name in config.NAMES if f"`ARBITRATION_{name.upper()}`" not in text] == []


def test_the_suite_sees_no_settings_of_this_machine() -> None:
    assert [name for name in os.environ if name.startswith("ARBITRATION_")] == []
