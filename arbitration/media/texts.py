"""Plain text: read, and written anew in UTF-8."""

import codecs
import re
from pathlib import Path
from typing import Any

from arbitration.domain.files import CLEAN
from arbitration.media.trouble import RefusedError

NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def examine(original: Path, _media_type: str) -> dict[str, Any]:
    """What the text is; leaves it beside the original as it is shown."""
    data = original.read_bytes()
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except ValueError as error:
        raise RefusedError("no_text") from error
    if NOT_TEXT.search(text) or not text.strip():
        raise RefusedError("no_text")
    original.with_name(CLEAN).write_text(text, "utf-8", newline="")
    return {"parts": [{"name": CLEAN, "media_type": "text/plain"}]}
