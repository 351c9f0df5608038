"""The payment provider at ``ARBITRATION_GATEWAY_URL``, asked over http (docs/marketplace.md, "Paying refunds").

Only what it says counts, and only in the words agreed: 200 paid, 202 pending, 4xx refused for good. Everything else,
and silence, means that nobody knows; then it is asked what became of the key before anything is sent again.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from arbitration.i18n.currencies import amount_text, parse_amount
from arbitration.outside import retry_after
from arbitration.outside.addresses import Network
from arbitration.outside.calling import TIMEOUT, NoAnswerError, Reply, call
from arbitration.outside.signing import signature_headers
from arbitration.services.refunds.gateways import Answer, PaymentOrder, Said

STATES = {each.value: each for each in (Answer.PAID, Answer.PENDING, Answer.REFUSED, Answer.UNKNOWN)}
LONGEST_REASON = 300
HINTS = {
    401: "to it, our signature is wrong: compare the secrets and the clocks, then have it asked once more",
    403: "a firewall may have answered in its stead; let it pass, then have it asked once more",
    429: "a limit may have answered in its stead; wait or have it raised, then have it asked once more",
}
"""What an operator can do about refusals that are seldom meant."""


@dataclass(frozen=True, slots=True)
class Provider:
    """A gateway behind an address. ``now`` is the clock that signatures are dated by."""

    url: str
    secret: str
    now: Callable[[], datetime]
    opened: Sequence[Network] = ()
    timeout: float = TIMEOUT

    def pay(self, order: PaymentOrder) -> Said:
        """Ask it to pay; the key makes that it pays once, however often it is asked."""
        amount = {"amount": amount_text(order.amount, order.currency), "currency": order.currency}
        body = json.dumps({"key": order.key, "external_id": order.external_id, "amount": amount}, ensure_ascii=False)
        try:
            reply = self._call("POST", self.url, order.key, body)
        except NoAnswerError as error:
            return Said(Answer.SILENT, str(error))
        if reply.status in (200, 202):
            return Said(Answer.PAID if reply.status == 200 else Answer.PENDING)
        if 400 <= reply.status < 500:
            return Said(Answer.REFUSED, _reason(reply))
        return Said(Answer.SILENT, f"answered {reply.status}", wait=self._wait(reply))

    def state_of(self, order: PaymentOrder) -> Said:
        """What became of a key. An answer that can't be read is no answer."""
        mark = "&" if "?" in self.url else "?"
        try:
            reply = self._call("GET", f"{self.url}{mark}key={quote(order.key, safe='')}", order.key, "")
        except NoAnswerError as error:
            return Said(Answer.SILENT, str(error))
        told = _object(reply)
        answer = STATES.get(str(told.get("state"))) if reply.status == 200 else None
        if answer is None or told.get("key", order.key) != order.key:
            why = " (to it, our signature is wrong)" if reply.status == 401 else ""
            told_why = f"answered {reply.status} without a state that is known{why}"
            return Said(Answer.SILENT, told_why, wait=self._wait(reply))
        return Said(answer, _words(told), _amount(told, order.currency), _printable(json.dumps(told.get("amount"))))

    def _wait(self, reply: Reply) -> timedelta | None:
        """How long it wants to be left alone, where it says so."""
        return retry_after.pause_in(reply.retry_after, self.now()) if reply.status in retry_after.STATUSES else None

    def _call(self, method: str, url: str, id_: str, body: str) -> Reply:
        headers = signature_headers(self.secret, id_, self.now(), body)
        if method == "POST":
            headers["Content-Type"] = "application/json"
        sent = body.encode() if method == "POST" else None
        return call(method, url, headers, sent, opened=self.opened, timeout=self.timeout)


def _object(reply: Reply) -> dict[str, Any]:
    try:
        found = json.loads(reply.body) if reply.whole else None
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {}


def _reason(reply: Reply) -> str:
    words, hint = _words(_object(reply)), HINTS.get(reply.status)
    told = f"{reply.status}: {words}" if words else f"answered {reply.status}"
    return f"{told} ({hint})" if hint else told


def _words(told: dict[str, Any]) -> str:
    """Why, in one printable line: from a problem document or a plain ``reason``."""
    said = (told[name] for name in ("detail", "reason", "title") if isinstance(told.get(name), str))
    return _printable(next(said, ""))


def _printable(words: str) -> str:
    return "".join(each if each.isprintable() else " " for each in words).strip()[:LONGEST_REASON]


def _amount(told: dict[str, Any], currency: str) -> int | None:
    """What was paid, in minor units, where it is told; -1 where it is in another currency or can't be read."""
    said = told.get("amount")
    if said is None:
        return None
    try:
        return parse_amount(str(said["amount"]), currency) if said["currency"] == currency else -1
    except (KeyError, TypeError, ValueError):
        return -1
