"""Handing a person over: what the marketplace's token has to say (docs/marketplace.md, "Handing people over").

The shop signs its people in itself and sends them here with a token of its own; this is what its claims must be once
the signature was found to be the marketplace's.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LONGEST = timedelta(minutes=5)
"""How long a token may be good for at most."""
LEEWAY = timedelta(seconds=60)
"""By how much the shop's clock and ours may differ, either way."""
KEPT = timedelta(days=1)
"""How long a used ``jti`` is remembered after its token is good for nothing, also where a clock was set back."""
LONGEST_TOKEN = 4_096
LONGEST_TEXT = 254
_SPOILS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]").search
"""What no database and no log should get: control characters, and halves of surrogate pairs."""


class FaultyHandOverError(Exception):
    """What is wrong with a token: for the log of the installation, never for who showed it."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """Whom the marketplace hands over (``address`` as it was written), to which purchase, by which token until when."""

    address: str
    purchase: str
    jti: str
    expires_at: datetime


def read(claims: Mapping[str, object], audience: str, now: datetime) -> HandOver:
    """What the claims of a token say, its signature having been checked; ``audience`` is our base URL.

    Raises:
        FaultyHandOverError: a claim is missing or wrong, it is for somebody else, or its time is not now.
    """
    if claims.get("aud") not in (audience, [audience]):
        raise FaultyHandOverError(f"aud is not {audience}")
    expires_at = _instant(claims, "exp")
    if expires_at + LEEWAY < now:
        raise FaultyHandOverError("exp has passed")
    if expires_at > now + LONGEST + LEEWAY:
        raise FaultyHandOverError("exp is more than five minutes away")
    _check_beginning(claims, expires_at, now)
    return HandOver(_text(claims, "sub"), _text(claims, "purchase"), _text(claims, "jti"), expires_at)


def _check_beginning(claims: Mapping[str, object], expires_at: datetime, now: datetime) -> None:
    """``iat`` and ``nbf`` need not be there; where they are, they have to be true."""
    if "iat" in claims:
        issued_at = _instant(claims, "iat")
        if issued_at > now + LEEWAY:
            raise FaultyHandOverError("iat is still to come")
        if expires_at - issued_at > LONGEST:
            raise FaultyHandOverError("exp is more than five minutes after iat")
    if "nbf" in claims and _instant(claims, "nbf") > now + LEEWAY:
        raise FaultyHandOverError("nbf is still to come")


def _instant(claims: Mapping[str, object], name: str) -> datetime:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise FaultyHandOverError(f"{name} is no number of seconds")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError):
        raise FaultyHandOverError(f"{name} is no moment") from None


def _text(claims: Mapping[str, object], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_TEXT or _SPOILS(value):
        raise FaultyHandOverError(f"{name} is missing, or is no text of up to {LONGEST_TEXT} characters")
    return value
