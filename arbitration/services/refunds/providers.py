"""Which payment providers have been asked for refunds, and saying that one of them has another address now."""

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from arbitration.models import Remedy
from arbitration.services.refunds.terms import are_with_former


def left_behind(session: Session) -> dict[str, int]:
    """How many refunds are with providers that the settings name no more, by the name of each provider."""
    query = select(func.coalesce(Remedy.provider, ""), func.count(Remedy.id)).where(are_with_former(session))
    found = session.execute(query.group_by(Remedy.provider))
    return {row[0]: row[1] for row in found}


def ever_asked(session: Session) -> list[str]:
    """All providers that were ever asked for a refund."""
    query = select(Remedy.provider).where(Remedy.provider.is_not(None)).distinct().order_by(Remedy.provider)
    return [provider for provider in session.scalars(query) if provider is not None]


def rename(session: Session, former: str, name: str) -> int:
    """Take the refunds of a provider for those of the one called ``name``, since it is the same; gives how many."""
    changed = update(Remedy).where(Remedy.provider == former).values(provider=name).returning(Remedy.id)
    return len(session.scalars(changed.execution_options(synchronize_session=False)).all())
