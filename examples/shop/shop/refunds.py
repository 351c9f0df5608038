"""Paying refunds when Arbitration asks for them: the payment provider's side of docs/marketplace.md.

One key is one refund for ever: whoever asks again, however often and at once, gets the answer of the first time. Only
a refusal is looked at anew when its order comes again: nothing was paid, and an operator has had it asked once more.
What the shop's people pay by hand after a refusal they note as a payout under the refund's key.
"""

import json
import sqlite3
import time
from datetime import UTC, datetime

from flask import Blueprint, Response, request
from standardwebhooks import Webhook, WebhookVerificationError

from shop import faults, store
from shop.sales import settings

blueprint = Blueprint("refunds", __name__)
STATUS = {"paid": 200, "pending": 202, "refused": 422}


@blueprint.route("/arbitration/refunds", methods=["GET", "POST"])
def gateway() -> Response:
    """POST asks for a refund, GET what became of one."""
    body = request.get_data(as_text=True)
    try:
        Webhook(settings().gateway_secret).verify(body, dict(request.headers), json_parse=False)
    except (WebhookVerificationError, ValueError):
        return answer(401, reason="the signature is not Arbitration's")
    if request.method == "GET":
        key = request.headers["webhook-id"]  # signed, as the address is not
        return faults.asked(key, lambda: _told(key))
    try:
        asked = json.loads(body)
        key, order, money = asked["key"], asked["external_id"], asked["amount"]
        amount, currency = store.cents(money["amount"]), str(money["currency"])
    except (ValueError, KeyError, TypeError):
        return answer(400, reason="this is no refund")
    return faults.ordered(key, lambda in_seconds: pay(key, order, amount, currency, in_seconds))


def pay(key: str, order_id: str, amount: int, currency: str, in_seconds: float = 0) -> Response:
    """Pay a refund at once, or in so many seconds; what was taken on before is answered as before."""
    with store.transaction(settings().database) as act:
        if _state_of(act, key) in (None, "refused"):
            reason = _why_not(act, key, order_id, amount, currency)
            row = (
                key,
                order_id,
                amount,
                currency,
                "refused" if reason else "pending",
                reason,
                time.time() + in_seconds,
            )
            act.execute("INSERT OR REPLACE INTO refunds VALUES (?,?,?,?,?,?,?)", row)
        refund = _settled(act, key)
    return answer(STATUS[refund["state"]], state=refund["state"], reason=refund["reason"])


def _told(key: str) -> Response:
    """What became of a key, and how much was paid."""
    with store.transaction(settings().database) as act:
        if _state_of(act, key) is None:
            return answer(200, state="unknown")
        refund = _settled(act, key)
    amount = {"amount": store.written(refund["amount"]), "currency": refund["currency"]}
    return answer(200, state=refund["state"], reason=refund["reason"], amount=amount)


def _state_of(act: sqlite3.Connection, key: str) -> str | None:
    """What became of a key, as far as it was told; None where it never came."""
    found = act.execute("SELECT state FROM refunds WHERE key = ?", (key,)).fetchone()
    return found["state"] if found else None


def _why_not(act: sqlite3.Connection, key: str, order_id: str, amount: int, currency: str) -> str:
    if act.execute("SELECT 1 FROM payouts WHERE key = ?", (key,)).fetchone():
        return "this was paid by hand"
    order = act.execute("SELECT * FROM orders WHERE id = ?", (order_id,)).fetchone()
    if order is None:
        return "there is no such order here"
    paid = act.execute("SELECT coalesce(sum(amount), 0) FROM payouts WHERE order_id = ?", (order_id,)).fetchone()[0]
    if currency != order["currency"] or amount > order["amount"] - paid:
        return "this is more than was paid for the order, or in another currency"
    return ""


def _settled(act: sqlite3.Connection, key: str) -> sqlite3.Row:
    """The refund as it stands now: what is due to be paid is paid with it."""
    refund = act.execute("SELECT * FROM refunds WHERE key = ?", (key,)).fetchone()
    if refund["state"] != "pending" or refund["pays_at"] > time.time():
        return refund
    row = (key, refund["order_id"], refund["amount"], datetime.now(UTC).isoformat(timespec="seconds"))
    act.execute("INSERT INTO payouts VALUES (?,?,?,?)", row)
    act.execute("UPDATE refunds SET state = 'paid' WHERE key = ?", (key,))
    return act.execute("SELECT * FROM refunds WHERE key = ?", (key,)).fetchone()


def answer(status: int, **said: object) -> Response:
    """An answer as the contract has it; what is empty is left out."""
    return Response(
        json.dumps({name: value for name, value in said.items() if value}), status, mimetype="application/json"
    )
