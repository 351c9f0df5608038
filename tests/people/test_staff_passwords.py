"""Which passwords will do, and which codes and ties mean the same however they are written."""

from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType
from unicodedata import normalize

import pytest

from arbitration.domain.staff import canonical_code, canonical_tie, falls_under, is_common, password_fault
from arbitration.services.staff import passwords

ADDRESS, NAME = "vera.lind@decides.example", "Vera Lind"


@pytest.mark.parametrize(
    "password",
    [
        "four quiet lanterns hum",
        "чотири тихі ліхтарі",
        "فانوس آرام کنار پنجره",
        "tR8#pq-vv20-xk",
        "a savannah has ten trees",
    ],
)
def test_a_password_of_several_words_or_random_signs_will_do(password: str) -> None:
    assert password_fault(password, ADDRESS, NAME) is None


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("elevensigns", "at least"),
        ("x" * 257, "at most"),
        ("vera.lind@decides.example", "name or address"),
        ("VeraLind2026!", "name or address"),
        ("lind-decides-vera", "name or address"),
        ("Password2026!", "first"),
        ("password password", "first"),
        ("qwertyuiop123456", "first"),
        ("123456789012", "first"),
        ("ffffffffffffff", "first"),
        ("lanternlantern", "first"),
        ("zyxwvutsrqponm", "first"),
        ("парольпароль12", "first"),
        ("йцукенгшщзхъ", "first"),
    ],
)
def test_a_short_own_or_usual_password_is_refused_with_the_reason(password: str, told: str) -> None:
    fault = password_fault(password, ADDRESS, NAME)
    assert fault is not None
    assert told in fault.msgid


def test_a_usual_password_stays_one_with_a_tail() -> None:
    assert is_common("!!Welcome2024!!")
    assert not is_common("welcome to the harbour")


@pytest.mark.parametrize("typed", ["492039", " 492 039 ", "۴۹۲۰۳۹", "٤٩٢-٠٣٩", "４９２０３９"])
def test_a_code_is_the_same_in_every_digits(typed: str) -> None:
    assert canonical_code(typed) == "492039"


def test_a_recovery_code_is_the_same_in_capitals_and_without_the_line() -> None:
    assert canonical_code(" ABCDE-fgh23 ") == canonical_code("abcdefgh23")


def test_a_tie_is_an_address_or_everybody_under_a_domain() -> None:
    assert canonical_tie(" Ann@Example.com") == "ann@example.com"
    assert canonical_tie("@Example.com") == "example.com"
    assert [canonical_tie(wrong) for wrong in ("", "example", "a b.com", "x@", "..")] == [None] * 5
    assert falls_under("example.com", "Bob@mail.Example.com")
    assert not falls_under("example.com", "bob@notexample.com")
    assert falls_under("ann@example.com", "Ann@example.com")
    assert not falls_under("ann@example.com", "joann@example.com")


@pytest.fixture
def as_delivered() -> ModuleType:
    """The module as it comes: the suite has its passwords hashed with less work."""
    spec = spec_from_file_location("passwords_as_delivered", passwords.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_password_is_hashed_with_nineteen_mebibytes_and_two_passes(as_delivered: ModuleType) -> None:
    stored = as_delivered.hash_of("four quiet lanterns hum")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert as_delivered.fits("four quiet lanterns hum", stored)
    assert not as_delivered.fits("four quiet lanterns", stored)
    assert not as_delivered.fits("four quiet lanterns hum", None)
    assert as_delivered._nobodys().startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_password_is_the_same_on_every_keyboard() -> None:
    stored = passwords.hash_of("тихий été")
    assert passwords.fits(normalize("NFD", "тихий été"), stored)
    assert not passwords.fits("тихии été", stored)
    assert not passwords.fits("", None)
