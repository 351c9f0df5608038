"""Whatever is typed, and whatever the clock says: a sentence comes back, never a fault."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from flask import Flask

from arbitration import models
from arbitration.db import Base
from arbitration.domain import arbiters, facts, opening, rulings, stages
from arbitration.domain.conduct import KINDS
from arbitration.domain.deadlines import Kind
from arbitration.domain.events import EVENTS, words_of
from arbitration.domain.refusals import InvalidError
from arbitration.domain.remedies import REPLACEMENT
from arbitration.rules import codes
from arbitration.scheduler.sweep import sweep
from arbitration.services.disputes import arbiters as arbitration_of
from arbitration.services.disputes.offers import make_offer
from arbitration.services.disputes.opening import open_dispute
from arbitration.services.disputes.replacements import deliver_replacement
from arbitration.services.disputes.talks import escalate, withdraw
from tests.attacks.conftest import Calls
from tests.disputes.hearing import OPENED, at
from tests.remedies.conftest import Settled

HOSTILE = "It\x00 is\x1b[31m \u202ebroken\r\n\ud800.\x85"
FORM = "application/x-www-form-urlencoded"
KEPT = "It is[31m \u202ebroken\n."


def test_words_with_an_act_are_kept_without_what_no_database_or_terminal_should_get(mine: Settled) -> None:
    assert words_of(HOSTILE) == KEPT
    for empty in ("\x00", " \u200b ", "\x01\x85", None):
        with pytest.raises(InvalidError):
            words_of(empty, needed=True)
    mine.do(make_offer, mine.seller, "replacement", None, HOSTILE, at(1))
    mine.do(withdraw, mine.buyer, HOSTILE, at(2))
    with mine.work() as session, pytest.raises(InvalidError):
        deliver_replacement(session, mine.seller, mine.purchase, "KEY\x00", "", at(3))
    claim = opening.Claim("invalid", "refund", HOSTILE, defect=HOSTILE + "x" * 400)
    with mine.work() as session:
        case = open_dispute(session, mine.buyer, mine.purchase, claim, at(4))
        assert case.dispute.defect == "It is[31m \u202ebroken ." + "x" * 400
        mine.dispute_id = case.dispute.id
    mine.do(escalate, mine.buyer, HOSTILE, at(30))
    with pytest.raises(InvalidError):
        mine.do(arbitration_of.hand_over, mine.taken(31), "a\x00@b.example", "other", HOSTILE, at(32))
    assert mine.proved() == []


def test_a_form_with_a_nul_in_it_is_no_fault(mine: Settled, signed_in) -> None:
    seller = signed_in("shop@example.net")
    said = {"remedy": "replacement", "text": "a\x00b", "amount": ""}
    answer = seller.post(f"/disputes/{mine.dispute_id}/offer", data=urlencode(said), content_type=FORM)
    assert answer.status_code in (200, 303), answer.text


CODES = {
    "disputes.stage": stages.Stage,
    "disputes.outcome": stages.Outcome,
    "disputes.reason": codes.REASONS,
    "disputes.requested": codes.REMEDIES,
    "disputes.defect": ["x" * opening.LONGEST_DEFECT],
    "deadlines.kind": Kind,
    "offers.remedy": rulings.REMEDIES,
    "facts.name": facts.NAMES,
    "facts.decision": facts.DECISIONS,
    "conduct_reports.kind": KINDS,
    "assignments.ground": arbiters.HAND_OVER_GROUNDS + arbiters.OBJECTION_GROUNDS,
    "arbiter_objections.ground": arbiters.OBJECTION_GROUNDS,
    "exhibit_requests.what": arbiters.REQUESTABLE,
    "rulings.remedy": rulings.REMEDIES,
    "appeals.ground": rulings.APPEAL_GROUNDS,
    "remedies.kind": [REPLACEMENT, *rulings.REMEDIES],
    "messages.kind": EVENTS,
    "docket_entries.kind": EVENTS.values(),
}


def test_every_code_fits_into_its_column() -> None:
    """SQLite does not mind what PostgreSQL refuses."""
    assert models.Dispute.metadata is Base.metadata
    for place, values in CODES.items():
        table, _, column = place.partition(".")
        room = getattr(Base.metadata.tables[table].columns[column].type, "length", None)
        assert room is None or max(len(str(value)) for value in values) <= room, place


def test_a_clock_that_jumps_is_no_fault(app: Flask, mine: Settled, calls: Calls) -> None:
    """Before the purchase, a moment before the opening, and at the end of the calendar."""
    mine.do(make_offer, mine.seller, "part_refund", 100, "", at(1))
    callers = [calls(role, who) for role, who in (("buyer", mine.buyer), ("seller", mine.seller), ("operator", ""))]
    one = f"/disputes/{mine.dispute_id}"
    extension = {"until": "2099-12-31T00:00:00Z", "reason": "I am away."}
    acts = ((f"{one}/escalation", {}), (f"{one}/extensions", extension), (f"{one}/offers", {"remedy": "refund"}))
    moments = (at(-9_000), OPENED - timedelta(microseconds=1), datetime(2099, 12, 31, tzinfo=UTC))
    for moment in moments:
        with time_machine.travel(moment, tick=False):
            answers = [who.get(path) for who in callers for path in (one, f"{one}/assessment", "/disputes")]
            answers += [who.post(*act) for who in callers for act in acts]
            assert not [answer.text for answer in answers if answer.status_code >= 500]
            sweep(app, moment)
    assert mine.proved() == []
