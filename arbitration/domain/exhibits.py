"""What is said of a file that is filed as an exhibit, and how much one may file."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from arbitration.domain.files import MEBI, Family, refused
from arbitration.domain.refusals import FieldFault, InvalidError
from arbitration.rules.marking import N_

LONGEST_SHOWS = 2_000
VIDEO, SCREENSHOT, DOCUMENT, LOG = "video", "screenshot", "document", "log"
KINDS = (VIDEO, SCREENSHOT, DOCUMENT, LOG)


FAMILIES_OF: Mapping[str, frozenset[Family]] = {
    VIDEO: frozenset({Family.VIDEO}),
    SCREENSHOT: frozenset({Family.PICTURE}),
    DOCUMENT: frozenset({Family.PICTURE, Family.PDF, Family.TEXT}),
    LOG: frozenset({Family.TEXT, Family.PDF}),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What the one who files an exhibit says of it. ``times`` holds the facts, by name, that were stated."""

    kind: str
    shows: str = ""
    taken_at: datetime | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    continuous: bool | None = None

    @property
    def times(self) -> dict[str, datetime | bool]:
        """The facts that are stated with it, by name."""
        names = ("starts_at", "ends_at", "continuous") if self.kind == VIDEO else ("taken_at",)
        return {name: value for name in names if (value := getattr(self, name)) is not None}


@dataclass(frozen=True, slots=True)
class Quota:
    """How much one person may file on one purchase."""

    files: int = 40
    bytes: int = 500 * MEBI


@dataclass(frozen=True, slots=True)
class Filed:
    """How much they have filed already."""

    files: int = 0
    bytes: int = 0


def number_of(number: int) -> str:
    """How an exhibit is called: ``E1``."""
    return f"E{number}"


def position_of(name: str) -> int | None:
    """The number in ``E1``; None for what is no such name."""
    found = re.fullmatch(r"E([1-9][0-9]{0,8})", name, re.ASCII)
    return int(found[1]) if found else None


TOO_MANY = N_("You have filed %(limit)d exhibits on this purchase; no more fit. Say the rest in a message.")
TOO_MUCH = N_("With this file you would have filed more than %(limit)d MB on this purchase. File a smaller one.")
SHOWS_TOO_LONG = N_("This is longer than %(limit)d characters. Shorten it; the rest can stand in a message.")
NO_KIND = N_("Choose what kind of exhibit it is.")
NO_START = N_("Say when the video begins.")
NO_END = N_("Say when the video ends.")
ENDS_FIRST = N_("The video can't end before it begins.")
NOT_YET = N_("This lies in the future. Say when it was taken.")
NOT_FOR_VIDEO = N_("For a video, say when it begins and ends.")
FOR_VIDEO_ONLY = N_("Only a video has this. Leave it out.")


def shows_of(written: str | None) -> str:
    """What an exhibit shows, as it is kept. Raises InvalidError if it is too long."""
    text = (written or "").replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()
    if len(text) > LONGEST_SHOWS:
        raise refused(SHOWS_TOO_LONG, "shows", limit=LONGEST_SHOWS)
    return text


def require_said(said: Said, family: Family, now: datetime) -> None:
    """Raises InvalidError, with all faults, for what can't be said of a file of that family."""
    faults = list(_faults(said, family, now))
    if faults:
        raise InvalidError(faults=[FieldFault(path, msgid, values) for path, msgid, values in faults])


def _faults(said: Said, family: Family, now: datetime) -> list[tuple[str, str, dict[str, object]]]:
    if said.kind not in KINDS:
        return [("kind", NO_KIND, {})]
    found: list[tuple[str, str, dict[str, object]]] = []
    if family not in FAMILIES_OF[said.kind]:
        found.append(("kind", MISFITS[family], {}))
    if said.kind == VIDEO:
        found += _video_faults(said)
    else:
        stated = {"starts_at": said.starts_at, "ends_at": said.ends_at, "continuous": said.continuous}
        found += [(name, FOR_VIDEO_ONLY, {}) for name, value in stated.items() if value is not None]
    for name in ("taken_at", "starts_at", "ends_at"):
        moment = getattr(said, name)
        if moment is not None and moment > now:
            found.append((name, NOT_YET, {}))
    return found


def _video_faults(said: Said) -> list[tuple[str, str, dict[str, object]]]:
    found: list[tuple[str, str, dict[str, object]]] = []
    if said.taken_at is not None:
        found.append(("taken_at", NOT_FOR_VIDEO, {}))
    if said.starts_at is None:
        found.append(("starts_at", NO_START, {}))
    if said.ends_at is None:
        found.append(("ends_at", NO_END, {}))
    elif said.starts_at is not None and said.ends_at < said.starts_at:
        found.append(("ends_at", ENDS_FIRST, {}))
    return found


MISFITS: Mapping[Family, str] = {
    Family.PICTURE: N_("The file is a picture: choose “Screenshot or photo” or “Document”, or take another file."),
    Family.PDF: N_("The file is a PDF: choose “Document” or “Log”, or take another file."),
    Family.TEXT: N_("The file is a text: choose “Log” or “Document”, or take another file."),
    Family.VIDEO: N_("The file is a video: choose “Video”, or take another file."),
}


def require_room(filed: Filed, size: int, quota: Quota) -> None:
    """Raises InvalidError where a person would file more on a purchase than the quota allows."""
    if filed.files >= quota.files:
        raise refused(TOO_MANY, limit=quota.files)
    if filed.bytes + size > quota.bytes:
        raise refused(TOO_MUCH, limit=quota.bytes // MEBI)
