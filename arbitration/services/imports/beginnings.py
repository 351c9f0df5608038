"""The first entries of purchases, in their canonical bytes: put together from parts that need no escaping.

``domain.docket.join`` would write the same of the same facts, and a test holds both together.
"""

from arbitration.domain.purchases import PurchaseSaid
from arbitration.services.imports.known import KnownPerson, KnownSeller
from arbitration.services.imports.policies import PolicyTold

KIND = "purchase.imported"


class Beginnings:
    """The bodies of a batch's first entries. All that goes into them is ids, codes, numbers, hashes and instants."""

    def __init__(self, at: str, by: str | None, batch: str) -> None:
        self.at, self.batch = at, batch
        self.by = f'"{by}"' if by else "null"

    def body(self, chain: str, said: PurchaseSaid, seller: KnownSeller, buyer: KnownPerson, policy: PolicyTold) -> str:
        """The body of a new purchase's first entry."""
        external_id, listing, _, _, amount, currency, quantity, started, paid, delivered_at, _ = said
        delivered = f'"{delivered_at}"' if delivered_at else "null"
        return (
            f'{{"at":"{self.at}","by":{self.by},"chain":"{chain}","facts":{{"amount":{amount},'
            f'"batch":"{self.batch}","buyer":"{buyer.id}","currency":"{currency}","delivered_at":{delivered},'
            f'"external_id":"{external_id}","listing":"{listing.digest}","paid_at":"{paid}",'
            f'"payment_started_at":"{started}","policy":{policy.told},"quantity":{quantity},'
            f'"seller":"{seller.id}","seller_person":"{seller.person.id}"}},"kind":"{KIND}","sequence":1}}'
        )
