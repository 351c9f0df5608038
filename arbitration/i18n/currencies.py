"""Currencies: which there are, how many decimals CLDR gives them, and amounts to and from whole minor units."""

import re
from decimal import Decimal
from functools import cache, lru_cache

from babel.numbers import format_currency, get_currency_precision, list_currencies

from arbitration.i18n.languages import locale_of
from arbitration.i18n.numerals import with_separators

#: The largest amount that is taken, in minor units: fifteen digits pass unharmed through every JSON reader.
LARGEST_AMOUNT = 999_999_999_999_999

_NO_MONEY = {"XXX", "XTS"}
_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,14})(?:\.([0-9]{1,4}))?", re.ASCII)


class NotAnAmountError(ValueError):
    """The text is not an amount in that currency; ``decimals`` is how many the currency has."""

    def __init__(self, text: str, currency: str, decimals: int) -> None:
        super().__init__(f"not an amount in {currency} with {decimals} decimals: {text[:40]!r}")
        self.currency = currency
        self.decimals = decimals


@cache
def _codes() -> frozenset[str]:
    return frozenset(list_currencies()) - _NO_MONEY


def is_currency(code: str) -> bool:
    """Whether CLDR knows the ISO 4217 code, in capital letters."""
    return code in _codes()


@cache
def currency_decimals(code: str) -> int:
    """How many decimals CLDR gives the currency (USD 2, JPY 0, IRR 0, KWD 3); ValueError for an unknown code."""
    if not is_currency(code):
        raise ValueError(f"not a currency: {code!r}")
    return get_currency_precision(code)


def parse_amount(text: str, currency: str) -> int:
    """Minor units from an amount such as ``12.50``.

    Strict, so that nobody has to guess: exactly the currency's decimals, no sign, no exponent, no leading zeros, no
    spaces, nothing above ``LARGEST_AMOUNT``. Raises NotAnAmountError, or ValueError for an unknown currency.
    """
    decimals = currency_decimals(currency)
    match = _AMOUNT.fullmatch(text)
    if match is None or len(match[2] or "") != decimals:
        raise NotAnAmountError(text, currency, decimals)
    minor_units = int(match[1] + (match[2] or ""))
    if minor_units > LARGEST_AMOUNT:
        raise NotAnAmountError(text, currency, decimals)
    return minor_units


def amount_text(minor_units: int, currency: str) -> str:
    """The one way to write an amount for machines: ``12.50`` for 1250 in USD, ``1250`` in JPY."""
    decimals = currency_decimals(currency)
    sign, digits = ("-" if minor_units < 0 else ""), str(abs(minor_units)).rjust(decimals + 1, "0")
    return sign + (f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits)


@lru_cache(maxsize=4096)
def money_text(minor_units: int, currency: str, language: str, digits: str) -> str:
    """The amount as a person reads it, with the language's sign or code for the currency."""
    value = Decimal(amount_text(minor_units, currency))
    pattern = "#,##0.00\u00a0¤" if language == "fa" else None
    text = format_currency(value, currency, pattern, locale=locale_of(language), numbering_system="latn")
    text = re.sub(r"(?<=[A-Z]{3})(?=[0-9])", "\u00a0", text)
    return with_separators(text, language, digits)
