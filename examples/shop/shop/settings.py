"""What the shop has to be told; read from the environment."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """``arbitration`` is the base URL of the installation, the rest is what connects the two (docs/marketplace.md)."""

    database: Path
    arbitration: str
    token: str
    handover_key: str
    gateway_secret: str
    secret_key: str
    late_seconds: float = 20.0
    pending_seconds: float = 30.0


def load() -> Settings:
    """The settings as the environment has them; KeyError names the one that is missing."""
    return Settings(
        database=Path(os.environ.get("SHOP_DATABASE", "shop.sqlite3")),
        arbitration=os.environ["SHOP_ARBITRATION_URL"].rstrip("/"),
        token=os.environ["SHOP_ARBITRATION_TOKEN"],
        handover_key=Path(os.environ["SHOP_HANDOVER_KEY_FILE"]).read_text("utf-8"),
        gateway_secret=os.environ["SHOP_GATEWAY_SECRET"],
        secret_key=os.environ["SHOP_SECRET_KEY"],
        late_seconds=float(os.environ.get("SHOP_LATE_SECONDS", "20")),
        pending_seconds=float(os.environ.get("SHOP_PENDING_SECONDS", "30")),
    )
