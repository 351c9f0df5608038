"""What was read in a listing, and where it says so."""

from dataclasses import dataclass
from typing import Any

NOT_STATED = "not_stated"


@dataclass(frozen=True, slots=True)
class Quote:
    """The listing's own words from code point ``start`` up to ``end``."""

    text: str
    start: int
    end: int

    def as_dict(self) -> dict[str, Any]:
        return {"text": self.text, "start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a listing states (docs/reading-listings.md); ``warranty`` is shaped as the engine takes it."""

    language: str | None
    warranty: dict[str, str]
    warranty_quote: Quote | None
    video_required: bool
    video_quote: Quote | None
    conflicts: tuple[Quote, ...]

    def as_dict(self, identity: str | None = None) -> dict[str, Any]:
        """What ``arbitration terms`` answers for a listing of this ``id``."""
        return {
            "id": identity,
            "language": self.language,
            "warranty": dict(self.warranty),
            "warranty_quote": self.warranty_quote and self.warranty_quote.as_dict(),
            "video_required": self.video_required,
            "video_quote": self.video_quote and self.video_quote.as_dict(),
            "conflicts": [quote.as_dict() for quote in self.conflicts],
        }
