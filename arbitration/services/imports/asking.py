"""What an import asks of the database. Each statement is made once: to make one costs as much as to run it."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, String, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from arbitration.domain.purchases import LISTING_FIELDS
from arbitration.models import FormerAddress, Listing, Person, Purchase, Seller
from arbitration.services.bulk import Forms, forms

Statement = Select[Any]
SELLER_COLUMNS = ("id", "external_id", "person_id", "name", "language", "time_zone", "working_hours")
PERSON_COLUMNS = (
    "id",
    "email",
    "written_as",
    "name",
    "language",
    "time_zone",
    "stated_language",
    "stated_time_zone",
)
PURCHASE_STATED = (
    "id",
    "external_id",
    "listing_id",
    "seller_id",
    "buyer_id",
    "policy_id",
    "buyer_address",
    "seller_address",
    "amount",
    "currency",
    "quantity",
    "payment_started_at",
    "paid_at",
    "delivered_at",
)
PURCHASE_COLUMNS = (*PURCHASE_STATED, "said_digest")


class Asking:
    """Asks within a session. Ids are told, and told of, as columns hold them."""

    def __init__(self, session: Session) -> None:
        self.session, self.form = session, forms(session)
        self._statements = _statements(self.form)

    def rows(self, name: str, values: Collection[str]) -> Sequence[Any]:
        """The rows of those that are named, or have one of these ids."""
        if not values:
            return ()
        return self.session.connection().execute(self._statements[name], {"many": self.form.many(values)}).all()

    def either(self, name: str, values: Collection[str], ids: Collection[str]) -> Sequence[Any]:
        """The rows that are named, and those of ids which are not among them."""
        found = self.rows(name, values)
        others = set(ids) - {row[0] for row in found}
        return [*found, *self.rows(f"{name} by id", others)] if others else found

    def somebody_moved(self) -> bool:
        """Whether there is anybody who has had another address."""
        return self.session.connection().execute(_ANY_FORMER).first() is not None


_ANY_FORMER = select(FormerAddress.__table__.c.person_id).limit(1)


@lru_cache
def _statements(form: Forms) -> dict[str, Statement]:
    """What can be asked; the parameter ``many`` tells of whom."""
    purchases, listings = Purchase.__table__, Listing.__table__
    people, sellers, former = Person.__table__, Seller.__table__, FormerAddress.__table__
    joined = purchases.join(listings, purchases.c.listing_id == listings.c.id)
    digests = select(purchases.c.external_id, purchases.c.said_digest)
    whole = select(*_told(form, purchases, PURCHASE_COLUMNS), listings.c.digest.label("listing_digest"))
    person, seller = select(*_told(form, people, PERSON_COLUMNS)), select(*_told(form, sellers, SELLER_COLUMNS))
    who_had = select(form.id_column(former.c.person_id)).distinct()
    addresses = select(form.id_column(former.c.person_id), former.c.email).order_by(former.c.left_at)
    return {
        "digests": digests.where(form.among(purchases.c.external_id, "many")),
        "purchases": whole.select_from(joined).where(form.among(purchases.c.external_id, "many")),
        "people": person.where(form.among(people.c.email, "many")),
        "people by id": person.where(form.among_ids(people.c.id, "many")),
        "sellers": seller.where(form.among(sellers.c.external_id, "many")),
        "sellers by id": seller.where(form.among_ids(sellers.c.id, "many")),
        "who had": who_had.where(form.among(former.c.email, "many")),
        "former addresses": addresses.where(form.among_ids(former.c.person_id, "many")),
        "listings": select(listings.c.digest, form.id_column(listings.c.id)).where(
            form.among(listings.c.digest, "many")
        ),
        "kept listings": select(*(listings.c[name] for name in ("digest", *LISTING_FIELDS))).where(
            form.among(listings.c.digest, "many")
        ),
    }


def _told(form: Forms, table: Any, names: Sequence[str]) -> list[Any]:
    return [_column(form, table.c[name], name) for name in names]


def _column(form: Forms, column: Any, name: str) -> Any:
    if name == "id" or (name.endswith("_id") and name != "external_id"):
        return form.id_column(column).label(name)
    if name == "working_hours":
        return sql_cast(column, String).label(name)
    return form.instant_column(column).label(name) if name.endswith("_at") else column
