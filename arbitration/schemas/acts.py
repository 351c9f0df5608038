"""What acts in a dispute have in common: the words that go with them, and exhibits by their numbers."""

from typing import Any

from marshmallow import fields

from arbitration.domain.exhibits import position_of
from arbitration.domain.messages import LONGEST_TEXT
from arbitration.rules.marking import N_
from arbitration.schemas.common import WORDING, StrictSchema, Text, wrong
from arbitration.schemas.messages import SOMETHING

MOST_CITED = 200


def words(description: str, *, required: bool = False) -> Text:
    """What is written with an act, for both sides to read."""
    metadata = {"description": description}
    if required:
        shape = {"minLength": 1, "pattern": SOMETHING}
        return Text(longest=LONGEST_TEXT, lines=True, required=True, metadata=metadata | shape)
    return Text(longest=LONGEST_TEXT, shortest=0, lines=True, load_default="", metadata=metadata)


class ExhibitNumber(fields.String):
    """An exhibit by its number: ``E1``. Loads as the number alone."""

    default_error_messages = WORDING

    def __init__(self, **options: Any) -> None:
        shape = {"pattern": "^E[1-9][0-9]{0,8}$", "examples": ["E1"]}
        super().__init__(**options | {"metadata": shape | options.get("metadata", {})})

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        number = position_of(value) if isinstance(value, str) else None
        if number is None:
            raise wrong(N_("Name an exhibit by its number, such as E1."))
        return number


class JustWords(StrictSchema):
    """An act that needs nothing but, perhaps, a few words."""

    text = words("What to say with it, if anything.")


class Reasoned(StrictSchema):
    """An act that needs a reason."""

    reason = words("Why; both sides read it.", required=True)


class Question(StrictSchema):
    """What is to be corrected or made clear."""

    text = words("What is to be corrected or made clear.", required=True)
