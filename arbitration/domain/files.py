"""Which files are taken, how large they may be, and whether name, declared type and content say the same."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from arbitration.domain.refusals import FieldFault, InvalidError
from arbitration.rules.marking import N_

MEBI = 1024 * 1024
LONGEST_NAME = 120


class Family(StrEnum):
    """What a file is, as far as handling it goes."""

    PICTURE = "picture"
    PDF = "pdf"
    TEXT = "text"
    VIDEO = "video"


LARGEST: Mapping[Family, int] = {
    Family.PICTURE: 20 * MEBI,
    Family.PDF: 20 * MEBI,
    Family.TEXT: MEBI,
    Family.VIDEO: 100 * MEBI,
}
LARGEST_FILE = max(LARGEST.values())


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file that is taken: the endings and the declared types that agree with what it was found to be."""

    family: Family
    endings: frozenset[str]
    declared: frozenset[str]


def _format(family: Family, endings: str, declared: str) -> Format:
    return Format(family, frozenset(endings.split()), frozenset(declared.split()))


_ISO = _format(Family.VIDEO, "mp4 m4v mov qt 3gp 3g2", "video/mp4 video/x-m4v video/quicktime video/3gpp video/3gpp2")
FORMATS: Mapping[str, Format] = {
    "image/png": _format(Family.PICTURE, "png", "image/png image/x-png"),
    "image/jpeg": _format(Family.PICTURE, "jpg jpeg jpe jfif", "image/jpeg image/jpg image/pjpeg"),
    "image/webp": _format(Family.PICTURE, "webp", "image/webp"),
    "image/gif": _format(Family.PICTURE, "gif", "image/gif"),
    "application/pdf": _format(Family.PDF, "pdf", "application/pdf application/x-pdf"),
    "text/plain": _format(Family.TEXT, "txt log", "text/plain text/x-log"),
    "video/mp4": _ISO,
    "video/quicktime": _ISO,
    "video/3gpp": _ISO,
    "video/webm": _format(Family.VIDEO, "webm mkv", "video/webm video/x-matroska video/matroska"),
    "video/x-matroska": _format(Family.VIDEO, "mkv", "video/x-matroska video/matroska application/x-matroska"),
    "video/x-msvideo": _format(Family.VIDEO, "avi", "video/x-msvideo video/avi video/msvideo video/vnd.avi"),
}
ENDINGS = tuple(sorted({ending for form in FORMATS.values() for ending in form.endings}))
NOT_DECLARED = frozenset({"", "application/octet-stream", "binary/octet-stream"})


@dataclass(frozen=True, slots=True)
class Part:
    """A file that was made of an exhibit for others to see: its name beside the original, and what it is."""

    name: str
    media_type: str
    bytes: int
    sha256: str
    width: int | None = None
    height: int | None = None


THUMB, CLEAN, PAGE = "thumb", "clean", "page-"
ORIGINAL = "original"


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that was received, examined and written to the disk, and that no row tells of yet.

    ``folder`` is the random name of its folder; ``duration`` is in milliseconds, and like the size in pixels what the
    file itself says.
    """

    folder: str
    name: str
    media_type: str
    bytes: int
    sha256: str
    width: int | None = None
    height: int | None = None
    duration: int | None = None
    pages: int | None = None
    parts: tuple[Part, ...] = ()

    @property
    def family(self) -> Family:
        """What handling it takes."""
        return FORMATS[self.media_type].family


def shown_name(given: str | None) -> str:
    """A file's name as it can be shown: its last part, without characters that hide or turn others."""
    name = unicodedata.normalize("NFC", (given or "").replace("\\", "/").rpartition("/")[2])
    name = "".join(" " if c.isspace() else c for c in name if c.isspace() or unicodedata.category(c)[0] != "C")
    name = " ".join(name.split()).lstrip(".")
    stem, dot, ending = name.rpartition(".")
    if dot and len(ending) < 10:
        return f"{stem[: LONGEST_NAME - len(ending) - 1].strip() or 'file'}.{ending}"
    return name[:LONGEST_NAME]


def ending_of(name: str) -> str:
    """The ending of a file's name, in small letters."""
    return PurePosixPath(name).suffix.lstrip(".").lower()


NO_FILE = N_("Choose a file.")
BUSY = N_("Many files are being looked at just now. Wait half a minute, then file it again.")
EMPTY = N_("The file is empty. Choose another one.")
NOT_A_KIND = N_("Files that end in “.%(ending)s” can't be filed. Take %(endings)s.")
NO_ENDING = N_("The file's name has no ending that says what it is. Name it like picture.png, or take another file.")
OTHER_CONTENT = N_("The file is named “.%(ending)s”, but it holds something else. Save it anew, then file it.")
OTHER_TYPE = N_("The file was sent as “%(declared)s”, which is not what it holds. Save it anew, then file it.")
TOO_LARGE: Mapping[Family, str] = {
    Family.PICTURE: N_("The picture is larger than %(limit)d MB. Save it smaller, then file it."),
    Family.PDF: N_("The document is larger than %(limit)d MB. File the pages that matter."),
    Family.TEXT: N_("The text is larger than %(limit)d MB. File the lines that matter."),
    Family.VIDEO: N_("The file is larger than %(limit)d MB. Save it in a lower quality, or cut it."),
}
UNREADABLE = N_("The file can't be read; it may be damaged. Save it anew, then file it.")
REFUSED: Mapping[str, str] = {
    "unreadable": UNREADABLE,
    "cut_off": N_("The file breaks off before its end. Copy it again, then file it."),
    "animated": N_("The picture moves. File it as a video, or save one picture of it."),
    "too_many_pixels": N_("The picture has more than 50 million pixels. Save it smaller, then file it."),
    "too_many_pages": N_("The document has more than 40 pages. File the pages that matter."),
    "locked": N_("The document is locked with a password. Save it without one, then file it."),
    "no_video": N_("There is no video in this file. Save it as MP4, then file it."),
    "too_many_streams": N_("The file holds more than a video and its sound. Save it as MP4, then file it."),
    "too_long": N_("The video is longer than three hours. Cut away what does not matter."),
    "takes_too_long": N_("Reading the file takes too long. Save it anew in a simpler form, then file it."),
    "no_text": N_("The file is no plain text. Save it as text in UTF-8, then file it."),
    "two_kinds": N_("The file is two kinds of file at once. Save it anew, then file it."),
    "heic": N_("Pictures in this form can't be shown everywhere. Save it as JPEG or PNG, then file it."),
    "archive": N_("Archives can't be filed. Take the file out of it, and file that."),
    "markup": N_("Web pages and drawings (HTML, SVG) can't be filed. File a picture or a PDF of it."),
    "other": N_("Files of this kind can't be filed. Take a picture, a PDF, a text or a video."),
}


def refused(msgid: str, path: str = "file", **values: object) -> InvalidError:
    """The refusal of a file, or of what was said with it."""
    return InvalidError(faults=[FieldFault(path, msgid, values)])


def agreed(name: str, declared: str, found: str | None) -> Format:
    """The format of a file whose name, declared type and content say the same.

    Raises:
        InvalidError: they don't, or it is no file that is taken.
    """
    ending = ending_of(name)
    if found is not None and found not in FORMATS:
        raise refused(REFUSED.get(found, REFUSED["other"]))
    if not ending:
        raise refused(NO_ENDING)
    if ending not in ENDINGS:
        raise refused(NOT_A_KIND, ending=ending[:20], endings=", ".join(ENDINGS))
    if found is None or ending not in FORMATS[found].endings:
        raise refused(OTHER_CONTENT, ending=ending)
    form = FORMATS[found]
    declared = declared.partition(";")[0].strip().lower()
    if declared not in NOT_DECLARED | form.declared:
        raise refused(OTHER_TYPE, declared=declared[:60])
    return form


def require_size(size: int, family: Family) -> None:
    """Raises InvalidError for an empty file, and for one that is larger than its kind may be."""
    if size == 0:
        raise refused(EMPTY)
    if size > LARGEST[family]:
        raise too_large(family)


def too_large(family: Family) -> InvalidError:
    """The refusal of a file that is larger than its kind may be."""
    return refused(TOO_LARGE[family], limit=LARGEST[family] // MEBI)


def family_of_ending(name: str) -> Family:
    """What a file seems to be by its name: a guess, for a word of advice."""
    ending = ending_of(name)
    return next((form.family for form in FORMATS.values() if ending in form.endings), Family.VIDEO)
