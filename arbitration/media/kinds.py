"""What a file is by its first and last bytes, and whether it is something else besides."""

from pathlib import Path

TAIL = 66_000
ISO_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
STILL_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis")
ARCHIVES = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"PK\x07\x08",
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"\x28\xb5\x2f\xfd",
)
MARKUP = (b"<!doctype", b"<html", b"<svg", b"<script", b"<?xml", b"<!--", b"<body", b"<head", b"<iframe", b"<img")
END_OF_ZIP = b"PK\x05\x06"
FOUND_ANYWHERE = b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c"
"""Marks by which unpackers find an archive behind whatever comes before it; too long to stand anywhere by chance."""


def found(head: bytes) -> str | None:
    """The type that the first bytes say, or the code of a kind that is never taken; None for what may be text."""
    for start, media_type in (
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"%PDF-", "application/pdf"),
    ):
        if head.startswith(start):
            return media_type
    if head.startswith(b"RIFF") and len(head) >= 12:
        return {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo"}.get(head[8:12], "other")
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    if head[:1] == b"\0" and head[4:8] in ISO_BOXES and len(head) >= 12:
        return _iso(head)
    return _never(head)


def _iso(head: bytes) -> str:
    if head[4:8] != b"ftyp":
        return "video/quicktime"
    brand = head[8:12]
    if brand in STILL_BRANDS:
        return "heic"
    if brand == b"qt  ":
        return "video/quicktime"
    return "video/3gpp" if brand.startswith((b"3gp", b"3g2")) else "video/mp4"


def _never(head: bytes) -> str | None:
    if head.startswith(ARCHIVES) or head[257:262] == b"ustar":
        return "archive"
    text = head.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    return "markup" if text.lstrip().lower().startswith(MARKUP) else None


def is_two_kinds(path: Path, head: bytes, media_type: str) -> bool:
    """Whether a picture, document or text could be taken for something else as well: an archive, a page, a document."""
    if media_type.startswith("video/"):
        return False
    lowered = head[:1024].lower()
    if media_type != "text/plain" and any(mark in lowered for mark in (b"<script", b"<html", b"<svg", b"<!doctype")):
        return True
    if media_type != "application/pdf" and b"%pdf-" in lowered:
        return True
    with path.open("rb") as file:
        data = file.read()  # 20 MB at most
    if any(mark in data for mark in FOUND_ANYWHERE):
        return True
    tail = data[-TAIL:]
    at = tail.rfind(END_OF_ZIP)
    return at >= 0 and len(tail) - at >= 22 and int.from_bytes(tail[at + 20 : at + 22], "little") == len(tail) - at - 22
