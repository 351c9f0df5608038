"""Disputes whose outcome is to be carried out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from arbitration.domain.actors import Actor, Role
from arbitration.domain.remedies import RefundTerms
from arbitration.models import Remedy
from arbitration.scheduler.deadlines import run_due
from arbitration.scheduler.refunds import pay_due
from arbitration.services import tokens
from arbitration.services.disputes import remedies
from arbitration.services.disputes.offers import answer_offer, make_offer
from arbitration.services.reconciling import Difference, reconcile
from arbitration.services.verification import verify
from tests.disputes.hearing import Hearing, Work, at
from tests.support.databases import SECRET
from tests.support.shop import Shop

GOODS = "WXYZ-1234-SNOW-HARBOUR"


@dataclass
class Settled(Hearing):
    """A dispute that two sides can settle by an offer, and whose outcome is then carried out."""

    app: Flask | None = None

    def agreed(self, remedy: str = "refund", amount: int | None = None, hours: float = 1) -> Remedy:
        """The seller offers, the buyer accepts; gives what is owed from then on."""
        self.do(make_offer, self.seller, remedy, amount, "", at(hours))
        with self.work() as session:
            _, offer = answer_offer(session, self.buyer, self.dispute_id, 1, "accept", at(hours))
            assert offer.state == "accepted"
        return self.remedy()

    def remedy(self) -> Remedy:
        """The newest remedy of the dispute."""
        with self.work() as session:
            query = select(Remedy).where(Remedy.dispute_id == self.dispute_id).order_by(Remedy.id.desc())
            return session.scalars(query.limit(1)).one()

    def deliver(self, hours: float, goods: str = GOODS) -> Remedy:
        with self.work() as session:
            return remedies.deliver_replacement(session, self.seller, self.purchase, goods, "Here it is.", at(hours))

    def open(self, actor: Actor, remedy_id: UUID, moment: datetime) -> str:
        with self.work() as session:
            return remedies.open_replacement(session, actor, self.purchase, remedy_id, moment)[1]

    def confirm(self, actor: Actor, hours: float, amount: int | None = None) -> Remedy:
        return self.do(remedies.confirm_refund, actor, amount, at(hours))

    def sweep(self, hours: float) -> dict[str, int]:
        assert self.app is not None
        return dict(run_due(self.app, at(hours)) + pay_due(self.app, at(hours)))

    def another_operator(self) -> Actor:
        return self._staff("oscar@market.example.org", Role.OPERATOR)

    def gateway(self) -> Actor:
        """The marketplace's machine, with its token."""
        with self.work() as session:
            token = tokens.new_token(session, "gateway", "machine@market.example.org", at(0))
        with self.work() as session:
            actor = tokens.actor_of(session, token, at(1))
            assert actor is not None
            return actor

    def outcome(self) -> tuple[str, str | None]:
        dispute = self.dispute()
        return dispute.stage, dispute.outcome

    def differences(self, hours: float) -> list[Difference]:
        with self.work() as session:
            return list(reconcile(session, at(hours), at(hours)))

    def proved(self) -> list[str]:
        """What `verify` finds wrong."""
        with self.work() as session:
            return [str(finding) for finding in verify(session, SECRET)]


Opened = Callable[..., Settled]


@pytest.fixture
def opened(work: Work, shop: Shop, app: Flask) -> Opened:
    """``opened(...)`` is a dispute over a purchase of its own; what is said changes the purchase."""

    def open_one(**changes: Any) -> Settled:
        settled = Settled.opened(work, shop, **changes)
        assert isinstance(settled, Settled)
        settled.app = app
        return settled

    return open_one


@pytest.fixture
def dispute(opened: Opened) -> Settled:
    return opened()


@pytest.fixture
def paying(app: Flask) -> Callable[..., None]:
    """``paying("ledger", USD=1000)`` sets who pays, and above which amounts two people are needed."""

    def set_terms(gateway: str = "manual", **above: int) -> None:
        app.config["REFUND_TERMS"] = RefundTerms(gateway, above)

    return set_terms


@pytest.fixture
def said_of(work: Work) -> Callable[[Settled], str]:
    """All that messages, docket, outbox and search hold of a purchase, in one text."""

    def gather(settled: Settled) -> str:
        from arbitration.models import DocketEntry, Intent, Message, MessageVersion

        with work() as session:
            texts = session.scalars(select(MessageVersion.text)).all()
            found = session.scalars(select(MessageVersion.search_text)).all()
            about = [str(each) for each in session.scalars(select(Message.about))]
            bodies = session.scalars(select(DocketEntry.body)).all()
            mails = [str(each) for each in session.scalars(select(Intent.payload))]
        return "\n".join([*texts, *found, *about, *bodies, *mails, settled.purchase])

    return gather
