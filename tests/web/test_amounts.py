"""An amount that somebody types is taken for what they mean, or asked back: never guessed."""

import pytest

from arbitration.domain.refusals import InvalidError
from arbitration.i18n import LANGUAGES, Reader
from arbitration.i18n.filling import filled
from arbitration.web.amounts import read_amount


@pytest.mark.parametrize(
    ("typed", "currency", "minor_units"),
    [
        ("12.5", "USD", 1250),
        ("12,50", "USD", 1250),
        ("1 250", "USD", 125_000),
        ("1250", "JPY", 1250),
        ("1.250", "KWD", 1250),
        ("1250.000", "KWD", 1_250_000),
        ("1,25", "KWD", 1250),
        ("0,250", "KWD", 250),
        ("1250,500", "KWD", 1_250_500),
        ("۱٫۲۵۰", "KWD", 1250),
        ("", "KWD", None),
    ],
)
def test_what_can_be_read_in_one_way_is_taken(typed: str, currency: str, minor_units: int | None) -> None:
    assert read_amount(typed, currency) == minor_units


@pytest.mark.parametrize(
    ("typed", "small", "large"),
    [("1,250", "1.250", "1250.000"), ("۱۲,۵۰۰", "12.500", "12500.000"), ("999,999", "999.999", "999999.000")],
)
def test_a_comma_that_may_part_thousands_is_asked_back_with_both_readings(typed: str, small: str, large: str) -> None:
    with pytest.raises(InvalidError) as refused:
        read_amount(typed, "KWD")
    (fault,) = refused.value.faults
    assert fault.msgid % fault.values == f"“{small.replace('.', ',')}” can mean two amounts. Type {small} or {large}."
    assert read_amount(large, "KWD") == 1000 * int(small.replace(".", "")) == 1000 * (read_amount(small, "KWD") or 0)


@pytest.mark.parametrize("currency", ["USD", "JPY", "IRR", "KWD"])
@pytest.mark.parametrize("language", list(LANGUAGES))
def test_whoever_types_no_amount_is_shown_one_as_they_write_it_and_it_is_taken(language: str, currency: str) -> None:
    with pytest.raises(InvalidError) as refused:
        read_amount("abc", currency)
    (fault,) = refused.value.faults
    shown = filled("%(example)s", Reader(language), fault.values)
    assert shown in Reader(language).say(fault.msgid, **fault.values)
    if currency == "USD":
        assert shown == {"en": "12.75", "fa": "۱۲٫۷۵"}.get(language, "12,75")
    assert (read_amount(shown, currency) or 0) > 0


@pytest.mark.parametrize(
    ("typed", "currency"),
    [("1,250", "USD"), ("1.250", "USD"), ("1,250", "JPY"), ("1,250.00", "USD"), ("1,250,000", "KWD"), ("-1", "USD")],
)
def test_thousands_that_are_parted_are_never_read_as_a_small_amount(typed: str, currency: str) -> None:
    with pytest.raises(InvalidError, match="another look"):
        read_amount(typed, currency)
