from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arbitration.i18n import Reader
from arbitration.i18n.currencies import (
    LARGEST_AMOUNT,
    NotAnAmountError,
    amount_text,
    currency_decimals,
    is_currency,
    parse_amount,
)

NBSP, NARROW = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("language", "dollars", "rials", "yen", "zloty"),
    [
        ("en", "US$1,234.50", f"IRR{NBSP}28,300,000", "JP¥1,200", f"PLN{NBSP}5.00"),
        (
            "fr",
            f"1{NARROW}234,50{NBSP}$US",
            f"28{NARROW}300{NARROW}000{NBSP}IRR",
            f"1{NARROW}200{NBSP}JPY",
            f"5,00{NBSP}PLN",
        ),
        ("uk", f"1{NBSP}234,50{NBSP}USD", f"28{NBSP}300{NBSP}000{NBSP}IRR", f"1{NBSP}200{NBSP}¥", f"5,00{NBSP}PLN"),
        ("ru", f"1{NBSP}234,50{NBSP}$", f"28{NBSP}300{NBSP}000{NBSP}IRR", f"1{NBSP}200{NBSP}¥", f"5,00{NBSP}PLN"),
        ("pl", f"1{NBSP}234,50{NBSP}USD", f"28{NBSP}300{NBSP}000{NBSP}IRR", f"1{NBSP}200{NBSP}JPY", f"5,00{NBSP}zł"),
        ("fa", f"۱٬۲۳۴٫۵۰{NBSP}$", f"۲۸٬۳۰۰٬۰۰۰{NBSP}ریال", f"۱٬۲۰۰{NBSP}¥", f"۵٫۰۰{NBSP}PLN"),
    ],
)
def test_prices_have_the_decimals_and_the_sign_that_the_reader_knows(language, dollars, rials, yen, zloty):
    reader = Reader(language)
    amounts = ((123450, "USD"), (28300000, "IRR"), (1200, "JPY"), (500, "PLN"))
    assert [reader.money(*amount) for amount in amounts] == [dollars, rials, yen, zloty]


def test_digits_of_a_price_are_the_readers_choice():
    assert Reader("fa", digits="european").money(123450, "USD") == f"1,234.50{NBSP}$"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "1,234,567"),
        ("fr", f"1{NARROW}234{NARROW}567"),
        ("uk", f"1{NBSP}234{NBSP}567"),
        ("ru", f"1{NBSP}234{NBSP}567"),
        ("pl", f"1{NBSP}234{NBSP}567"),
        ("fa", "۱٬۲۳۴٬۵۶۷"),
    ],
)
def test_numbers(language, said):
    assert Reader(language).number(1234567) == said


def test_a_number_beyond_all_use_can_still_be_told():
    assert Reader("fa").number(10**3999) == "۱" + "۰" * 3999


def test_decimal_numbers():
    assert [Reader(language).number(Decimal("0.5")) for language in ("en", "fr", "fa")] == ["0.5", "0,5", "۰٫۵"]


def test_decimals_are_those_of_cldr():
    assert [currency_decimals(code) for code in ("USD", "EUR", "JPY", "IRR", "UAH", "KWD")] == [2, 2, 0, 0, 2, 3]


@pytest.mark.parametrize("code", ["", "usd", "XXX", "US", "DOLLAR", "ZZZ"])
def test_what_is_no_currency_is_refused(code):
    assert not is_currency(code)
    with pytest.raises(ValueError, match="not a currency"):
        currency_decimals(code)


@pytest.mark.parametrize(
    ("text", "currency", "minor_units"),
    [
        ("12.50", "USD", 1250),
        ("0.01", "EUR", 1),
        ("0.00", "EUR", 0),
        ("28300000", "IRR", 28300000),
        ("1.234", "KWD", 1234),
    ],
)
def test_amounts_become_whole_minor_units_and_back(text, currency, minor_units):
    assert parse_amount(text, currency) == minor_units
    assert amount_text(minor_units, currency) == text


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("12.5", "USD"),
        ("12.500", "USD"),
        ("12", "USD"),
        ("12.00", "JPY"),
        ("12.", "JPY"),
        (".50", "USD"),
        ("012.50", "USD"),
        ("-1.00", "USD"),
        ("+1.00", "USD"),
        ("1e3", "JPY"),
        ("1,000.00", "USD"),
        (" 1.00", "USD"),
        ("1.00\n", "USD"),
        ("١٢", "JPY"),
        ("", "USD"),
        ("NaN", "JPY"),
        ("9" * 16, "JPY"),
        ("9" * 15 + ".00", "USD"),
        ("9" * 100_000, "JPY"),
    ],
)
def test_an_amount_that_leaves_room_for_doubt_is_refused(text, currency):
    with pytest.raises(NotAnAmountError):
        parse_amount(text, currency)


@given(st.integers(0, LARGEST_AMOUNT), st.sampled_from(["USD", "JPY", "KWD", "IRR"]))
def test_every_amount_survives_being_written_and_read(minor_units, currency):
    assert parse_amount(amount_text(minor_units, currency), currency) == minor_units
