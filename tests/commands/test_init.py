"""From nothing to an installation that can serve, and the same again without harm."""

from pathlib import Path

from sqlalchemy import create_engine, text

from arbitration import config
from tests.support.processes import call, environment, run


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_init_prepares_an_installation_and_says_what_to_do_next(bare: dict[str, str], tmp_path: Path) -> None:
    done = run(bare, "init")
    assert done.returncode == 0, done.stderr
    instance = tmp_path / "instance"
    assert mode(instance) == 0o700
    assert {mode(path) for path in instance.iterdir() if path.is_file()} == {0o600}
    assert "arbitration serve" in done.stdout
    settings = config.load(bare)
    assert config.faults(settings) == []
    assert call(bare, "sweep").returncode == 0


def test_init_again_changes_nothing(bare: dict[str, str], tmp_path: Path) -> None:
    call(bare, "init")
    before = (tmp_path / "instance" / "settings.toml").read_bytes()
    again = call(bare, "init")
    assert again.returncode == 0
    assert "up to date" in again.stdout
    assert (tmp_path / "instance" / "settings.toml").read_bytes() == before


def test_no_two_installations_have_the_same_secret(tmp_path: Path) -> None:
    secrets = set()
    for name in ("one", "two"):
        env = environment(ARBITRATION_INSTANCE=str(tmp_path / name))
        call(env, "init")
        secrets.add(config.load(env).secret_key)
    assert len(secrets) == 2


def test_init_closes_a_folder_that_others_could_read(bare: dict[str, str], tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    instance.mkdir(mode=0o755)
    instance.chmod(0o755)
    (instance / "settings.toml").write_text('site_name = "Harbour"\n')
    (instance / "settings.toml").chmod(0o644)
    assert call(bare, "init").returncode == 0
    assert mode(instance) == 0o700
    assert mode(instance / "settings.toml") == 0o600
    settings = config.load(bare)
    assert settings.site_name == "Harbour"
    assert config.faults(settings) == []


def test_a_wrong_setting_is_told_in_a_sentence(bare: dict[str, str]) -> None:
    done = call(bare | {"ARBITRATION_BASE_ULR": "x"}, "init")
    assert done.returncode == 2
    assert "ARBITRATION_BASE_ULR: there is no such setting" in done.stderr


def test_init_leaves_a_database_alone_that_a_newer_version_has_used(bare: dict[str, str]) -> None:
    call(bare, "init")
    engine = create_engine(config.load(bare).database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    done = call(bare, "init")
    assert done.returncode == 2
    assert "newer" in done.stderr
    refused = call(bare, "serve", "--port", "0")
    assert refused.returncode == 2
    assert "9999" in refused.stderr
    assert "arbitration init" not in refused.stderr
    assert "restore a backup" in refused.stderr
    assert "newer than this one" in call(bare, "doctor").stdout


def test_a_database_that_cant_be_reached_is_told_in_a_sentence(tmp_path: Path) -> None:
    env = environment(
        ARBITRATION_INSTANCE=str(tmp_path / "instance"),
        ARBITRATION_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none",
    )
    done = call(env, "init")
    assert done.returncode == 2
    assert "can't be reached" in done.stderr
