"""What answers of the API are made of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, fields

from arbitration.i18n.currencies import amount_text
from arbitration.rules.instants import show_instant


class Answer(Schema):
    """An object that goes out. More fields may come to it later, so it is not closed."""

    class Meta:
        unknown = EXCLUDE


class Given(fields.String):
    """An instant: RFC 3339 in UTC, decimals of the second only where they are not nought."""

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"format": "date-time"}, **options)

    def _serialize(self, value: datetime | None, attr: Any, obj: Any, **kwargs: Any) -> str | None:  # type: ignore[override]  # noqa: ARG002
        return None if value is None else show_instant(value)


class Plain(fields.Raw):
    """A value that goes out as it is; ``shape`` is its JSON Schema."""

    def __init__(self, shape: Mapping[str, Any], **options: Any) -> None:
        super().__init__(metadata=dict(shape), **options)


class MoneyShown(Answer):
    """An amount of money."""

    amount = fields.String(
        required=True,
        metadata={
            "description": "With as many decimals as CLDR gives the currency.",
            "pattern": r"^(0|[1-9][0-9]*)(\.[0-9]+)?$",
            "examples": ["12.50"],
        },
    )
    currency = fields.String(required=True, metadata={"pattern": "^[A-Z]{3}$", "examples": ["USD"]})


def money(minor_units: int, currency: str) -> dict[str, str]:
    """What ``MoneyShown`` writes, from minor units."""
    return {"amount": amount_text(minor_units, currency), "currency": currency}


def next_cursor() -> fields.String:
    """The field that says where a list goes on."""
    said = "To be sent as `cursor` for the next part of the list; null at its end."
    return fields.String(required=True, allow_none=True, metadata={"description": said})
