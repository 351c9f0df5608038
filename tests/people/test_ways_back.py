"""Where signing in may lead, what a secret looks like, and how much of an address is shown."""

import pytest

from arbitration.domain.refusals import InvalidError
from arbitration.domain.sign_in import canonical_address, is_secret, masked, new_secret, own_path


@pytest.mark.parametrize("path", ["/", "/purchases", "/purchases/A1?on=2026-02-28T09:00#m3", "/покупки", "/.//x"])
def test_a_page_of_this_site_is_a_way_back(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "elsewhere",
    [
        None,
        "",
        "purchases",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        " //evil.example",
        "/a\r\nSet-Cookie: arbitration=x",
        "https://evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        "/\u2028/evil.example",
        "/\u202e/evil",
        "/" + "a" * 500,
    ],
)
def test_no_way_back_leads_to_another_site(elsewhere: str | None) -> None:
    assert own_path(elsewhere) is None


def test_a_secret_has_256_random_bits_and_a_shape_of_its_own() -> None:
    made = {new_secret() for _ in range(100)}
    assert len(made) == 100
    assert all(is_secret(secret) and len(secret) == 43 for secret in made)


@pytest.mark.parametrize("text", ["", "a" * 42, "a" * 44, "a" * 42 + "\n", "a" * 42 + "é", "'" * 43])
def test_nothing_else_passes_for_a_secret(text: str) -> None:
    assert not is_secret(text)


def test_people_are_known_without_regard_to_capitals() -> None:
    assert canonical_address(" Marcus.Lowe@Example.COM\n") == "marcus.lowe@example.com"


@pytest.mark.parametrize("other", ["mar\u0130us@example.com", "marku\u017f@example.com", "marku\u00df@example.com"])
def test_an_address_in_letters_that_look_alike_is_another_address(other: str) -> None:
    assert canonical_address(other) not in ("markus@example.com", "markuss@example.com")


def test_capitals_of_other_alphabets_do_not_matter_either() -> None:
    assert canonical_address("ОЛЕНА@приклад.укр") == canonical_address("олена@приклад.укр")


@pytest.mark.parametrize(
    "written",
    ["", "marcus", "@example.com", "a@", "a@b@example.com", "a b@example.com", "a@example.com\r\nBcc: b@example.com",
     "a@-example.com", "a..b@example.com", "<a@example.com>", "a@example.com,b@example.com", "a\x00@example.com",
     "a" * 65 + "@example.com", "a@" + "b" * 250 + ".com"],
)  # fmt: skip
def test_what_no_mail_can_be_sent_to_is_refused(written: str) -> None:
    with pytest.raises(InvalidError) as raised:
        canonical_address(written)
    assert [fault.path for fault in raised.value.faults] == ["email"]


def test_an_address_is_shown_so_that_only_its_owner_knows_it() -> None:
    assert masked("marcus.lowe@example.com") == "m•••@example.com"
