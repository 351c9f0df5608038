"""Writing to the one correspondence of a purchase."""

import html

import pytest

from arbitration.services import sealing
from tests.correspondence.desk import Desk, message, positions


def test_what_the_buyer_writes_the_seller_reads(buyer: Desk, seller: Desk) -> None:
    sent = buyer.write("The key says it was used before.\nWhat now?")
    assert (sent.status_code, sent.location) == (303, f"{buyer.address}#m1")
    assert "The key says it was used before.<br>" in message(seller.look(), 1)


def test_a_form_sent_twice_is_one_message(buyer: Desk) -> None:
    first, second = buyer.write("Hello", key="the-same-key"), buyer.write("Hello", key="the-same-key")
    assert first.location == second.location == f"{buyer.address}#m1"
    assert (first.status_code, first.data, first.content_type) == (second.status_code, second.data, second.content_type)
    assert positions(buyer.look()) == [1]


def test_writing_needs_nothing_of_what_seals(buyer: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes a server seven megabytes, and an answer that only leads on holds nothing to hide."""
    monkeypatch.setattr(sealing, "_cipher", None)
    first, second = buyer.write("Hello", key="the-same-key"), buyer.write("Hello", key="the-same-key")
    assert first.location == second.location == f"{buyer.address}#m1"


def test_going_back_and_sending_something_else_with_the_old_form_loses_no_text(buyer: Desk) -> None:
    buyer.write("Hello", key="the-same-key")
    page = buyer.write("Something else", key="the-same-key")
    assert page.status_code == 422
    assert ">Something else</textarea>" in page.text
    assert "the-same-key" not in page.text
    assert positions(buyer.look()) == [1]


def test_a_form_without_a_key_is_sent_all_the_same(buyer: Desk) -> None:
    answer = buyer.client.post(f"{buyer.address}/messages", data={"text": "Hello"})
    assert answer.status_code == 303


def test_an_empty_message_comes_back_with_what_is_wrong(buyer: Desk) -> None:
    for nothing in ("", "  \n\t ", "\u200b\u2060"):
        page = buyer.write(nothing)
        assert page.status_code == 422
        assert "Write something before you send it." in page.text
    assert positions(buyer.look()) == []


def test_a_text_that_is_too_long_comes_back_whole(buyer: Desk) -> None:
    text = "Ґанок <і> قفل " * 1500
    page = buyer.write(text, reports_problem="true")
    assert page.status_code == 422
    assert html.escape(text, quote=False) in page.text
    assert "20,999 characters" in page.text
    assert 'name="reports_problem" value="true" checked' in page.text


def test_control_characters_and_broken_letters_do_no_harm(buyer: Desk) -> None:
    body = b"text=a%00b%1B[31mc%ED%A0%80d%FF%0D%0Ae"
    form = "application/x-www-form-urlencoded"
    assert buyer.client.post(f"{buyer.address}/messages", data=body, content_type=form).status_code == 303
    assert "ab[31mc" in message(buyer.look(), 1)


def test_only_the_buyer_marks_a_report(buyer: Desk, seller: Desk) -> None:
    assert 'name="reports_problem"' in buyer.look().text
    assert 'name="reports_problem"' not in seller.look().text
    page = seller.write("It is broken", reports_problem="true")
    assert page.status_code == 422
    assert ">It is broken</textarea>" in page.text
    assert buyer.write("It is broken", reports_problem="true").status_code == 303
    assert "Reports a problem" in message(seller.look(), 1)


def test_nobody_else_writes_or_reads(buyer: Desk, stranger: Desk) -> None:
    buyer.write("Between us")
    for answer in (
        stranger.look(),
        stranger.poll(),
        stranger.write("Hello"),
        stranger.edit(1, "Hello"),
        stranger.delete(1),
        stranger.client.get(f"{stranger.address}/messages/1/versions"),
        stranger.client.get(f"{stranger.address}/messages/1/edit"),
        stranger.client.get(f"{stranger.address}/messages/1/delete"),
    ):
        assert answer.status_code == 404
        assert "Between us" not in answer.text
    assert positions(buyer.look()) == [1]


def test_a_message_from_another_site_is_not_taken(buyer: Desk) -> None:
    answer = buyer.client.post(
        f"{buyer.address}/messages", data={"text": "Forged"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
    assert positions(buyer.look()) == []
