"""Headers with people's names in any script, folded so that every mail program puts them together as they were written.

The standard library folds a line of words in several alphabets in pieces, and loses a space between two of them now and
then: programs drop the white space between encoded words (RFC 2047, 6.2). Here such a text is encoded from end to end.
"""

from email.header import Header
from email.headerregistry import BaseHeader, HeaderRegistry, UniqueAddressHeader, UniqueUnstructuredHeader
from email.policy import SMTP
from typing import Any


class _Text(UniqueUnstructuredHeader, BaseHeader):  # type: ignore[misc]
    """A subject."""

    def fold(self, *, policy: Any) -> str:
        whole = str(self)
        if policy.utf8 or whole.isascii():
            return super().fold(policy=policy)
        return f"{_encoded(self.name, whole, policy)}{policy.linesep}"


class _Mailbox(UniqueAddressHeader, BaseHeader):  # type: ignore[misc]
    """One person's or this house's name and address."""

    def fold(self, *, policy: Any) -> str:
        (mailbox,) = self.addresses
        if policy.utf8 or mailbox.display_name.isascii() or not mailbox.addr_spec.isascii():
            return super().fold(policy=policy)
        name = _encoded(self.name, mailbox.display_name, policy)
        return f"{name}{policy.linesep} <{mailbox.addr_spec}>{policy.linesep}"


def _encoded(name: str, text: str, policy: Any) -> str:
    return f"{name}: " + Header(text, "utf-8", header_name=name).encode(linesep=policy.linesep)


_registry = HeaderRegistry()
_registry.map_to_type("subject", _Text)
for _name in ("from", "to"):
    _registry.map_to_type(_name, _Mailbox)

POLICY = SMTP.clone(header_factory=_registry)
"""What a mail is made under; it keeps its headers' way of folding wherever it is written."""
