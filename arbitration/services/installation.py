"""What the installation knows of itself: whether it is a demo, and which periodic work has been done."""

from sqlalchemy import ScalarSelect, bindparam, select, update
from sqlalchemy.orm import Session

from arbitration.models import InstallationValue
from arbitration.services.inserting import insert

DEMO = "demo"
_VALUE = select(InstallationValue.value).where(InstallationValue.name == bindparam("name"))


def value(session: Session, name: str) -> str | None:
    """A value that was kept under a name, or None."""
    return session.scalar(_VALUE, {"name": name})


def keep(session: Session, name: str, text: str) -> None:
    """Keep a value under a name, instead of the one before."""
    first = insert(session, InstallationValue).values(name=name, value=text)
    session.execute(first.on_conflict_do_update(index_elements=["name"], set_={"value": text}))


def is_demo(session: Session) -> bool:
    """Whether the database was filled by the demo, whose people are invented and whose links are reusable."""
    known: bool | None = session.info.get(DEMO)
    return value(session, DEMO) is not None if known is None else known


def demo_mark() -> ScalarSelect[str]:
    """The demo's mark as a column of another query, whose answer ``note_demo`` then keeps for ``is_demo``."""
    return select(InstallationValue.value).where(InstallationValue.name == DEMO).scalar_subquery()


def note_demo(session: Session, mark: str | None) -> None:
    """Remember for this session (that of a request) whether the database is the demo's."""
    session.info[DEMO] = mark is not None


def mark_demo(session: Session) -> None:
    """Say for good that this database is the demo's."""
    keep(session, DEMO, "yes")
    session.info.pop(DEMO, None)


def claim(session: Session, name: str, slot: str) -> bool:
    """Take the periodic work of a name for a slot (such as an hour). Of any number of processes one gets True."""
    session.execute(insert(session, InstallationValue).values(name=name, value="").on_conflict_do_nothing())
    took = session.execute(
        update(InstallationValue)
        .where(InstallationValue.name == name, InstallationValue.value != slot)
        .values(value=slot)
        .returning(InstallationValue.name)
    )
    return took.scalar() is not None
