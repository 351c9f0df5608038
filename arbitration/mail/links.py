"""Where the buttons of mails lead. A test holds these addresses against the routes of the pages."""

from urllib.parse import quote
from uuid import UUID


def to_sign_in(base_url: str, token: str) -> str:
    """The page that asks a person to confirm signing in."""
    return f"{base_url}/sign-in/{quote(token, safe='')}"


def to_set_up(base_url: str, token: str) -> str:
    """Where an arbiter or operator chooses a password and a second factor."""
    return f"{base_url}/staff/set-up/{quote(token, safe='')}"


def to_purchase(base_url: str, external_id: str) -> str:
    """The page of a purchase."""
    return f"{base_url}/purchases/{quote(external_id, safe='')}"


def to_operations(base_url: str, dispute_id: UUID) -> str:
    """What operators see of a dispute, and where they do their part in it."""
    return f"{base_url}/operations/disputes/{dispute_id}"


def to_message(base_url: str, external_id: str, position: int) -> str:
    """A message in the correspondence of a purchase."""
    return f"{base_url}/purchases/{quote(external_id, safe='')}#m{position}"


def to_term(base_url: str, external_id: str, field: str) -> str:
    """A term of the listing on the page of a purchase, where objections to its reading stand."""
    return f"{base_url}/purchases/{quote(external_id, safe='')}#term-{quote(field, safe='')}"
