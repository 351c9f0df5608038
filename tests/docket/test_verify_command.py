"""`arbitration verify`, once as a real process."""

from sqlalchemy import text, update

from arbitration.models import Purchase
from tests.support.processes import call, environment, run


def test_verify_ends_with_0_for_clean_1_for_found_and_2_for_bad_use(settings, shop, work, tmp_path):
    shop.purchase()
    env = environment(settings)
    clean = run(env, "verify")
    assert (clean.returncode, clean.stderr) == (0, "")
    assert clean.stdout == "3 entries checked: all is as it was written.\n"
    with work() as session:
        session.execute(update(Purchase).values(amount=1))
    found = call(env, "verify")
    assert found.returncode == 1
    (line,) = found.stdout.splitlines()
    assert line.startswith("purchase PURCHASE")
    assert line.endswith("entry 1: The purchase's amount is not what this entry says.")
    assert call(env, "verify", "one", "two").returncode == 2
    elsewhere = environment(settings, ARBITRATION_DATABASE_URL=f"sqlite:///{tmp_path / 'nowhere.sqlite3'}")
    nothing = call(elsewhere, "verify")
    assert (nothing.returncode, nothing.stdout) == (2, "")
    assert "arbitration init" in nothing.stderr


def test_verify_says_in_words_what_it_cannot_read(settings, shop, work, backend):
    shop.purchase()
    if backend == "sqlite":
        with work() as session:
            session.execute(text("UPDATE purchases SET paid_at = 'yesterday'"))
        found = call(environment(settings), "verify")
        assert found.returncode == 1
        assert "A row can't be read" in found.stdout
    with work() as session:
        session.execute(text("ALTER TABLE docket_heads RENAME TO gone"))
    missing = call(environment(settings), "verify")
    assert missing.returncode == 2
    assert "can't be checked" in missing.stderr
