"""PDF documents: their pages as pictures, so that nobody has to open the file itself."""

from pathlib import Path
from typing import Any

from arbitration.media import pictures
from arbitration.media.trouble import RefusedError

MOST_PAGES = 40
WIDTH = 1240  # an A4 page at 150 dots an inch
PAGE_PIXELS = 4_000_000


def examine(original: Path, _media_type: str) -> dict[str, Any]:
    """What the document is; leaves its pages beside it as pictures."""
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(original)
    except pdfium.PdfiumError as error:
        raise RefusedError("locked" if "password" in str(error).lower() else "unreadable") from error
    pages = len(document)
    if pages == 0:
        raise RefusedError("unreadable")
    if pages > MOST_PAGES:
        raise RefusedError("too_many_pages")
    parts = []
    for number in range(pages):
        shown = _drawn(document[number])
        parts.append(pictures.save(shown, original.with_name(f"page-{number + 1}"), PAGE_PIXELS))
        if number == 0:
            parts.append(pictures.save_thumb(shown, original))
    return {"pages": pages, "parts": parts}


def _drawn(page: Any) -> Any:
    width, height = (max(1.0, side) for side in page.get_size())
    scale = min(WIDTH / width, (PAGE_PIXELS / (width * height)) ** 0.5, pictures.LONGEST_SIDE / height)
    drawn = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    page.close()
    return drawn
