"""Pictures: opened, turned upright, shrunk and written anew, without anything that was hidden in them."""

from pathlib import Path
from typing import Any

from arbitration.domain.files import THUMB
from arbitration.media.trouble import RefusedError

MOST_PIXELS = 50_000_000
SHOWN_PIXELS = 8_000_000
LONGEST_SIDE = 12_000
THUMB_SIDE = 640
FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP", "image/gif": "GIF"}


def examine(original: Path, media_type: str) -> dict[str, Any]:
    """What the picture is; leaves beside it what others see of it."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # told below, before anything is decoded
    with Image.open(original, formats=[FORMATS[media_type]]) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise RefusedError("too_many_pixels")
        if media_type != "image/jpeg" and _moves(picture):
            raise RefusedError("animated")
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        width, height = upright.size
        shown = _flat(upright)
    parts = [save(shown, original.with_name("page-1"), SHOWN_PIXELS)]
    parts.append(save_thumb(shown, original))
    return {"width": width, "height": height, "pages": 1, "parts": parts}


def save_thumb(picture: Any, original: Path) -> dict[str, Any]:
    """Write the small picture for lists."""
    small = picture.copy()
    small.thumbnail((THUMB_SIDE, THUMB_SIDE))
    return save(small, original.with_name(THUMB), THUMB_SIDE**2)


def save(picture: Any, path: Path, most: int) -> dict[str, Any]:
    """Write a picture of up to ``most`` pixels as JPEG, with nothing but its pixels."""
    width, height = picture.size
    scale = min(1.0, (most / (width * height)) ** 0.5, LONGEST_SIDE / max(width, height))
    if scale < 1.0:
        picture = picture.resize((max(1, int(width * scale)), max(1, int(height * scale))))
    picture.save(path, "JPEG", quality=85, optimize=False)
    return {"name": path.name, "media_type": "image/jpeg", "width": picture.width, "height": picture.height}


def _moves(picture: Any) -> bool:
    try:
        picture.seek(1)
    except EOFError:
        picture.seek(0)
        return False
    return True


def _flat(picture: Any) -> Any:
    """In plain colours, on white where one could see through it; a new picture that knows nothing of the file."""
    from PIL import Image

    if picture.mode in ("I", "I;16", "I;16B", "I;16L", "F"):
        picture = picture.convert("F").point(lambda value: value / 257).convert("L")
    seen_through = "A" in picture.getbands() or "transparency" in picture.info
    flat = Image.new("RGB", picture.size, "white")
    if seen_through:
        picture = picture.convert("RGBA")
        flat.paste(picture, mask=picture.getchannel("A"))
    else:
        flat.paste(picture.convert("RGB"))
    return flat
