"""Exhibits: as they are filed, and as they are read."""

from typing import Any

from marshmallow import fields, pre_load

from arbitration.domain.exhibits import KINDS, LONGEST_SHOWS
from arbitration.schemas.answers import Answer, Given
from arbitration.schemas.common import WORDING, Code, Instant, StrictSchema, Text

CONTINUOUS = {"true": True, "false": False, "null": None}
NOTHING = ("", "null")
STATED = ("taken_at", "starts_at", "ends_at", "continuous")
FILE = {
    "type": "string",
    "format": "binary",
    "description": "A picture (PNG, JPEG, WebP, GIF), a PDF, a text (.txt, .log) or a video (MP4, MOV, 3GP, WebM, MKV, "
    "AVI). Its name, its declared type and what it holds must agree.",
}


class File(fields.Field[str]):
    """The part of the form that is the file. What it holds was looked at before."""

    default_error_messages = WORDING

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata=dict(FILE), **options)


class NewExhibit(StrictSchema):
    """An exhibit to be filed: a form with a file. A time that is empty, or ``null``, is not stated."""

    file = File(required=True)
    kind = Code(KINDS, required=True)
    shows = Text(
        longest=LONGEST_SHOWS, shortest=0, lines=True, load_default="", metadata={"description": "What it shows."}
    )
    taken_at = Instant(load_default=None, metadata={"description": "When it was taken; not for videos."})
    starts_at = Instant(load_default=None, metadata={"description": "When the video begins; needed for one."})
    ends_at = Instant(load_default=None, metadata={"description": "When the video ends; needed for one."})
    continuous = Code(
        tuple(CONTINUOUS),
        load_default="null",
        metadata={"description": "Whether the video is without a break, as its filer says; null: not said."},
    )

    @pre_load
    def _without_empty(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        return {name: value for name, value in data.items() if value not in NOTHING or name not in STATED}


class ExhibitPart(Answer):
    """A file that can be asked for."""

    name = fields.String(required=True, metadata={"description": "To be sent as `part`."})
    media_type = fields.String(required=True)
    bytes = fields.Integer(required=True)
    sha256 = fields.String(required=True)


class ShownTo(Answer):
    """Somebody who was shown it."""

    role = fields.String(required=True, metadata={"enum": ["buyer", "seller", "arbiter"]})
    first_at = Given(required=True)


class ExhibitShown(Answer):
    """An exhibit. Its times are facts: as stated, or as an arbiter corrected them; null where nobody stated them."""

    number = fields.String(required=True, metadata={"examples": ["E1"]})
    kind = fields.String(required=True, metadata={"enum": list(KINDS)})
    by = fields.String(required=True, metadata={"enum": ["buyer", "seller"]})
    filed_at = Given(required=True)
    position = fields.Integer(required=True, metadata={"description": "Of the message that it came with."})
    shows = fields.String(
        required=True, allow_none=True, metadata={"description": "Null once hidden, and for operators."}
    )
    name = fields.String(required=True, metadata={"description": "The file's name."})
    media_type = fields.String(required=True, metadata={"description": "What the file was found to be."})
    bytes = fields.Integer(required=True)
    sha256 = fields.String(required=True, metadata={"description": "Of the file as it was filed."})
    taken_at = Given(required=True, allow_none=True)
    starts_at = Given(required=True, allow_none=True)
    ends_at = Given(required=True, allow_none=True)
    continuous = fields.Boolean(required=True, allow_none=True)
    width = fields.Integer(required=True, allow_none=True, metadata={"description": "In pixels, as the file says."})
    height = fields.Integer(required=True, allow_none=True)
    duration = fields.Integer(
        required=True, allow_none=True, metadata={"description": "In milliseconds, as the file says."}
    )
    pages = fields.Integer(required=True, allow_none=True)
    preview = fields.String(required=True, metadata={"enum": ["ready", "none", "waiting", "refused"]})
    opened_at = Given(required=True, allow_none=True)
    original = fields.Boolean(required=True, metadata={"description": "Whether you may have the file as it was filed."})
    parts = fields.List(fields.Nested(ExhibitPart), required=True)
    shown_to = fields.List(fields.Nested(ShownTo), required=True)


class ExhibitsShown(Answer):
    """All exhibits of a purchase."""

    items = fields.List(fields.Nested(ExhibitShown), required=True)
    next = fields.String(required=True, allow_none=True, metadata={"description": "Always null: all come at once."})


class ContentQuery(StrictSchema):
    """Which of its files is wanted."""

    part = Text(
        longest=16,
        load_default=None,
        metadata={"description": "`original`, or the name of a part. Left out: the best you may have."},
    )
