"""Exhibits: filing them, showing them, and who has been shown them."""

from arbitration.services.exhibits.filing import file_exhibit, require_may_file
from arbitration.services.exhibits.showing import (
    Content,
    ShownExhibit,
    content_of,
    get_exhibit,
    list_exhibits,
    note_shown,
    shown_of,
)

__all__ = [
    "Content",
    "ShownExhibit",
    "content_of",
    "file_exhibit",
    "get_exhibit",
    "list_exhibits",
    "note_shown",
    "require_may_file",
    "shown_of",
]
