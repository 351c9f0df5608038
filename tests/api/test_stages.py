"""Who may do what at which stage: all that the table of stages does not allow is refused, each with its own status."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy.orm import Session

from arbitration.app import create_app
from arbitration.clock import now
from arbitration.db import db, unit_of_work
from arbitration.domain.actors import Relation
from arbitration.domain.stages import ACTS
from arbitration.rules.instants import show_instant
from arbitration.services import tokens
from tests.api.client import Client, Document
from tests.api.conftest import EMAILS, ROLES
from tests.api.scenes import LATER, STAGES, Scene
from tests.disputes.hearing import REASONS
from tests.support.databases import SqliteTemplate, settings_for
from tests.support.shop import Shop

TEXT, REASON = {"text": "So it is."}, {"reason": "So it is."}
SOON = show_instant(LATER + timedelta(days=2))
BODIES: dict[str, Any] = {
    "openDispute": {"reason": "invalid", "requested": "refund", "statement": "It is refused."},
    "changeRequestedRemedy": {"requested": "replacement"},
    "makeOffer": {"remedy": "replacement"},
    "answerOffer": {"answer": "decline"},
    "askExtension": {"until": SOON, "reason": "I am away."},
    "handOverDispute": {"ground": "absence"},
    "objectToArbiter": TEXT | {"ground": "tie"},
    "decideObjection": TEXT | {"granted": True},
    "requestExhibit": {"from": "buyer", "what": "video", "due": SOON},
    "decideFact": REASON | {"decision": "confirmed"},
    "addFact": REASON | {"name": "checked_at", "value": SOON},
    "decideReading": REASON,
    "strikeConduct": REASON,
    "hideMessage": REASON,
    "issueRuling": {"remedy": "refund", "reasons": REASONS},
    "requestCorrection": TEXT,
    "correctRuling": TEXT,
    "requestClarification": TEXT,
    "clarifyRuling": TEXT,
    "appealRuling": TEXT | {"ground": "bias"},
    "deliverReplacement": {"content": "AAAA-BBBB"},
    "reopenDispute": TEXT,
}
STAGE_OF = {"called": "arbitration", "taken": "arbitration", "refunding": "enforcement", "replacing": "enforcement"}
WITHOUT_A_DISPUTE = {"openDispute", "deliverReplacement"}
ANY_ID = "00000000-0000-4000-8000-000000000000"

House = tuple[dict[str, Scene], dict[str, Client]]


@pytest.fixture(scope="module")
def house(sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A dispute at each stage, and a client for each caller. Nothing that is sent here changes anything."""
    folder: Path = tmp_path_factory.mktemp("stages")
    with sqlite_template.fresh(folder) as url, time_machine.travel(LATER):
        app = create_app(settings_for(folder / "instance", url))

        @contextmanager
        def work() -> Iterator[Session]:
            with app.app_context(), unit_of_work() as session:
                yield session

        shop, document = Shop(work), Document(app)
        scenes = {stage: Scene.at(stage, work, shop) for stage in STAGES}
        with work() as session:
            made = {
                name: tokens.new_token(session, ROLES.get(name, name), EMAILS[name], now())
                for name in ("buyer", "seller", "stranger", "operator", "arbiter", "gateway")
            }
        yield scenes, {name: Client(document, token) for name, token in made.items()}
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def relations_of(name: str, stage: str) -> set[Relation]:
    """How a caller stands to the dispute at a stage."""
    if name == "arbiter":
        called, has_it = stage in ("called", "taken", "ruled"), stage in ("taken", "ruled")
        return {Relation.ARBITER} | ({Relation.CASE_ARBITER} if has_it else set()) if called else set()
    if name == "gateway":
        return {Relation.GATEWAY} if stage == "refunding" else set()
    return {"buyer": {Relation.BUYER}, "seller": {Relation.SELLER}, "operator": {Relation.OPERATOR}}.get(name, set())


def refusal(act: str, name: str, stage: str) -> int | None:
    """The status that the table comes to; None where the act may go through."""
    known, stands = relations_of(name, stage), STAGE_OF.get(stage, "closed" if stage == "replaced" else stage)
    if not known:
        return 404
    if not known & ACTS[act].who:
        return 403
    if act in WITHOUT_A_DISPUTE and stands == "closed":
        return None
    return 409 if stands not in ACTS[act].at else None


@pytest.mark.parametrize("stage", STAGES)
def test_what_the_table_of_stages_does_not_allow_is_refused(stage: str, house: House) -> None:
    scenes, clients = house
    names = {"remedy_id": ANY_ID, "objection_id": ANY_ID} | scenes[stage].names
    found, expected = {}, {}
    for act in (act for act in ACTS if ACTS[act].who):
        for name, client in clients.items():
            status = refusal(act, name, stage)
            if status is not None:
                expected[act, name] = status
                found[act, name] = client.send(act, BODIES.get(act, {}), **names).status_code
    assert found == expected
    assert {*expected.values()} == {403, 404, 409}


def test_an_arbiter_reads_nothing_before_one_is_called_and_everything_then(house: House) -> None:
    scenes, clients = house
    names = "getPurchase", "listMessages", "listExhibits", "assessPurchase", "getDispute", "assessDispute", "listNotes"
    for stage, status in (("negotiation", 404), ("called", 200), ("taken", 200), ("replaced", 404)):
        found = {name: clients["arbiter"].send(name, **scenes[stage].names).status_code for name in names}
        assert found == dict.fromkeys(names, status), stage


def test_an_arbiter_reads_the_record_of_called_purchases_alone(house: House) -> None:
    scenes, clients = house
    called = {scenes[stage].names["external_id"] for stage in ("called", "taken", "ruled")}
    listed = clients["arbiter"]("listDocket", query={"limit": 200})["items"]
    assert {entry["purchase"] for entry in listed} == called
    everything = clients["operator"]("listDocket", query={"limit": 200})["items"]
    assert None in {entry["purchase"] for entry in everything}
    for stage in ("negotiation", "replaced"):
        purchase = scenes[stage].names["external_id"]
        clients["arbiter"]("listDocket", query={"purchase": purchase}, status=404)


def test_operators_read_no_messages_and_nobody_but_arbiters_reads_notes(house: House) -> None:
    scenes, clients = house
    names = scenes["taken"].names
    clients["operator"]("listMessages", status=403, **names)
    clients["arbiter"]("postNote", {"text": "Xylophone"}, **names)
    for name, status in {"buyer": 403, "seller": 403, "operator": 403, "stranger": 404, "gateway": 404}.items():
        clients[name]("listNotes", status=status, **names)
        clients[name]("postNote", TEXT, status=status, **names)
    assert [note["text"] for note in clients["arbiter"]("listNotes", **names)["items"]] == ["Xylophone"]
    reads = ("getPurchase", "getDispute", "listMessages", "listDisputes", "listPurchases", "listDocket", "listExhibits")
    for client in clients.values():
        for name in reads:
            answer = client.send(name, **names).text
            assert "Xylophone" not in answer
            assert "note." not in answer


def test_a_gateway_confirms_refunds_and_reads_nothing(house: House) -> None:
    scenes, clients = house
    names = scenes["refunding"].names
    reads = "getPurchase", "getDispute", "listMessages", "listExhibits", "assessDispute", "listNotes"
    assert {name: clients["gateway"].send(name, **names).status_code for name in reads} == dict.fromkeys(reads, 403)
    assert [clients["gateway"].send(name).status_code for name in ("listDisputes", "listPurchases")] == [403, 403]
    wrong = {"amount": {"amount": "12.50", "currency": "USD"}}
    clients["gateway"]("confirmRefund", wrong, status=422, **names)


def test_what_is_foreign_is_not_there_whatever_is_sent(house: House) -> None:
    scenes, clients = house
    names = {"remedy_id": ANY_ID, "objection_id": ANY_ID} | scenes["taken"].names
    for act in (act for act in ACTS if ACTS[act].who):
        method, path, operation = clients["stranger"].document.operations[act]
        if "requestBody" in operation:
            headers = {"Authorization": f"Bearer {clients['stranger'].token}", "Idempotency-Key": act}
            browser = clients["stranger"].document.app.test_client()
            answer = browser.open(path.format(**names), method=method.upper(), json={"colour": "red"}, headers=headers)
            assert answer.status_code == 404, act
