"""Filing an exhibit. Its file has been received and examined before, and lies on the disk."""

import secrets
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from arbitration.domain import exhibits as rules
from arbitration.domain import facts as fact_rules
from arbitration.domain.actors import Actor
from arbitration.domain.docket import digest_of, text_commitment
from arbitration.domain.exhibits import Filed, Quota, Said
from arbitration.domain.files import Stored
from arbitration.ids import new_id
from arbitration.models import Exhibit, Purchase
from arbitration.services import facts
from arbitration.services.exhibits.answering import answer
from arbitration.services.loading import find_purchase
from arbitration.services.thread import post_event, role_of


def require_may_file(session: Session, actor: Actor, external_id: str, size: int, quota: Quota) -> None:
    """Nothing, if the actor may file a file of about that size; asked before the file is taken in.

    Raises:
        NotFoundError, ForbiddenError: see ``find_purchase``.
        InvalidError: the quota is used up.
    """
    purchase = find_purchase(session, actor, "uploadExhibit", external_id)
    rules.require_room(_filed(session, actor, purchase), size, quota)


def file_exhibit(
    session: Session, actor: Actor, external_id: str, said: Said, stored: Stored, now: datetime, quota: Quota
) -> Exhibit:
    """File an exhibit: both sides see it from now on, and the arbiter once called. It can't be taken back.

    Its times and its continuity are facts, stated by whoever files it.

    Raises:
        NotFoundError, ForbiddenError: see ``find_purchase``.
        InvalidError: what is said of it does not fit, or the quota is used up.
    """
    shows = rules.shows_of(said.shows)
    purchase = find_purchase(session, actor, "uploadExhibit", external_id, lock=True)
    rules.require_said(said, stored.family, now)
    rules.require_room(_filed(session, actor, purchase), stored.bytes, quota)
    exhibit = _row(session, actor, purchase, said, stored, now)
    about = {"exhibit": str(exhibit.id), "number": rules.number_of(exhibit.number), "kind": exhibit.kind}
    message = post_event(session, purchase, actor, "exhibit", now, text=shows, about=about, facts=about | told(exhibit))
    exhibit.position = message.position
    session.add(exhibit)
    session.flush()
    for name, value in said.times.items():
        kept = fact_rules.value_of(name, value, name)
        facts.keep(session, purchase, actor, name, kept, now, exhibit_id=exhibit.id, position=message.position)
    answer(session, purchase, exhibit, now)
    return exhibit


def _filed(session: Session, actor: Actor, purchase: Purchase) -> Filed:
    query = select(func.count(), func.coalesce(func.sum(Exhibit.bytes), 0))
    files, size = session.execute(
        query.where(Exhibit.purchase_id == purchase.id, Exhibit.filed_by == actor.person_id)
    ).one()
    return Filed(files, int(size))


def _row(session: Session, actor: Actor, purchase: Purchase, said: Said, stored: Stored, now: datetime) -> Exhibit:
    last = session.scalar(select(func.max(Exhibit.number)).where(Exhibit.purchase_id == purchase.id)) or 0
    return Exhibit(
        id=new_id(),
        purchase_id=purchase.id,
        number=last + 1,
        kind=said.kind,
        filed_by=actor.person_id,
        filed_role=role_of(actor, purchase),
        filed_at=now,
        name=stored.name,
        salt=secrets.token_bytes(16),
        media_type=stored.media_type,
        bytes=stored.bytes,
        sha256=stored.sha256,
        stored_as=stored.folder,
        preview="ready",
        parts=[asdict(part) for part in stored.parts],
        width=stored.width,
        height=stored.height,
        duration=stored.duration,
        pages=stored.pages,
        opened_at=now,
    )


def told(exhibit: Exhibit) -> dict[str, Any]:
    """What the docket says of an exhibit's file: no name, but a hash of it."""
    return {
        "media_type": exhibit.media_type,
        "bytes": exhibit.bytes,
        "sha256": exhibit.sha256,
        "parts": digest_of(f"{part['name']} {part['sha256']}" for part in exhibit.parts),
        "name": text_commitment(exhibit.salt, exhibit.name),
    }
