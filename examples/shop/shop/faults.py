"""The switches: what a payment provider may do wrong, so that one can see what Arbitration makes of it.

Each call is written down with the fault that it met (table ``calls``).
"""

import json
import random
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from flask import Blueprint, Response, redirect, render_template, request, url_for

from shop import store
from shop.sales import settings

blueprint = Blueprint("faults", __name__)
Pay = Callable[[float], Response]
NONE = "none"
FAULTS = {
    NONE: "It does what it should.",
    "late": "It pays, but answers after Arbitration has stopped waiting.",
    "pending": "It says pending, and pays later.",
    "twice": "It answers twice: pending first, and right behind it what is true.",
    "down": "It hangs up without an answer, and pays nothing.",
    "error": "It answers 500, and pays nothing.",
    "error_after_paying": "It pays, and answers 500.",
    "garbled": "It pays, and answers what nobody can read.",
    "endless": "It pays, and answers far more than anybody reads.",
    "redirect": "It sends Arbitration elsewhere, and pays nothing.",
    "lies_paid": "It lies: it says that it paid, and did not.",
    "lies_unknown": "It lies: it pays, and then says that it never heard of it.",
    "lies_refused": "It lies: it pays, and says that it refused.",
    "lies_amount": "It lies: it pays, and then says that it paid another amount.",
    "mixed": "One of those that do not lie, at random for each call.",
}
HONEST = (NONE, "late", "pending", "twice", "down", "error", "error_after_paying", "garbled", "endless", "redirect")
CHANCE = random.SystemRandom()


def ordered(key: str, pay: Pay) -> Response:
    """Answer an order as the switch has it."""
    fault = _fault()
    _note("POST", key, fault)
    if fault == "down":
        return _hang_up()
    if fault == "error":
        return Response("{}", 500)
    if fault == "redirect":
        return _elsewhere()
    if fault == "lies_paid":
        return _says({"state": "paid"})
    said = pay(settings().pending_seconds if fault == "pending" else 0)
    if fault == "late":
        time.sleep(settings().late_seconds)
    if fault == "twice":
        _send_first(b"HTTP/1.1 202 ACCEPTED\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
    if fault == "lies_refused":
        return _says({"state": "refused", "reason": "we do not feel like it"}, 422)
    if fault == "lies_amount":
        return _says({"state": "pending"}, 202)
    return _spoilt(fault, Response("{}", 500) if fault == "error_after_paying" else said)


def asked(key: str, tell: Callable[[], Response]) -> Response:
    """Answer what became of a refund as the switch has it."""
    fault = _fault()
    _note("GET", key, fault)
    if fault == "down":
        return _hang_up()
    if fault in ("error", "error_after_paying"):
        return Response("{}", 500)
    if fault == "late":
        time.sleep(settings().late_seconds)
    if fault == "redirect":
        return _elsewhere()
    if fault == "lies_amount":
        return _says({"state": "paid", "amount": {"amount": "0.01", "currency": "USD"}})
    lie = {"lies_paid": "paid", "lies_unknown": "unknown", "lies_refused": "refused"}.get(fault)
    return _says({"state": lie}) if lie else _spoilt(fault, tell())


@blueprint.route("/faults", methods=["GET", "POST"])
def switch() -> Response | str:
    """The page with the switch, and what was answered of late."""
    if request.method == "POST":
        set_fault(request.form.get("fault", NONE))
        return redirect(url_for("faults.switch"), 303)
    with store.transaction(settings().database) as act:
        calls = act.execute("SELECT * FROM calls ORDER BY id DESC LIMIT 20").fetchall()
        payouts = act.execute("SELECT * FROM payouts ORDER BY at DESC LIMIT 20").fetchall()
    return render_template("faults.html", faults=FAULTS, chosen=_chosen(), calls=calls, payouts=payouts)


def set_fault(name: str) -> None:
    """Turn the switch; what is no fault turns all of them off."""
    value = name if name in FAULTS else NONE
    with store.transaction(settings().database) as act:
        act.execute("INSERT OR REPLACE INTO switches VALUES ('fault', ?)", (value,))


def _chosen() -> str:
    with store.transaction(settings().database) as act:
        row = act.execute("SELECT value FROM switches WHERE name = 'fault'").fetchone()
    return row["value"] if row else NONE


def _fault() -> str:
    chosen = _chosen()
    return CHANCE.choice(HONEST) if chosen == "mixed" else chosen


def _note(method: str, key: str, fault: str) -> None:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with store.transaction(settings().database) as act:
        act.execute(
            "INSERT INTO calls (at, method, key, fault, answer) VALUES (?,?,?,?,?)",
            (now, method, key, fault, FAULTS[fault]),
        )


def _spoilt(fault: str, said: Response) -> Response:
    """A right answer that gets lost on its way, where the switch has it so."""
    if fault == "garbled":
        _send_first(b"\x16\x03\x01 this is no HTTP\r\n\r\n")
        return _hang_up()
    if fault == "endless":
        return Response(said.get_data() + b" " * 200_000, said.status_code, mimetype="application/json")
    return said


def _elsewhere() -> Response:
    return Response("{}", 307, {"Location": "/"})


def _says(said: dict[str, object], status: int = 200) -> Response:
    return Response(json.dumps(said), status, mimetype="application/json")


def _send_first(raw: bytes) -> None:
    """Send something before the answer; only the development server lets one do that."""
    connection = request.environ.get("werkzeug.socket")
    if connection is not None:
        connection.sendall(raw)


def _hang_up() -> Response:
    connection = request.environ.get("werkzeug.socket")
    if connection is not None:
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
    return Response("{}", 503)
