"""What arbiters and operators sign in with: how long it lasts, what a password must be, codes, and declared ties."""

import re
import secrets
import unicodedata
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from arbitration.domain.addresses import canonical, is_plausible
from arbitration.domain.messages import cleaned, is_said
from arbitration.domain.refusals import FieldFault
from arbitration.rules.directions import straight
from arbitration.rules.marking import N_

SET_UP_LASTS = timedelta(hours=24)
PASSWORD_HOLDS = timedelta(minutes=5)
"""How long after the password the second factor may follow."""
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
LEAST_OF_ITS_OWN = 8
FEWEST_CHARACTERS = 5
RECOVERY_CODES = 10
STEP = 30
STEPS_BESIDE = 1
LONGEST_REASON = 500

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "йцукенгшщзхъфывапролджэячсмитьбю",
    "йцукенгшщзхїфівапролджєячсмитьбю",
    "ضصثقفغعهخحجچشسیبلاتنمکگظطزرذدپو",
    "12345678901234567890",
)
_COMMON = frozenset(
    [
        "password",
        "passwort",
        "motdepasse",
        "haslo",
        "hasło",
        "пароль",
        "گذرواژه",
        "رمزعبور",
        "passw0rd",
        "p@ssw0rd",
        "p@ssword",
        "pass",
        "welcome",
        "letmein",
        "admin",
        "administrator",
        "adminadmin",
        "iloveyou",
        "changeme",
        "default",
        "secret",
        "master",
        "login",
        "user",
        "test",
        "qwerty",
        "qwertyuiop",
        "qwertz",
        "azerty",
        "asdfgh",
        "zxcvbn",
        "qazwsx",
        "1qaz2wsx",
        "1q2w3e4r",
        "1q2w3e4r5t",
        "q1w2e3r4t5",
        "йцукен",
        "фыва",
        "dragon",
        "monkey",
        "sunshine",
        "princess",
        "football",
        "baseball",
        "superman",
        "batman",
        "trustno",
        "shadow",
        "michael",
        "bienvenue",
        "soleil",
        "doudou",
        "loulou",
        "polska",
        "kocham",
        "kochanie",
        "zaq12wsx",
        "россия",
        "любовь",
        "україна",
        "привет",
        "привіт",
        "سلام",
        "ایران",
        "correcthorsebatterystaple",
        "thisisapassword",
        "mypassword",
        "yourpassword",
        "arbitration",
    ]
)


def line_of(written: str) -> str:
    """A name or a reason as it is kept: one line, without control and direction signs; empty if nothing is to be seen.

    Names of arbiters stand within sentences and mails that the parties read.
    """
    line = " ".join(straight(cleaned(written)).split())
    return line if is_said(line) else ""


def password_fault(password: str, address: str, name: str | None) -> FieldFault | None:
    """What is wrong with a password that somebody chose; None if it will do.

    Length counts most: nobody is asked for signs of every kind. It must not be their own address or name with a few
    signs around it, nor one of those that are tried first.
    """
    if len(password) < SHORTEST_PASSWORD:
        msgid = N_("Take at least %(limit)d characters. Several words in a row are easy to remember.")
        return FieldFault("password", msgid, {"limit": SHORTEST_PASSWORD})
    if len(password) > LONGEST_PASSWORD:
        return FieldFault("password", N_("Take at most %(limit)d characters."), {"limit": LONGEST_PASSWORD})
    folded = _folded(password)
    if len(_without(folded, _own_words(address, name))) < LEAST_OF_ITS_OWN:
        return FieldFault("password", N_("That is too close to your name or address. Take something else."))
    if is_common(folded):
        return FieldFault("password", N_("That is among the first that anybody would try. Take something else."))
    return None


def is_common(password: str) -> bool:
    """Whether a password is one of those that are guessed first: a usual word with a tail, a row of keys, a refrain."""
    folded = _folded(password)
    core = re.sub(r"[\W\d_]+$", "", re.sub(r"^[\W\d_]+", "", folded))
    left = _without(folded, sorted(_COMMON, key=len, reverse=True))
    return (
        len(set(folded)) < FEWEST_CHARACTERS
        or core in _COMMON
        or len(re.sub(r"[\W\d_]+", "", left)) < 2
        or _repeats(folded)
        or _is_run(folded)
    )


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace(" ", "")


def _own_words(address: str, name: str | None) -> list[str]:
    parts = re.split(r"[\W_\d]+", f"{canonical(address)} {name or ''}".casefold())
    whole = [*canonical(address).split("@"), canonical(address), _folded(name or "")]
    return sorted({part for part in (*parts, *whole) if len(part) > 2}, key=len, reverse=True)


def _without(text: str, words: Collection[str]) -> str:
    for word in words:
        text = text.replace(word, "")
    return text


def _repeats(text: str) -> bool:
    """Whether it is one short piece again and again."""
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, len(text) // 2 + 1))


def _is_run(text: str) -> bool:
    """Whether it follows the alphabet, the digits or the rows of a keyboard, forwards or backwards."""
    return any(text in line or text in line[::-1] for line in _RUNS)


def new_recovery_codes() -> list[str]:
    """Codes that stand in for the second factor, once each: 74 random bits, easy to copy from paper."""
    return ["-".join(_random(5) for _ in range(3)) for _ in range(RECOVERY_CODES)]


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def canonical_code(typed: str) -> str:
    """A code as it is compared: European digits and small letters, without what is between them."""
    return "".join(_plain(character) for character in unicodedata.normalize("NFKC", typed) if character.isalnum())


def _plain(character: str) -> str:
    digit = unicodedata.digit(character, None)
    return character.lower() if digit is None else str(digit)


def is_one_time_code(code: str) -> bool:
    """Whether a code has the shape of those that change every 30 seconds."""
    return len(code) == 6 and code.isascii() and code.isdigit()


def steps_at(moment: datetime) -> Iterator[int]:
    """The 30-second steps (RFC 6238) whose codes are taken: the present one and one on either side, for slow clocks."""
    step = int(moment.timestamp()) // STEP
    yield from range(step - STEPS_BESIDE, step + STEPS_BESIDE + 1)


def canonical_tie(written: str) -> str | None:
    """Whom an arbiter is tied to, in its one form: an address, or a whole domain; None if it is neither."""
    text = canonical(written).removeprefix("@")
    if "@" in text:
        return text if is_plausible(text) else None
    return text if "." in text and is_plausible(f"name@{text}") else None


def falls_under(tie: str, address: str) -> bool:
    """Whether a tie concerns an address: it is the one, or it lies in the domain or below it."""
    address = canonical(address)
    domain = address.rpartition("@")[2]
    return tie == address if "@" in tie else domain == tie or domain.endswith(f".{tie}")
