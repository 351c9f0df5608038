"""Texts that arrived when their author was signed out: kept for the browser that sent them, never posted.

They are sealed with the browser's own token, of which the database has a hash: nobody else can have them read. What
stands in a form may be a key or a login that the buyer alone is to see.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from arbitration.domain.sign_in import hash_of, is_secret, new_secret
from arbitration.models import KeptText
from arbitration.services.gathering import KEY, Gathered
from arbitration.services.inserting import insert
from arbitration.services.sealing import BrokenSealError, seal, unseal
from arbitration.services.sessions import was_anothers

LAST = timedelta(hours=24)
LONGEST_ID = 64
LISTING = "~listing"
"""Stands in the place of a purchase for a draft listing; no purchase can be called that."""
OBJECTIONS = {"warranty": -1, "video_required": -2}
"""Where the reason of an objection to a reading is kept: beside the messages, whose positions count from 1."""

EXHIBIT = -10
"""Where the words with an exhibit are kept."""
FORM = -20
"""Where all that stands in the form of an act is kept, as JSON; its place is ``form_of(...)``, not the purchase."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A text that was kept. ``marked``: it reports a problem (a buyer's), or asks for an answer (a seller's)."""

    text: str
    marked: bool = False


def keep(
    session: Session,
    token: str,
    external_id: str,
    text: str,
    now: datetime,
    *,
    position: int = 0,
    marked: bool = False,
) -> str:
    """Keep a text for a purchase; gives the browser's token, a new one unless it has one.

    ``position`` is that of the message whose new text it is, 0 for a new message. Replaces what was kept for the same.
    """
    token = token if is_secret(token) else new_secret()
    place = {"token_hash": hash_of(token), "external_id": external_id[:LONGEST_ID], "position": position}
    kept = {
        "text": seal(token, _purpose(external_id, position), text.replace("\x00", "")),
        "reports_problem": marked,
        "kept_at": now,
        "expires_at": now + LAST,
    }
    first = insert(session, KeptText).values(place | kept)
    session.execute(first.on_conflict_do_update(index_elements=list(place), set_=kept))
    return token


def find(session: Session, token: str, external_id: str, now: datetime, position: int = 0) -> Kept | None:
    """What a browser's token keeps for a purchase (for the message at ``position``, or 0), or None."""
    if not is_secret(token):
        return None
    kept = session.get(KeptText, (hash_of(token), external_id, position))
    if kept is None or kept.expires_at < now:
        return None
    return Kept(_opened(token, kept), kept.reports_problem)


def _opened(token: str, kept: KeptText) -> str:
    try:
        return unseal(token, _purpose(kept.external_id, kept.position), kept.text)
    except BrokenSealError:
        return kept.text  # from before texts were sealed; a day later there are none of these any more


def _purpose(external_id: str, position: int) -> str:
    return f"kept text {external_id[:LONGEST_ID]} {position}"


def all_of(session: Session, token: str, external_id: str, now: datetime) -> dict[int, Kept]:
    """All that a browser's token keeps for a purchase, by position, in one query."""
    if not is_secret(token):
        return {}
    gathered: Gathered | None = session.info.get(KEY)
    if gathered is not None and (gathered.browser, gathered.purchase.external_id) == (hash_of(token), external_id):
        rows = gathered.rows[KeptText]
    else:
        query = select(KeptText).where(KeptText.token_hash == hash_of(token), KeptText.external_id == external_id)
        rows = session.scalars(query).all()
    return {row.position: Kept(_opened(token, row), row.reports_problem) for row in rows if row.expires_at >= now}


def form_of(endpoint: str, subject: object) -> str:
    """The place of a whole form: which one, and what it is about. No purchase can be called that."""
    return "~" + hash_of(f"{endpoint} {subject}")[:48]


def browser_of(token: str) -> str:
    """What the database knows a browser by; empty where it has no token."""
    return hash_of(token) if is_secret(token) else ""


def position_of(field: str) -> int:
    """Where the reason of an objection to the reading of a field is kept."""
    return OBJECTIONS.get(field, min(OBJECTIONS.values()) - 1)


def any_kept(session: Session, token: str, now: datetime) -> bool:
    """Whether anything at all is kept for a browser."""
    if not is_secret(token):
        return False
    theirs = (KeptText.token_hash == hash_of(token)) & (KeptText.expires_at >= now)
    return bool(session.scalar(select(exists().where(theirs))))


def forget(session: Session, token: str, external_id: str, position: int = 0) -> None:
    """Delete a kept text, once it was sent."""
    if is_secret(token):
        same = (KeptText.external_id == external_id) & (KeptText.position == position)
        session.execute(delete(KeptText).where(KeptText.token_hash == hash_of(token), same))


def forget_all(session: Session, token: str) -> None:
    """Delete all that is kept for a browser, when its person signs out."""
    if is_secret(token):
        session.execute(delete(KeptText).where(KeptText.token_hash == hash_of(token)))


def leave_to_author(session: Session, token: str, last_session: str, person_id: UUID) -> None:
    """Delete all that is kept for a browser if somebody else signs in there than was signed in last."""
    if was_anothers(session, last_session, person_id):
        forget_all(session, token)
