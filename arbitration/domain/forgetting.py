"""People who asked to be forgotten: they keep their id, and an address that is nobody's (RFC 2606)."""

from uuid import UUID

DOMAIN = "forgotten.invalid"


def neutral_address(person_id: UUID | str) -> str:
    """What stands in the place of an address of theirs: nobody is reached there, and it tells nothing of them."""
    return f"{person_id}@{DOMAIN}"


def is_forgotten(person_id: UUID | str, address: str) -> bool:
    """Whether the person with this address was forgotten."""
    return address.endswith(DOMAIN) and address == neutral_address(person_id)
