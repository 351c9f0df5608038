"""Reading a draft listing for its seller. Nothing of it is kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor, OwnShop, Role
from arbitration.domain.permissions import may
from arbitration.domain.refusals import FieldFault, ForbiddenError, InvalidError
from arbitration.i18n.languages import LANGUAGES
from arbitration.models import Seller
from arbitration.rules.listings import read_terms
from arbitration.rules.marking import N_
from arbitration.rules.policy import Policy
from arbitration.services import throttles
from arbitration.services.policies import in_force_at, policy_of

if TYPE_CHECKING:
    from arbitration.rules.drafts import Checked

LONGEST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class CheckedListing:
    """What the check found, and the agreement it went by: the one in force, since a draft has no purchase yet."""

    checked: "Checked"
    policy: Policy


def is_seller(session: Session, actor: Actor) -> bool:
    """Whether the actor answers for a shop."""
    if actor.role is not Role.PARTY or actor.person_id is None:
        return False
    return bool(session.scalar(select(exists().where(Seller.person_id == actor.person_id))))


def require_seller(session: Session, actor: Actor) -> None:
    """Let through who may check listings.

    Raises:
        ForbiddenError: the actor answers for no shop, and is no operator.
    """
    shop = OwnShop(actor.person_id) if actor.person_id and is_seller(session, actor) else None
    if not may(actor, "checkListing", shop):
        raise ForbiddenError


def check_listing(
    session: Session, actor: Actor, text: str, language: str | None, usual: str, now: datetime
) -> CheckedListing:
    """Read a draft and check it by the agreement in force.

    The clear wording comes in ``language``; if that is None in the text's own, or else in the ``usual`` one.

    Raises:
        ForbiddenError: see ``require_seller``.
        InvalidError: there is no text, or more than ``LONGEST_TEXT`` characters of it; or no such language.
        TooOftenError: the actor has had too many read of late.
    """
    from arbitration.rules.drafts import check_draft  # with all that reads listings

    require_seller(session, actor)
    if faults := _faults(text, language):
        raise InvalidError(faults=faults)
    throttles.take(session, throttles.LISTINGS_CHECKED, str(actor.person_id or actor.role), now)
    policy = policy_of(in_force_at(session, now))
    spoken = language or read_terms(text).language or usual
    return CheckedListing(check_draft(text, policy, spoken), policy)


def _faults(text: str, language: str | None) -> list[FieldFault]:
    faults = []
    if not text.strip():
        faults.append(FieldFault("text", NO_TEXT))
    elif len(text) > LONGEST_TEXT:
        faults.append(FieldFault("text", TOO_LONG))
    if language is not None and language not in LANGUAGES:
        faults.append(FieldFault("language", NO_LANGUAGE))
    return faults


NO_TEXT = N_("Write or paste the description of a listing.")
TOO_LONG = N_("The text is too long: 20,000 characters at most.")
NO_LANGUAGE = N_("There is no such language. Use en, fr, uk, ru, pl or fa.")
