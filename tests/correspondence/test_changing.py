"""Changing and deleting one's messages."""

import re
from datetime import timedelta

import pytest

from arbitration import clock
from tests.correspondence.desk import Desk, message


@pytest.fixture(autouse=True)
def written(buyer: Desk) -> None:
    buyer.write("The key does not wrok.")


def test_an_edit_shows_and_the_earlier_text_stays_readable_for_both(buyer: Desk, seller: Desk) -> None:
    answer = buyer.edit(1, "The key does not work.", seen="1")
    assert (answer.status_code, answer.location) == (303, f"{buyer.address}#m1")
    shown = message(seller.look(), 1)
    assert "does not work" in shown
    assert "wrok" not in shown
    assert "Edited" in shown
    for desk in (buyer, seller):
        versions = desk.client.get(f"{desk.address}/messages/1/versions").text
        assert versions.index("does not work") < versions.index("does not wrok")


def test_sending_the_same_text_again_is_no_edit(buyer: Desk) -> None:
    buyer.edit(1, "The key does not wrok.", seen="1")
    assert "Edited" not in message(buyer.look(), 1)


def test_an_edit_of_an_older_text_shows_both(buyer: Desk) -> None:
    buyer.edit(1, "Changed on the phone.", seen="1")
    page = buyer.edit(1, "Changed on the desk.", seen="1")
    assert page.status_code == 409
    assert ">Changed on the desk.</textarea>" in page.text
    assert "<p>Changed on the phone.</p>" in page.text
    assert 'name="seen" value="2"' in page.text
    assert buyer.edit(1, "Changed on the desk.", seen="2").status_code == 303


def test_an_edit_that_cannot_be_taken_comes_back(buyer: Desk) -> None:
    page = buyer.edit(1, "   ", seen="1")
    assert page.status_code == 422
    assert "Write something before you send it." in page.text
    assert "does not wrok" in message(buyer.look(), 1)


def test_an_edit_after_the_deletion_keeps_the_text_on_the_page(buyer: Desk) -> None:
    buyer.delete(1)
    page = buyer.edit(1, "A long new text", seen="1")
    assert page.status_code == 409
    assert ">A long new text</textarea>" in page.text
    assert "was deleted" in page.text
    assert "wrok" not in page.text


def test_deleting_asks_first(buyer: Desk) -> None:
    page = buyer.client.get(f"{buyer.address}/messages/1/delete")
    assert "Delete this message?" in page.text
    assert "does not wrok" in page.text
    assert "does not wrok" in message(buyer.look(), 1)


def test_a_deleted_message_leaves_a_tombstone_and_its_text_nowhere(buyer: Desk, seller: Desk) -> None:
    buyer.edit(1, "The key does not wrok at all.", seen="1")
    assert buyer.delete(1).location == f"{buyer.address}#m1"
    assert "You deleted this message" in message(buyer.look(), 1)
    assert "Marcus Lowe</bdi> deleted this message" in message(seller.look(), 1)
    for desk in (buyer, seller):
        for address in (
            desk.address,
            f"{desk.address}/messages",
            f"{desk.address}/messages/1/versions",
            f"{desk.address}/messages/1/edit",
            f"{desk.address}/messages/1/delete",
            "/purchases",
            "/purchases?q=wrok",
        ):
            assert "not wrok" not in desk.client.get(address).text, address
    assert "Nothing found" in seller.client.get("/purchases?q=wrok").text


def test_deleting_twice_is_too_late(buyer: Desk) -> None:
    buyer.delete(1)
    assert buyer.delete(1).status_code == 409
    assert buyer.client.get(f"{buyer.address}/messages/1/edit").status_code == 409


def test_nobody_changes_what_another_wrote(buyer: Desk, seller: Desk) -> None:
    assert seller.edit(1, "All is well.", seen="1").status_code == 403
    assert seller.delete(1).status_code == 403
    assert seller.client.get(f"{seller.address}/messages/1/edit").status_code == 403
    shown = message(seller.look(), 1)
    assert "does not wrok" in shown
    assert "/edit" not in shown
    assert "/edit" in message(buyer.look(), 1)


@pytest.mark.parametrize("position", ["2", "0", "99999999999", "-1", "one"])
def test_a_message_that_is_not_there(buyer: Desk, position: str) -> None:
    for page in ("edit", "delete", "versions"):
        assert buyer.client.get(f"{buyer.address}/messages/{position}/{page}").status_code == 404


def test_an_edit_on_a_later_day_tells_that_day(buyer: Desk, seller: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    later = clock.now() + timedelta(days=3)
    with monkeypatch.context() as then:
        then.setattr("arbitration.clock.now", lambda: later)
        buyer.edit(1, "The key does not work.", seen="1")
        shown = message(seller.look(), 1)
    foot = shown[shown.index("message__foot") :]
    assert str(later.day) + later.strftime(" %B %Y") in re.sub(r"<[^>]+>", "", foot)


def test_an_edit_on_the_same_day_tells_the_time_alone(buyer: Desk, seller: Desk) -> None:
    buyer.edit(1, "The key does not work.", seen="1")
    shown = message(seller.look(), 1)
    foot = re.sub(r"<[^>]+>", "", shown[shown.index("message__foot") :])
    assert re.search(r"Edited \d+:\d\d", foot)
