"""Delivering a replacement, sealed until the buyer opens it, and opening it.

What is in it lies sealed in the database too, under the installation's secret (``services/sealing.py``).
"""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session, undefer

from arbitration.domain import remedies as rules
from arbitration.domain.actors import Actor
from arbitration.domain.docket import text_commitment
from arbitration.domain.events import words_of
from arbitration.domain.refusals import ConflictError, FieldFault, InvalidError, NotFoundError
from arbitration.domain.remedies import REPLACEMENT
from arbitration.domain.stages import Stage
from arbitration.ids import new_id
from arbitration.models import Dispute, Purchase, Remedy
from arbitration.rules.marking import N_
from arbitration.services import deadlines
from arbitration.services.disputes.finding import open_dispute_of
from arbitration.services.disputes.moving import close
from arbitration.services.disputes.owed import outcome_by, remedy_owed, settle
from arbitration.services.loading import find_purchase
from arbitration.services.sealing import BrokenSealError, seal, unseal
from arbitration.services.thread import post_event

SEALED = "sealed 1 "
"""What a sealed content begins with."""
SHORTEST_KEY = 6
"""Characters; shorter lines stand in a sentence by chance."""


def deliver_replacement(
    session: Session, actor: Actor, external_id: str, content: str, text: str, now: datetime
) -> Remedy:
    """Deliver a replacement as the seller: the one that is owed, which ends the dispute, or one without a dispute.

    ``content`` is the goods (a key, a login), which the buyer alone sees, by opening it; ``text`` is for both sides.

    Raises:
        NotFoundError, ForbiddenError: see ``find_purchase``.
        ConflictError: the dispute is at another stage, or a refund is owed.
        InvalidError: there is no content, or too much of it, or it stands in the text too.
    """
    purchase = find_purchase(session, actor, "deliverReplacement", external_id, lock=True)
    dispute = open_dispute_of(session, purchase.id)
    owed = _require_owed(session, dispute) if dispute is not None else None
    goods, words = _goods_of(content), words_of(text)
    _require_apart(goods, words)
    salt = secrets.token_bytes(16)
    if owed is None:
        remedy = _unasked(session, purchase, actor, goods, salt, now)
        session.add(remedy)
        session.flush()
    else:
        remedy = owed
        kept = sealed(session.info["seal_key"], remedy.id, goods)
        settle(session, remedy, rules.DONE, now, done_by=actor.person_id, content=kept, salt=salt)
    told = {"remedy": str(remedy.id), "source": remedy.source}
    if owed is not None and dispute is not None:
        told |= {"outcome": outcome_by(session, owed).value}
    facts = told | {"content": text_commitment(salt, goods)}
    message = post_event(session, purchase, actor, "replacement", now, text=words, about=told, facts=facts)
    remedy.position = message.position
    session.flush()
    if owed is not None and dispute is not None:
        deadlines.meet(session, dispute, now, "remedy", subject_id=owed.id)
        deadlines.drop(session, dispute, now)
        close(session, dispute, "deliverReplacement", outcome_by(session, owed), now)
    return remedy


def open_replacement(
    session: Session, actor: Actor, external_id: str, remedy_id: UUID, now: datetime
) -> tuple[Remedy, str]:
    """Open a replacement as the buyer; the first time is recorded. Gives it with its content.

    Raises:
        NotFoundError, ForbiddenError: see ``find_purchase``; the purchase has no such replacement.
    """
    purchase = find_purchase(session, actor, "openReplacement", external_id, lock=True)
    remedy = session.scalar(_delivered(purchase, remedy_id))
    if remedy is None:
        raise NotFoundError
    content = _content(session, remedy)
    first = session.execute(
        update(Remedy)
        .where(Remedy.id == remedy.id, Remedy.opened_at.is_(None))
        .values(opened_at=now)
        .returning(Remedy.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if first is not None:
        session.refresh(remedy, ["opened_at"])
        told = {"remedy": str(remedy.id)}
        post_event(session, purchase, actor, "replacement_opened", now, about=told, facts=told)
    return remedy, content


def see_own(session: Session, actor: Actor, external_id: str, remedy_id: UUID) -> tuple[Remedy, str | None]:
    """A replacement as the buyer looks at it: its content only once they have opened it. Changes nothing.

    Raises:
        NotFoundError, ForbiddenError: see ``find_purchase``; the purchase has no such replacement.
    """
    purchase = find_purchase(session, actor, "openReplacement", external_id)
    remedy = session.scalar(_delivered(purchase, remedy_id))
    if remedy is None:
        raise NotFoundError
    return remedy, _content(session, remedy) if remedy.opened_at else None


def see_replacement(session: Session, actor: Actor, external_id: str, remedy_id: UUID) -> tuple[Remedy, str]:
    """A replacement with its content, for the seller who delivered it and for an arbiter who was called.

    Raises:
        NotFoundError, ForbiddenError: see ``find_purchase``; the purchase has no such replacement.
    """
    purchase = find_purchase(session, actor, "seeReplacement", external_id)
    remedy = session.scalar(_delivered(purchase, remedy_id))
    if remedy is None:
        raise NotFoundError
    return remedy, _content(session, remedy)


def sealed(secret: str, remedy_id: UUID, content: str) -> str:
    """The content of a replacement as it is kept."""
    return SEALED + seal(secret, f"replacement {remedy_id}", content)


def unsealed(secret: str, remedy_id: UUID, content: str) -> str:
    """The content of a replacement that was kept. Raises BrokenSealError where the secret is another one now."""
    if not content.startswith(SEALED):  # kept by a version that did not seal; ``init`` seals it
        return content
    return unseal(secret, f"replacement {remedy_id}", content.removeprefix(SEALED))


def seal_the_rest(session: Session) -> int:
    """Seal what was delivered when contents were not sealed yet; gives how many there were."""
    query = select(Remedy).where(Remedy.content.is_not(None), ~Remedy.content.startswith(SEALED, autoescape=True))
    rows = session.scalars(query.options(undefer(Remedy.content))).all()
    for remedy in rows:
        remedy.content = sealed(session.info["seal_key"], remedy.id, remedy.content or "")
    session.flush()
    return len(rows)


def _content(session: Session, remedy: Remedy) -> str:
    try:
        return unsealed(session.info["seal_key"], remedy.id, remedy.content or "")
    except BrokenSealError:
        raise ConflictError(BROKEN) from None


def _delivered(purchase: Purchase, remedy_id: UUID) -> Select[Remedy]:
    query = select(Remedy).where(
        Remedy.id == remedy_id,
        Remedy.purchase_id == purchase.id,
        Remedy.kind == REPLACEMENT,
        Remedy.state == rules.DONE,
    )
    return query.options(undefer(Remedy.content)).execution_options(populate_existing=True)


def _require_owed(session: Session, dispute: Dispute) -> Remedy:
    owed = remedy_owed(session, dispute.id) if dispute.stage == Stage.ENFORCEMENT else None
    if owed is None or owed.kind != REPLACEMENT:
        raise ConflictError(rules.NO_REPLACEMENT_NOW[Stage(dispute.stage)])
    return owed


def _goods_of(content: str) -> str:
    goods = (content or "").strip()
    if not goods:
        msgid = N_("Put in what you deliver: the key, the code or the login.")
        raise InvalidError(faults=[FieldFault("content", msgid)])
    if "\0" in goods:  # taken out without a word, it would be another key
        raise InvalidError(faults=[FieldFault("content", N_("This holds a NUL character. Take it out."))])
    if len(goods) > rules.LONGEST_CONTENT:
        msgid = N_("This is longer than %(limit)d characters. Deliver what is needed, and write the rest in a message.")
        raise InvalidError(faults=[FieldFault("content", msgid, {"limit": rules.LONGEST_CONTENT})])
    return goods


def _require_apart(goods: str, words: str | None) -> None:
    """Raises InvalidError where the words for both sides give away a key: then nobody could tell whether the buyer, who
    never opened it, has used it. Lines without a digit are sentences rather than keys."""
    keys = [line.strip() for line in goods.splitlines() if len(line.strip()) >= SHORTEST_KEY]
    if words and any(key in words and any(sign.isdigit() for sign in key) for key in keys):
        msgid = N_(
            "What you deliver stands here too, for both sides to read. Take it out: only its own field is sealed."
        )
        raise InvalidError(faults=[FieldFault("text", msgid)])


def _unasked(session: Session, purchase: Purchase, actor: Actor, goods: str, salt: bytes, now: datetime) -> Remedy:
    """A replacement that a seller delivers of their own accord, without a dispute."""
    id_ = new_id()
    return Remedy(
        id=id_,
        purchase_id=purchase.id,
        dispute_id=None,
        kind=REPLACEMENT,
        amount=None,
        currency=purchase.currency,
        source=rules.BY_SELLER,
        source_id=None,
        owed_at=now,
        state=rules.DONE,
        done_at=now,
        done_by=actor.person_id,
        content=sealed(session.info["seal_key"], id_, goods),
        salt=salt,
    )


BROKEN = N_(
    "What was delivered can't be opened: this installation's secret is another one since. "
    "Ask the seller to send it again."
)
