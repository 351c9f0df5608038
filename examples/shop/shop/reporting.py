"""Telling Arbitration of purchases (``importPurchases``). What could not be told is told with the next one."""

import json
import secrets
import sqlite3
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from shop import goods, store
from shop.settings import Settings

MOST = 1_000


def report(settings: Settings) -> str:
    """Tell of all that was not told yet; gives what is wrong, or nothing. Telling twice changes nothing."""
    with store.transaction(settings.database) as act:
        rows = act.execute("SELECT * FROM orders WHERE reported <> 'yes' ORDER BY paid_at LIMIT ?", (MOST,)).fetchall()
    if not rows:
        return ""
    try:
        results = _send(settings, {"purchases": [_purchase(row) for row in rows]})
    except (URLError, OSError, ValueError) as error:
        return f"Arbitration could not be told: {error}"
    troubles = []
    with store.transaction(settings.database) as act:
        for result in results:
            taken = result["result"] in ("created", "updated", "unchanged")
            trouble = "yes" if taken else json.dumps(result["errors"])
            act.execute("UPDATE orders SET reported = ? WHERE id = ?", (trouble, result["external_id"]))
            troubles += [] if taken else [f"{result['external_id']}: {trouble}"]
    return "; ".join(troubles)


def _send(settings: Settings, body: dict[str, Any]) -> list[dict[str, Any]]:
    request = Request(
        f"{settings.arbitration}/api/purchases",
        json.dumps(body).encode(),
        {
            "Authorization": f"Bearer {settings.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": secrets.token_hex(16),
        },
        method="POST",
    )
    with urlopen(request, timeout=15) as answer:
        results: list[dict[str, Any]] = json.load(answer)["results"]
        return results


def _purchase(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "external_id": row["id"],
        "listing": goods.listing(row["good"]),
        "seller": goods.SELLER,
        "buyer": {"email": row["buyer"], "name": row["buyer"].partition("@")[0].title(), "language": "en"},
        "price": {"amount": store.written(row["amount"]), "currency": row["currency"]},
        "payment_started_at": row["paid_at"],
        "paid_at": row["paid_at"],
        "delivered_at": row["paid_at"],
        "quantity": 1,
    }
