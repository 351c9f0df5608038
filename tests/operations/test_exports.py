"""Every list as a file: whole, harmless to a spreadsheet, and without what is nobody's business."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from arbitration.models import Person
from arbitration.services import heartbeat, messages
from arbitration.services.disputes import notes
from arbitration.services.operations import lists, numbers
from arbitration.services.people import find_or_add
from arbitration.services.staff import absences
from arbitration.web.operations.exports import EXPORTS
from arbitration.web.operations.files import BOM, FORMULA, as_csv, as_json, cell, plain
from tests.disputes.hearing import Hearing, at


def table(operator: FlaskClient, name: str, query: str = "") -> list[dict[str, str]]:
    answer = operator.get(f"/operations/export/{name}.csv?{query}")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{name}-')
    text = answer.data.decode("utf-8")
    assert text.startswith(BOM)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM))))


@pytest.mark.parametrize("name", EXPORTS)
def test_each_list_comes_as_csv_and_as_json_with_the_same_rows(
    hearing: Hearing, operator: FlaskClient, name: str
) -> None:
    hearing.taken(25)
    rows = table(operator, name)
    answer = operator.get(f"/operations/export/{name}.json")
    told = json.loads(answer.data)
    assert (answer.status_code, answer.mimetype, len(told)) == (200, "application/json", len(rows))
    assert all(list(row) == list(EXPORTS[name].columns) for row in (*rows, *told))


def test_a_name_that_begins_like_a_formula_is_only_a_name(hearing: Hearing, operator: FlaskClient) -> None:
    with hearing.work() as session:
        person = session.get_one(Person, hearing.buyer.person_id)
        person.name = '=HYPERLINK("http://evil.example";"Look")'
    (row,) = table(operator, "people", "q=marcus@")
    assert row["name"].startswith("'=HYPERLINK")
    assert row["known_since"].endswith("Z")


@given(st.text())
def test_no_cell_begins_like_a_formula_whatever_is_written(text: str) -> None:
    written = cell(text)
    assert isinstance(written, str)
    assert written[:1] not in FORMULA
    assert written.lstrip()[:1] not in FORMULA
    (line,) = list(csv.reader(io.StringIO("".join(as_csv(["a"], [[text]])).removeprefix(BOM), newline="")))[1:] or [
        [""]
    ]
    assert line == [written] or not written


@given(st.text(alphabet=";,\t\r\n \"'=+-@A1", max_size=30), st.text(alphabet=';="', max_size=5))
def test_no_cell_is_a_formula_either_where_semicolons_or_tabs_part_cells(text: str, next_one: str) -> None:
    file = "".join(as_csv(["a", "b"], [[f"Key{text}", next_one]])).removeprefix(BOM)
    for separator in ";\t":
        for row in csv.reader(io.StringIO(file, newline=""), delimiter=separator):
            assert not [cell for cell in row[1:] if cell.lstrip('" \t\r\n')[:1] in tuple("=+-@")], (separator, file)


def test_numbers_truths_and_moments_stay_what_they_are() -> None:
    moment = datetime(2026, 11, 21, 12, tzinfo=UTC)
    told = [cell(each) for each in (-5, True, False, None, moment, timedelta(hours=1))]
    assert told == [-5, "yes", "no", "", "2026-11-21T12:00:00Z", 3600]
    assert json.loads("".join(as_json(["a"], []))) == []
    assert json.loads("".join(as_json(["a", "b"], [[1, None], ["=x", moment]])))[1]["a"] == "=x"


def test_neither_messages_nor_notes_are_in_any_file(hearing: Hearing, operator: FlaskClient) -> None:
    helen = hearing.taken(25)
    with hearing.work() as session:
        messages.post_message(session, hearing.buyer, hearing.purchase, "Between you and me.", at(25))
    hearing.do(notes.post, helen, "A private guess.", at(25))
    for name in EXPORTS:
        for form in ("csv", "json"):
            for query in ("", "?show=all", "?show=sent", "?show=waiting"):
                text = operator.get(f"/operations/export/{name}.{form}{query}").text
                assert ("Between you" in text, "private guess" in text, "note.written" in text) == (False,) * 3


def test_schedulers_settings_and_absences_are_in_files_too(hearing: Hearing, operator: FlaskClient) -> None:
    helen = hearing.taken(25)
    with hearing.work() as session:
        heartbeat.beat(session, heartbeat.SCHEDULER, "one:1", at(25))
        absences.declare(session, hearing.operator, helen.person_id, at(48), at(72), at(25))
    (pulse,) = table(operator, "schedulers")
    assert (pulse["process"], pulse["alive"]) == ("one:1", "yes")
    told = {row["name"]: row for row in table(operator, "settings")}
    assert (told["ARBITRATION_SECRET_KEY"]["value"], told["ARBITRATION_SECRET_KEY"]["is_set"]) == ("", "yes")
    away = next(row["absences"] for row in table(operator, "arbiters") if row["cases"] == "1")
    assert away == f"{plain(at(48))}/{plain(at(72))}"
    page = operator.get("/operations/installation").text
    assert all(f"/operations/export/{name}.csv" in page for name in ("schedulers", "settings"))


@pytest.mark.usefixtures("hearing")
def test_a_file_of_numbers_says_what_it_did_not_count(operator: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def counted() -> dict[str, str]:
        return {row["part"]: row["number"] for row in table(operator, "numbers")}

    assert (counted()["only_the_newest_of_the_period"], counted()["arbitration"]) == ("no", "1")
    monkeypatch.setattr(numbers, "MOST", 0)
    assert (counted()["only_the_newest_of_the_period"], counted()["arbitration"]) == ("yes", "more than 0")


def test_a_file_holds_the_whole_list_as_it_is_filtered(
    hearing: Hearing, operator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "LARGEST_PAGE", 7)
    with hearing.work() as session:
        for number in range(30):
            find_or_add(session, f"person{number:04}@crowd.example", at(0))
    rows = table(operator, "people", "q=person")
    assert [row["address"] for row in rows] == [f"person{number:04}@crowd.example" for number in range(30)]
    assert table(operator, "disputes", "stage=closed") == []
    assert [row["purchase"] for row in table(operator, "disputes", "stage=arbitration")] == [hearing.purchase]
