"""Two imports at the same moment, by two processes."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from arbitration.models import DocketEntry, Person, Purchase
from tests.support.marketplace import as_json_lines, exported
from tests.support.processes import call, environment, run


def test_two_imports_of_the_same_purchases_take_each_in_once(settings, tmp_path, work):
    known = exported()
    rows = [known[n % 240] | {"external_id": f"N{n:07d}"} for n in range(1200)]
    files = [tmp_path / "one.jsonl", tmp_path / "other.jsonl"]
    files[0].write_bytes(as_json_lines(rows))
    files[1].write_bytes(as_json_lines(rows[::-1]))
    with ThreadPoolExecutor() as both:
        done = list(both.map(lambda file: run(environment(settings), "import", str(file)), files))
    assert [each.returncode for each in done] == [0, 0], [each.stderr for each in done]
    with work() as session:
        assert session.scalar(select(func.count()).select_from(Purchase)) == 1200
        imported = DocketEntry.kind == "purchase.imported"
        assert session.scalar(select(func.count()).select_from(DocketEntry).where(imported)) == 1200
        addresses = {side["email"].lower() for row in rows for side in (row["buyer"], row["seller"])}
        assert session.scalar(select(func.count()).select_from(Person)) == len(addresses)
    assert call(environment(settings), "verify").returncode == 0
