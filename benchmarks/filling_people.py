"""The people of a database that is being filled: who looks at the pages that are measured, and everybody else."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from arbitration.domain.searching import searchable
from arbitration.domain.sign_in import hash_of, new_secret
from arbitration.ids import new_id
from arbitration.models import BrowserSession, Person, Seller, StaffAccount
from benchmarks.filling_rows import Rows

VIEWERS = 16
ARBITERS = 2
THEIR_CASES = 4
OTHERS_CASES = 25


class People:
    """Buyers, shops and arbiters of a database with ``count`` purchases, and the secrets of the sessions of viewers."""

    def __init__(self, rows: Rows, count: int, now: datetime, chance: Random) -> None:
        self.rows, self.now, self.chance = rows, now, chance
        self.viewers = [self._person(f"Viewer {n}", f"viewer{n}@example.com") for n in range(VIEWERS)]
        self.sessions = [self._session(person) for person in self.viewers]
        self.buyers = [self._person(f"Buyer {n}", f"buyer{n}@example.com") for n in range(max(count // 4, 50))]
        self.sellers = [self._shop(n) for n in range(max(count // 500, 10))]
        self.seller_session = self._session(self.sellers[0][1])
        arbiters = [self._arbiter(n) for n in range(ARBITERS)]
        self.arbiter_sessions = [self._session(person, "arbiter") for person in arbiters]
        self._cases = iter(arbiters * THEIR_CASES)
        self._other_arbiters = [self._arbiter(ARBITERS + n) for n in range(count // 1_000 // OTHERS_CASES + 1)]

    def taker(self) -> UUID:
        """Who took the next case: those whose pages are measured have four each at every size, others some twenty."""
        return next(self._cases, None) or self.chance.choice(self._other_arbiters)

    def _person(self, name: str, email: str) -> UUID:
        id_ = new_id()
        self.rows.add(
            Person,
            id=id_,
            email=email,
            written_as=email,
            name=name,
            language="en",
            time_zone="Europe/London",
            created_at=self.now,
            search_text=searchable(name),
        )
        return id_

    def _session(self, person: UUID, role: str = "party") -> str:
        secret = new_secret()
        self.rows.add(
            BrowserSession,
            id=new_id(),
            secret_hash=hash_of(secret),
            person_id=person,
            role=role,
            second_factor_at=None if role == "party" else self.now,
            browser="benchmark",
            created_at=self.now,
            seen_at=self.now,
            expires_at=self.now + timedelta(hours=12),
        )
        return secret

    def _arbiter(self, number: int) -> UUID:
        person = self._person(f"Arbiter {number}", f"arbiter{number}@example.com")
        self.rows.add(StaffAccount, person_id=person, role="arbiter", second_factor_at=self.now, created_at=self.now)
        return person

    def _shop(self, number: int) -> tuple[UUID, UUID]:
        person, id_ = self._person(f"Keeper {number}", f"shop{number}@example.net"), new_id()
        self.rows.add(
            Seller,
            id=id_,
            external_id=str(number),
            person_id=person,
            name=f"Harbour Keys {number}",
            language="en",
            time_zone="Europe/London",
            search_text=searchable(f"Harbour Keys {number}"),
        )
        return id_, person
