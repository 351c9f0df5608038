"""Composing mails: a subject, a plain text and an HTML part, in the language and zone of whoever reads it."""

import unicodedata
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from arbitration.i18n import Reader
from arbitration.i18n.jinja import install
from arbitration.mail.headers import POLICY
from arbitration.mail.unlinked import unlinked
from arbitration.rules.directions import straight
from arbitration.rules.marking import N_

LONGEST_NAME = 80
LONGEST_SUBJECT = 180
_reader: ContextVar[Reader] = ContextVar("reader_of_the_mail")


class NoSuchAddressError(ValueError):
    """Nothing can be sent to this address: it is not one."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail is about. ``kind`` names its templates, ``values`` fill them; ``link`` is where its button leads."""

    kind: str
    address: str
    name: str | None
    reader: Reader
    link: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class House:
    """Who sends: the name people know, the address mails come from, and the folder of the templates."""

    site_name: str
    sender: str
    templates: Path


def compose(house: House, letter: Letter, message_id: str, now: datetime) -> EmailMessage:
    """The mail, dated ``now``, under the id that stays the same however often it is sent.

    Raises:
        NoSuchAddressError: the address can't be written into a header.
    """
    letter = _with_plain_title(letter)
    mail = EmailMessage(policy=POLICY)
    mail["From"] = _address(house.site_name, house.sender)
    mail["To"] = _address(unlinked(letter.name or ""), letter.address)
    mail["Subject"] = one_line(SUBJECTS[letter.kind](letter), LONGEST_SUBJECT)
    mail["Message-ID"] = one_line(message_id)
    mail["Date"] = format_datetime(now)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(_render(house, letter, "txt"), cte="quoted-printable")
    mail.add_alternative(_render(house, letter, "html"), subtype="html", cte="quoted-printable")
    mail["Content-Language"] = letter.reader.language
    return mail


def one_line(text: str, longest: int = 998) -> str:
    """The text as it may stand in a header: one line, without control or direction signs."""
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in straight(text))
    return " ".join(kept.split())[:longest]


def _with_plain_title(letter: Letter) -> Letter:
    """The letter with a title that no mail program makes a link of."""
    if "listing_title" not in letter.values:
        return letter
    return replace(letter, values={**letter.values, "listing_title": unlinked(letter.values["listing_title"])})


def _address(name: str, address: str) -> Address:
    # Without signs that lend a name the look of an address of its own.
    shown = one_line(name, LONGEST_NAME).replace("@", " ").replace("<", " ").replace(">", " ")
    try:
        if one_line(address) != address:
            raise ValueError("control characters")
        return Address(display_name=shown, addr_spec=_as_mail_has_it(address))
    except (ValueError, IndexError) as error:
        raise NoSuchAddressError("not an address") from error


def _as_mail_has_it(address: str) -> str:
    """The address with a domain in other letters as every mail server knows it (``xn--``).

    Where that would be another domain (IDNA of 2003 has ``ss`` for ``ß``) it stays as it is.
    """
    local, _, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        known = domain.encode("idna")
        return f"{local}@{known.decode('ascii')}" if known.decode("idna") == domain else address
    except UnicodeError:
        return address


def _render(house: House, letter: Letter, suffix: str) -> str:
    token = _reader.set(letter.reader)
    try:
        template = _environment(house.templates).get_template(f"mail/{letter.kind}.{suffix}")
        text = template.render(
            site_name=house.site_name,
            language=letter.reader.language,
            direction=letter.reader.direction,
            link=letter.link,
            **letter.values,
        )
    finally:
        _reader.reset(token)
    return text.strip() + "\n"


def as_said(text: str) -> str:
    """People's words in a plain mail: each line marked as quoted, so that none passes for one of ours."""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


@cache
def _environment(templates: Path) -> Environment:
    loader = FileSystemLoader(templates)
    environment = Environment(loader=loader, autoescape=select_autoescape(["html"]), undefined=StrictUndefined)
    install(environment, _reader.get)
    environment.filters["as_said"] = as_said
    return environment


def _subject_of_sign_in(letter: Letter) -> str:
    return letter.reader.say(N_("Your sign-in link"))


def _subject_of_message(letter: Letter) -> str:
    values = {"name": letter.values["author_name"], "title": letter.values["listing_title"]}
    if letter.values["reports_problem"]:
        return letter.reader.say(N_("%(name)s reports a problem: %(title)s"), **values)
    return letter.reader.say(N_("%(name)s wrote to you: %(title)s"), **values)


def _subject_of_objection(letter: Letter) -> str:
    values = {"name": letter.values["author_name"], "title": letter.values["listing_title"]}
    return letter.reader.say(N_("%(name)s says the listing was read wrongly: %(title)s"), **values)


def _subject_of_event(letter: Letter) -> str:
    values = {"what": letter.values["headline"], "title": letter.values["listing_title"]}
    return letter.reader.say(N_("%(what)s: %(title)s"), **values)


def _subject_of_reminder(letter: Letter) -> str:
    owed = letter.values["owed"]
    values = {"what": owed["what"], "left": owed["left"], "title": letter.values["listing_title"]}
    return letter.reader.say(N_("%(what)s (due %(left)s): %(title)s"), **values)


def _subject_of_notice(letter: Letter) -> str:
    notice = NOTICES[letter.values["about"]]
    values = {"what": letter.reader.say(notice), "title": letter.values["listing_title"]}
    return letter.reader.say(N_("%(what)s: %(title)s"), **values)


NOTICES: Mapping[str, str] = {
    "refund_owed": N_("A refund is to be paid"),
    "refund_overdue": N_("A refund is overdue"),
    "refund_refused": N_("The payment provider refused a refund"),
    "remedy_overdue": N_("A replacement is overdue"),
    "ruling_overdue": N_("A ruling is overdue"),
    "arbiter_objection": N_("A party objects to the arbiter"),
}

SUBJECTS: Mapping[str, Callable[[Letter], str]] = {
    "sign_in_link": _subject_of_sign_in,
    "new_message": _subject_of_message,
    "reading_objection": _subject_of_objection,
    "event": _subject_of_event,
    "operator_notice": _subject_of_notice,
    "reminder": _subject_of_reminder,
}
