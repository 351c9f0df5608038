"""``python -m arbitration.media FILE TYPE``: looks at one file and says what it is, as one JSON object.

It gives up its network and sets its own limits before it opens anything. ``--probe`` says what it could give up.
"""

import errno
import json
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from arbitration.media.confining import confine
from arbitration.media.trouble import RefusedError

FULL = (errno.ENOSPC, errno.EDQUOT)
MODULES = {"image": "pictures", "application": "documents", "text": "texts", "video": "videos"}


def main(arguments: list[str]) -> dict[str, Any]:
    """What is to be said."""
    alone = confine()
    if arguments == ["--probe"]:
        for name in ("PIL.Image", "pypdfium2", "av"):
            import_module(name)
        return {"no_network": alone}
    path, media_type = arguments
    module = import_module(f"arbitration.media.{MODULES[media_type.partition('/')[0]]}")
    try:
        told: dict[str, Any] = module.examine(Path(path), media_type)
    except RefusedError as error:
        return {"refused": error.code}
    except MemoryError:
        return {"refused": "takes_too_long"}
    except OSError as error:
        return {"full": True} if error.errno in FULL else {"refused": "unreadable"}
    except Exception as error:
        return {"refused": "unreadable", "because": type(error).__name__}
    return told


if __name__ == "__main__":
    answer = json.dumps(main(sys.argv[1:]))
    sys.stdout.write(answer)
    sys.stdout.flush()
    os._exit(0)
