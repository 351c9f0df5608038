"""Types of fields that several schemas share. They are strict: nothing is guessed, everything is bounded.

What is wrong with a field is told as a ``Sentence``, which remembers its msgid and values, so that the door can say it
in the reader's language; ``faults_of`` turns marshmallow's errors into ``FieldFault``s.
"""

import re
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

from arbitration.domain.addresses import is_plausible
from arbitration.domain.messages import is_said
from arbitration.domain.refusals import FieldFault
from arbitration.i18n.languages import LANGUAGES
from arbitration.i18n.zones import is_zone
from arbitration.rules.instants import parse_instant
from arbitration.rules.marking import N_

MOST_FAULTS = 50
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]").search
_SURROGATE = re.compile(r"[\ud800-\udfff]").search


class Sentence(str):
    """A sentence in English, made of a msgid and values, which it remembers."""

    __slots__ = ("msgid", "values")
    msgid: str
    values: dict[str, object]

    def __new__(cls, msgid: str, **values: object) -> "Sentence":
        sentence = super().__new__(cls, msgid % values if values else msgid)
        sentence.msgid, sentence.values = msgid, values
        return sentence


def wrong(msgid: str, field_name: str = "_schema", **values: object) -> ValidationError:
    """The error to raise for a value: a msgid with its values, at a field of a schema if one is named."""
    return ValidationError(Sentence(msgid, **values), field_name)


class StrictSchema(Schema):
    """A schema that refuses what it does not know."""

    class Meta:
        unknown = RAISE

    error_messages = {  # noqa: RUF012 - marshmallow's own name
        "type": N_("This must be an object with fields."),
        "unknown": N_("There is no such field. Check its spelling, or leave it out."),
    }


WORDING: dict[str, str | list[Any] | dict[Any, Any]] = {
    "required": N_("This is missing."),
    "null": N_("This can't be empty."),
    "type": N_("This must be an object with fields."),
    "invalid": N_("This is not of the right kind."),
}


class Nested(fields.Nested):
    """An object within an object."""

    default_error_messages = WORDING


class Remembered(Nested):
    """An object that comes again and again, such as the seller in each row of an export: read once, then known."""

    MOST = 1000
    LONGEST = 10_000

    def __init__(self, nested: type[Schema], **kwargs: Any) -> None:
        super().__init__(nested, **kwargs)
        self.known: dict[str, Any] = {}

    def _deserialize(self, value: Any, attr: Any, data: Any, partial: Any = None, **kwargs: Any) -> Any:
        key = repr(value)
        if (known := self.known.get(key)) is not None:
            return known
        loaded = super()._deserialize(value, attr, data, partial, **kwargs)
        if len(key) <= self.LONGEST:
            if len(self.known) >= self.MOST:
                self.known.clear()
            self.known[key] = loaded
        return loaded


class Items(fields.List[Any]):
    """A list of up to ``most`` things, at least ``least``."""

    default_error_messages = WORDING

    def __init__(self, inner: Any, *, most: int, least: int = 0, **kwargs: Any) -> None:
        super().__init__(inner, **kwargs)
        self.most, self.least = most, least

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> list[Any]:
        if not isinstance(value, list):
            raise wrong(N_("This must be a list."))
        if not self.least <= len(value) <= self.most:
            raise wrong(N_("This list must have %(least)d to %(most)d entries."), least=self.least, most=self.most)
        return super()._deserialize(value, attr, data, **kwargs)


class Text(fields.String):
    """Text of ``shortest`` to ``longest`` characters; in one line without control characters, unless ``lines``,
    whose ends come out as LF."""

    default_error_messages = WORDING

    def __init__(self, *, longest: int, shortest: int = 1, lines: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.longest, self.shortest, self.lines = longest, shortest, lines

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:  # noqa: ARG002
        text = a_text(value, self.longest)
        if self.lines:
            text = text.replace("\r\n", "\n")
        if len(text.strip()) < self.shortest or (self.shortest and not text.isascii() and not is_said(text)):
            raise wrong(N_("This can't be empty."))
        if not self.lines and _CONTROL(text):
            raise wrong(N_("This must be one line, without control characters."))
        return text


def a_text(value: object, longest: int) -> str:
    """The value, if it is text that any database can hold and not longer than that."""
    if not isinstance(value, str):
        raise wrong(N_("This must be text."))
    if len(value) > longest:
        raise wrong(N_("This is longer than %(longest)d characters."), longest=longest)
    if "\0" in value:
        raise wrong(N_("This holds a NUL character. Take it out."))
    if not value.isascii() and _SURROGATE(value):
        raise wrong(N_("This holds half a character. Write it anew."))
    return value


class Reference(fields.String):
    """An id of the marketplace's own, which may stand in an address of a page."""

    default_error_messages = WORDING

    LONGEST = 64
    ALLOWED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~:-")

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:  # noqa: ARG002
        text = a_text(value, self.LONGEST)
        if not text or not text[0].isalnum() or not self.ALLOWED.issuperset(text):
            raise wrong(
                N_("An id has up to 64 letters A to Z, digits and . _ ~ : - and begins with a letter or a digit.")
            )
        return text


class Code(fields.String):
    """One of a few codes."""

    default_error_messages = WORDING

    def __init__(self, allowed: Collection[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.allowed = tuple(allowed)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:  # noqa: ARG002
        if not isinstance(value, str) or value not in self.allowed:
            raise wrong(N_("This must be one of: %(allowed)s."), allowed=", ".join(self.allowed))
        return value


class Language(Code):
    """One of the six languages."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(LANGUAGES, **kwargs)


class Zone(fields.String):
    """A time zone of the IANA database."""

    default_error_messages = WORDING

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:  # noqa: ARG002
        text = a_text(value, 64)
        if not is_zone(text):
            raise wrong(N_("There is no such time zone. Use a name such as Europe/Kyiv."))
        return text


class Address(fields.String):
    """An e-mail address, as it was written, without white space around it."""

    default_error_messages = WORDING

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:  # noqa: ARG002
        text = a_text(value, 1000)
        if not is_plausible(text):
            raise wrong(N_("This is not an e-mail address that mail could reach. Write it like name@example.com."))
        return text.strip()


class Instant(fields.String):
    """An instant of RFC 3339, between the years 2000 and 2099; comes out aware and in UTC."""

    default_error_messages = WORDING

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        try:
            moment = parse_instant(value)
        except (TypeError, ValueError):
            raise wrong(N_("Write an instant with its offset, such as 2026-03-01T10:00:00Z.")) from None
        if not EARLIEST <= moment < LATEST:
            raise wrong(N_("This lies before the year 2000 or after 2099. Check the date."))
        return moment


class Whole(fields.Integer):
    """A whole number between two bounds; text and fractions are none."""

    default_error_messages = WORDING

    def __init__(self, *, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(strict=True, **kwargs)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> int:  # noqa: ARG002
        if type(value) is not int or not self.least <= value <= self.most:
            raise wrong(N_("This must be a whole number from %(least)d to %(most)d."), least=self.least, most=self.most)
        return value


class Flag(fields.Boolean):
    """True or false, and nothing that merely looks like it."""

    default_error_messages = WORDING

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> bool:  # noqa: ARG002
        if not isinstance(value, bool):
            raise wrong(N_("This must be true or false."))
        return value


def faults_of(error: ValidationError, root: str = "") -> list[FieldFault]:
    """The faults that marshmallow found, each with its path (``seller.working_hours[0].from``), in a fixed order."""
    messages: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call]
    found = sorted(_walk(messages, root), key=lambda fault: fault.path)
    return found[:MOST_FAULTS]


def _walk(messages: Any, path: str) -> Iterator[FieldFault]:
    if isinstance(messages, dict):
        for key, inner in messages.items():
            yield from _walk(inner, _joined(path, key))
    elif isinstance(messages, list | tuple):
        for inner in messages:
            yield from _walk(inner, path)
    else:
        yield FieldFault(path or "$", getattr(messages, "msgid", str(messages)), getattr(messages, "values", {}))


def _joined(path: str, key: object) -> str:
    if key == "_schema":
        return path
    if isinstance(key, int):
        return f"{path}[{key}]"
    name = "".join(c if c.isprintable() else "?" for c in str(key)[:64])
    return f"{path}.{name}" if path else name
