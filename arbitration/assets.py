"""Where templates and static files lie."""

from pathlib import Path

PACKAGE = Path(__file__).parent


def asset_dir(name: str) -> Path:
    """The folder of templates or static files: inside the package once installed, else beside it in a checkout."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name
