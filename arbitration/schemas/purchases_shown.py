"""Purchases, as those who may see them read them."""

from marshmallow import fields

from arbitration.domain.readings import SOURCES, STATES
from arbitration.schemas.answers import Answer, Given, MoneyShown, Plain, next_cursor
from arbitration.schemas.purchases import LISTING_KINDS

_HOURS = {
    "type": ["array", "null"],
    "items": {"type": "object"},
    "description": "Rows of `days`, `from` and `to` in the seller's local time; null where they are not set.",
}
_TERMS = {
    "type": ["object", "null"],
    "description": "What the marketplace has on record: `warranty`, `video_required`, `disclosed`.",
}
_EMAIL = {"description": "For operators alone."}


class Quoted(Answer):
    """The description's own words, from code point `start` up to `end`."""

    text = fields.String(required=True)
    start = fields.Integer(required=True)
    end = fields.Integer(required=True)


class TermInForce(Answer):
    """One of the terms, and where it comes from."""

    value = Plain({"description": "As `listing.terms` writes it; null where it is not stated."}, required=True)
    source = fields.String(
        required=True,
        metadata={
            "enum": list(SOURCES),
            "description": "What the marketplace states wins; what it leaves out is read in the description.",
        },
    )
    quote = fields.Nested(Quoted, required=True, allow_none=True, metadata={"description": "The words it was read in."})


class TermsInForce(Answer):
    """The terms that hold for the purchase."""

    state = fields.String(
        required=True,
        metadata={
            "enum": list(STATES),
            "description": "`waiting` until the description has been read, `failed` where it could not be.",
        },
    )
    warranty = fields.Nested(TermInForce, required=True)
    video_required = fields.Nested(TermInForce, required=True)
    disclosed = fields.Nested(TermInForce, required=True)
    hesitated = fields.List(
        fields.Nested(Quoted), required=True, metadata={"description": "Not clear enough: counts as not stated."}
    )
    contradicting = fields.List(
        fields.Nested(Quoted), required=True, metadata={"description": "Says something else than the words that count."}
    )


class ShownListing(Answer):
    """The listing, as it stood when the purchase was made."""

    external_id = fields.String(required=True)
    title = fields.String(required=True)
    description = fields.String(required=True)
    language = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": list(LISTING_KINDS)})
    terms = Plain(_TERMS, required=True)


class ShownSeller(Answer):
    """The shop that sold it."""

    external_id = fields.String(required=True)
    name = fields.String(required=True)
    language = fields.String(required=True)
    time_zone = fields.String(required=True)
    working_hours = Plain(_HOURS, required=True)
    email = fields.String(metadata=_EMAIL)


class ShownBuyer(Answer):
    """The person who paid."""

    name = fields.String(required=True, allow_none=True)
    language = fields.String(required=True, allow_none=True)
    email = fields.String(metadata=_EMAIL)


class PolicyNamed(Answer):
    """The agreement that held when the purchase was made."""

    id = fields.String(required=True)
    version = fields.Integer(required=True)


class ShownPurchase(Answer):
    """A purchase."""

    external_id = fields.String(required=True)
    listing = fields.Nested(ShownListing, required=True)
    terms_in_force = fields.Nested(TermsInForce, required=True)
    seller = fields.Nested(ShownSeller, required=True)
    buyer = fields.Nested(ShownBuyer, required=True)
    price = fields.Nested(MoneyShown, required=True)
    quantity = fields.Integer(required=True)
    payment_started_at = Given(required=True)
    paid_at = Given(required=True)
    delivered_at = Given(required=True, allow_none=True)
    policy = fields.Nested(PolicyNamed, required=True)
    side = Plain(
        {"type": ["string", "null"], "enum": ["buyer", "seller", None], "description": "One's own side."}, required=True
    )
    messages = fields.Integer(required=True, metadata={"description": "How many messages were posted."})
    last_message_at = Given(required=True, allow_none=True)


class PurchaseLine(Answer):
    """A purchase in a list."""

    external_id = fields.String(required=True)
    title = fields.String(required=True, metadata={"description": "The listing's title."})
    seller = fields.String(required=True, metadata={"description": "The shop's name."})
    price = fields.Nested(MoneyShown, required=True)
    paid_at = Given(required=True)
    delivered_at = Given(required=True, allow_none=True)
    side = Plain(
        {"type": ["string", "null"], "enum": ["buyer", "seller", None], "description": "One's own side."}, required=True
    )
    unread = fields.Integer(required=True, metadata={"description": "The other side's messages that one has not read."})
    last_message_at = Given(required=True, allow_none=True)


class Purchases(Answer):
    """A part of a list of purchases, those with the newest message or payment first."""

    items = fields.List(fields.Nested(PurchaseLine), required=True)
    next = next_cursor()
