"""A purchase as a marketplace sends it (``docs/importing.md``)."""

import re
from typing import Any

from marshmallow import ValidationError, post_load, validates_schema

from arbitration.domain.docket import instant
from arbitration.domain.purchases import (
    OWN_CUSTOMER,
    BuyerSaid,
    ListingSaid,
    PurchaseSaid,
    SellerSaid,
    said_digest,
)
from arbitration.domain.working_time import DAYS, END_OF_DAY
from arbitration.i18n.currencies import LARGEST_AMOUNT, NotAnAmountError, amount_text, is_currency, parse_amount
from arbitration.rules import codes
from arbitration.rules.durations import parse_duration
from arbitration.rules.marking import N_
from arbitration.schemas.common import (
    Address,
    Code,
    Flag,
    Instant,
    Items,
    Language,
    Nested,
    Reference,
    Remembered,
    StrictSchema,
    Text,
    Whole,
    Zone,
    wrong,
)

LISTING_KINDS = ("key", "account", "activation_code", "gift_card", "subscription", "service")
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]").fullmatch


class DurationText(Text):
    """A duration such as ``P30D``, kept as it was written."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(longest=100, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            parse_duration(text)
        except ValueError:
            raise wrong(N_("Write a duration longer than nothing, such as PT24H, P30D, P2W or P1M2DT3H.")) from None
        return text


class TimeOfDay(Text):
    """``HH:MM``; at the end of a span also 24:00."""

    def __init__(self, *, ends: bool = False, **kwargs: Any) -> None:
        super().__init__(longest=5, **kwargs)
        self.ends = ends

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:  # noqa: ARG002
        if not isinstance(value, str) or not (_TIME(value) or (self.ends and value == END_OF_DAY)):
            raise wrong(N_("Write a time of day with two digits each, such as 09:30."))
        return value


class WarrantySchema(StrictSchema):
    """What a listing states of the warranty (``listing.terms.warranty``; docs/importing.md, "Terms")."""

    kind = Code(codes.WARRANTY_KINDS, required=True)
    duration = DurationText(allow_none=True)
    starts = Code(codes.WARRANTY_STARTS, allow_none=True)

    @post_load
    def fit(self, warranty: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Without what is null; a period has a duration, no other kind has anything beside it."""
        warranty = stated(warranty)
        if warranty["kind"] == codes.PERIOD:
            if "duration" not in warranty:
                raise wrong(N_("This is missing."), "duration")
        elif beside := sorted(warranty.keys() - {"kind"}):
            raise wrong(N_("Only a warranty of the kind “period” has this. Leave it out."), beside[0])
        return warranty


class TermsSchema(StrictSchema):
    """What a listing states of warranty, video and disclosed defects. Left out or null: not stated."""

    warranty = Nested(WarrantySchema, allow_none=True)
    video_required = Flag(allow_none=True)
    disclosed = Items(Text(longest=500), most=100, allow_none=True)

    @post_load
    def without_nulls(self, terms: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Without what is null."""
        return stated(terms)


class ListingSchema(StrictSchema):
    """What was offered, as it stood when the purchase was made."""

    external_id = Reference(required=True)
    title = Text(longest=500, required=True)
    description = Text(longest=50_000, shortest=0, lines=True, required=True)
    language = Language(required=True)
    kind = Code(LISTING_KINDS, required=True)
    terms = Nested(TermsSchema, allow_none=True, load_default=None)

    @post_load
    def value(self, listing: dict[str, Any], **_: Any) -> ListingSaid:
        """The value; terms that state nothing are none."""
        return ListingSaid.of(**listing | {"terms": listing["terms"] or None})


class HoursSchema(StrictSchema):
    """Hours on certain days, in the seller's local time; a lunch break makes two rows, a night two days' rows."""

    days = Items(Code(DAYS), most=7, least=1, required=True)
    from_ = TimeOfDay(data_key="from", attribute="from", required=True)
    to = TimeOfDay(ends=True, required=True)

    @post_load
    def forwards(self, row: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The row, if it ends later than it begins."""
        if row["from"] >= row["to"]:
            msgid = N_("Hours must end later than they begin. For a night, write a row up to 24:00 and one from 00:00.")
            raise wrong(msgid, "to")
        return row


class SellerSchema(StrictSchema):
    """The shop that sold it. Hours that are left out or null are not set."""

    external_id = Reference(required=True)
    name = Text(longest=200, required=True)
    email = Address(required=True)
    language = Language(required=True)
    time_zone = Zone(required=True)
    working_hours = Items(Nested(HoursSchema), most=50, least=1, allow_none=True, load_default=None)

    @post_load
    def value(self, seller: dict[str, Any], **_: Any) -> SellerSaid:
        """The value."""
        return SellerSaid.of(**seller)


class BuyerSchema(StrictSchema):
    """The person who paid."""

    email = Address(required=True)
    name = Text(longest=200, allow_none=True, load_default=None)
    language = Language(allow_none=True, load_default=None)

    @post_load
    def value(self, buyer: dict[str, Any], **_: Any) -> BuyerSaid:
        """The value."""
        return BuyerSaid.of(**buyer)


class MoneySchema(StrictSchema):
    """An amount with exactly as many decimals as CLDR gives the currency. Loads as ``(minor units, currency)``."""

    amount = Text(
        longest=40,
        required=True,
        metadata={
            "description": "With as many decimals as CLDR gives the currency.",
            "pattern": r"^(0|[1-9][0-9]*)(\.[0-9]+)?$",
            "examples": ["12.50"],
        },
    )
    currency = Text(longest=3, required=True, metadata={"pattern": "^[A-Z]{3}$", "examples": ["USD"]})

    @post_load
    def value(self, money: dict[str, Any], **_: Any) -> tuple[int, str]:
        """The amount in minor units, with its currency."""
        amount, currency = money["amount"], money["currency"]
        if not is_currency(currency):
            raise wrong(N_("There is no such currency. Use a code such as USD."), "currency")
        try:
            return parse_amount(amount, currency), currency
        except NotAnAmountError:
            example, largest = amount_text(123450, currency), amount_text(LARGEST_AMOUNT, currency)
            msgid = N_("Write the amount in %(currency)s like %(example)s, from 0 to %(largest)s.")
            raise wrong(msgid, "amount", currency=currency, example=example, largest=largest) from None


class PurchaseSchema(StrictSchema):
    """One row of an import. Loads as a ``PurchaseSaid``."""

    external_id = Reference(required=True)
    listing = Remembered(ListingSchema, required=True)
    seller = Remembered(SellerSchema, required=True)
    buyer = Nested(BuyerSchema, required=True)
    price = Remembered(MoneySchema, required=True)
    quantity = Whole(least=1, most=1_000_000, load_default=1)
    payment_started_at = Instant(required=True)
    paid_at = Instant(required=True)
    delivered_at = Instant(allow_none=True, load_default=None)

    @validates_schema(skip_on_field_errors=False)
    def in_order(self, row: dict[str, Any], **_: Any) -> None:
        """Payment begins, goes through, and then the delivery is logged; nobody buys from themselves."""
        faults: dict[str, list[str]] = {}
        started, paid, delivered = (row.get(name) for name in ("payment_started_at", "paid_at", "delivered_at"))
        if started and paid and paid < started:
            faults["paid_at"] = list(wrong(N_("This lies before payment_started_at. Check both.")).messages)
        if paid and delivered and delivered < paid:
            faults["delivered_at"] = list(wrong(N_("This lies before paid_at. Check both.")).messages)
        if faults:
            raise ValidationError(dict(faults))

    @post_load
    def value(self, row: dict[str, Any], **_: Any) -> PurchaseSaid:
        """The value."""
        seller, buyer = row["seller"], row["buyer"]
        if buyer.address == seller.address:
            raise ValidationError({"buyer": {"email": list(wrong(OWN_CUSTOMER).messages)}})
        amount, currency = row.pop("price")
        times = {name: row[name] and instant(row[name]) for name in ("payment_started_at", "paid_at", "delivered_at")}
        said = row | times | {"amount": amount, "currency": currency}
        told = (said[name] for name in ("amount", "currency", "quantity", *times))
        return PurchaseSaid(**said, said_digest=said_digest(seller, buyer, row["listing"].digest, *told))


PURCHASE = PurchaseSchema()


def read_purchase(row: object) -> PurchaseSaid:
    """A row of an import as a value. Raises marshmallow's ValidationError; ``faults_of`` makes it readable.

    The schema is the rule. ``plain_purchases.read_plain`` reads what is plainly in order faster, to the same value.
    """
    try:
        said: PurchaseSaid = PURCHASE.load(row)  # type: ignore[arg-type]
    except RecursionError:
        raise wrong(N_("This is nested too deeply.")) from None
    return said


def stated(values: dict[str, Any]) -> dict[str, Any]:
    """What is not null."""
    return {name: value for name, value in values.items() if value is not None}
