"""Whole disputes over the API, by a client that knows nothing but its document."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from flask import Flask

from arbitration.config import Settings
from arbitration.demo.files import SAMPLES
from arbitration.demo.story import CLOCK, DATA, Step, Story, stories
from arbitration.services import tokens
from tests.api.client import Client, Document
from tests.support.processes import call, environment
from tests.support.shop import Work

TOLD = {story.id: story for story in stories()}
CONTRACT = set(
    """
    importPurchases listPurchases getPurchase listMessages postMessage editMessage deleteMessage hideMessage
    listNotes postNote reportConduct uploadExhibit getExhibit getExhibitContent stateFact decideFact
    openDispute changeRequestedRemedy listDisputes getDispute assessPurchase assessDispute makeOffer
    answerOffer escalateDispute withdrawDispute askExtension requestExhibit takeDispute handOverDispute
    objectToArbiter decideObjection issueRuling requestCorrection correctRuling requestClarification
    clarifyRuling appealRuling deliverReplacement openReplacement confirmRefund approveRefund reopenDispute
    listDocket checkListing
    """.split()  # noqa: SIM905
)
SAME = ("amount", "remedy")
SHORTLY = timedelta(minutes=1)
"""So much later at most are acts done than the story tells."""


@pytest.fixture
def document(app: Flask) -> Document:
    return Document(app)


@dataclass
class Play:
    """A story as it is played: each act an operation, each person with a token, the clock a command."""

    story: Story
    document: Document
    settings: Settings
    work: Work
    seen: dict[str, Any] = field(default_factory=dict)
    people: dict[str, Client] = field(default_factory=dict)

    @property
    def purchase(self) -> str:
        return str(self.story.row["external_id"])

    def client(self, role: str, email: str, now: datetime) -> Client:
        if email not in self.people:
            with self.work() as session:
                self.people[email] = Client(self.document, tokens.new_token(session, role, email, now))
        return self.people[email]

    def of(self, step: Step) -> Client:
        row = self.story.row
        emails = {"buyer": row["buyer"]["email"], "seller": row["seller"]["email"], "operator": "olga@example.com"}
        arbiter = next((each.get("arbiter") for each in self.story.script["steps"] if each["n"] == step.n), None)
        return self.client(step.by, arbiter or emails[step.by], step.at)

    def play(self) -> dict[str, Any]:
        """Play it to its end; gives the dispute as its buyer sees it then."""
        bought = datetime.fromisoformat(self.story.row["delivered_at"])
        with time_machine.travel(bought) as clock:
            operator = self.client("operator", "olga@example.com", bought)
            (result,) = operator("importPurchases", {"purchases": [self.story.row]})["results"]
            assert result["result"] == "created"
            for step in self.story.steps():
                clock.move_to(step.at)
                if step.by == CLOCK:
                    done = call(environment(self.settings), "sweep", "--now", (step.at + SHORTLY).isoformat())
                    assert done.returncode == 0, done.stderr
                else:
                    self.act(step)
            buyer = self.client("buyer", self.story.row["buyer"]["email"], step.at)
            return buyer("getDispute", dispute_id=self.seen["id"])

    def act(self, step: Step) -> None:
        who, told = self.of(step), step.fields
        if "id" in self.seen and step.by != "operator":
            self.seen = who("getDispute", dispute_id=self.seen["id"])
        name, body, path = OPERATIONS[step.act](self, step)
        if "id" in self.seen and path == {}:
            path = {"dispute_id": self.seen["id"]}
        if name == "uploadExhibit":
            who(name, form=body, external_id=self.purchase)
        else:
            answer = who(name, body, **path)
            self.seen = answer if "stage" in answer else self.seen
        for fact in ("admits", "can_replace"):
            if fact in told:
                known = {"admits": "admitted_by_seller"}.get(fact, fact)
                who("stateFact", {"name": known, "value": told[fact]}, external_id=self.purchase)


def _message(play: Play, step: Step) -> tuple[str, Any, Any]:
    body = {"text": step.text, "reports_problem": bool(step.fields.get("reports_problem"))}
    return "postMessage", body, {"external_id": play.purchase}


def _opening(play: Play, step: Step) -> tuple[str, Any, Any]:
    return "openDispute", dict(step.fields) | {"statement": step.text}, {"external_id": play.purchase}


def _upload(_play: Play, step: Step) -> tuple[str, Any, Any]:
    name = step.fields["file"]
    content = (DATA / "files" / SAMPLES[name.rpartition(".")[2]]).read_bytes()
    times = {key: step.fields[key] for key in ("taken_at", "starts_at", "ends_at") if key in step.fields}
    form = {"kind": step.fields["kind"], "shows": step.text, "file": (BytesIO(content), name), **times}
    return "uploadExhibit", form, {}


def _offer(_play: Play, step: Step) -> tuple[str, Any, Any]:
    offer = {key: value for key, value in step.fields["offer"].items() if key in SAME}
    return "makeOffer", offer | {"text": step.text}, {}


def _answer(play: Play, step: Step) -> tuple[str, Any, Any]:
    number = play.seen["offers"][-1]["offer"]
    path = {"dispute_id": play.seen["id"], "offer": number}
    return "answerOffer", {"answer": step.fields["answer"], "text": step.text}, path


def _words(name: str, *fields: str) -> Callable[[Play, Step], tuple[str, Any, Any]]:
    return lambda _play, step: (name, {key: step.fields[key] for key in fields} | {"text": step.text}, {})


def _ruling(play: Play, step: Step) -> tuple[str, Any, Any]:
    told = step.fields["ruling"]
    findings = [finding["rule"] for finding in play.seen["verdict"]["findings"] if finding["holds"]]
    body = {key: value for key, value in told.items() if key in (*SAME, "exhibits")}
    return "issueRuling", body | {"reasons": step.text, "departs_because": step.text, "findings": findings}, {}


def _appeal(play: Play, step: Step) -> tuple[str, Any, Any]:
    path = {"dispute_id": play.seen["id"], "ruling": play.seen["rulings"][-1]["ruling"]}
    return "appealRuling", {"ground": step.fields["ground"], "text": step.text}, path


def _replacement(play: Play, step: Step) -> tuple[str, Any, Any]:
    return "deliverReplacement", {"content": "AAAA-BBBB", "text": step.text}, {"external_id": play.purchase}


def _paid(_play: Play, step: Step) -> tuple[str, Any, Any]:
    return "confirmRefund", {"amount": step.fields["amount"]}, {}


OPERATIONS: dict[str, Callable[[Play, Step], tuple[str, Any, Any]]] = {
    "message": _message,
    "open_dispute": _opening,
    "upload": _upload,
    "offer": _offer,
    "answer_offer": _answer,
    "escalate": _words("escalateDispute"),
    "take_dispute": _words("takeDispute"),
    "object_to_arbiter": _words("objectToArbiter", "ground"),
    "decide_objection": _words("decideObjection", "granted"),
    "ruling": _ruling,
    "request_correction": _words("requestCorrection"),
    "correct_ruling": _words("correctRuling", "field", "before", "after"),
    "appeal": _appeal,
    "deliver_replacement": _replacement,
    "confirm_refund": _paid,
}


@pytest.mark.parametrize("story", ["c03", "c12", "c55", "c56", "c58"])
def test_a_dispute_is_played_from_the_document_alone(
    story: str, document: Document, settings: Settings, work: Work
) -> None:
    play = Play(TOLD[story], document, settings, work)
    ended, expected = play.play(), TOLD[story].script["expect"]
    found = {name: ended[name] for name in ("stage", "outcome")}
    found |= {name: ended["verdict"][name] for name in ("verdict", "decided_by")}
    assert found == {name: expected[name] for name in found}


def test_every_operation_of_the_contract_is_in_the_document(document: Document) -> None:
    assert CONTRACT - set(document.operations) == set()
