"""The API keeps what its document says, whatever it is sent: schemathesis, as several callers, well and badly."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
import time_machine
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from arbitration.config import Settings
from arbitration.domain.available import ALWAYS, MEETS
from arbitration.domain.permissions import PERMISSIONS
from arbitration.domain.stages import ACTS
from tests.api.conftest import Caller, caller_of
from tests.api.scenes import LATER, Scene
from tests.support.databases import settings_for, unit_of
from tests.support.shop import Shop

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    allow_header_conformance,
    unsupported_method,
]
EXAMPLES = {GenerationMode.POSITIVE: 3, GenerationMode.NEGATIVE: 3}
LONG = 100
CHECK_OF_MODE = {GenerationMode.POSITIVE: positive_data_acceptance, GenerationMode.NEGATIVE: negative_data_rejection}
SCENES = {
    "buyer": "negotiation",
    "seller": "ruled",
    "arbiter": "taken",
    "operator": "refunding",
    "gateway": "refunding",
}
STRANGER = "stranger"
DEPENDS = {
    "uploadExhibit": "bytes that are made up are no file that can be filed",
    "openDispute": "when the goods were checked lies between payment and now; some reasons need a delivery",
    "stateFact": "what a fact says depends on its name, and the exhibit must be there",
    "decideFact": "what a fact is corrected to depends on its name",
    "addFact": "what a fact says depends on its name, and the exhibit must be there",
    "decideReading": "a correction is of the field that was objected to",
    "assessDispute": "the moment asked about lies after the opening",
    "makeOffer": "an amount is in the purchase's currency and below its price",
    "answerOffer": "so is that of a counter-offer",
    "askExtension": "the time asked for lies after the one that one has",
    "handOverDispute": "the successor is an arbiter who is known here",
    "requestExhibit": "the time lies within the next thirty days",
    "issueRuling": "what a ruling rests on must be there, and its amount fit the price",
    "correctRuling": "what is corrected must stand there",
    "confirmRefund": "the amount is what is owed",
    "postMessage": "the marks are each for one side, and exhibits must be there",
}
"""Operations of which a well-formed request can be refused with 422, and why the document can't say it."""


@dataclass
class Trial:
    """An application with a dispute for each caller; what one sends, each of them sends about their own."""

    app: Flask
    callers: Mapping[str, Caller]
    scenes: Mapping[str, Mapping[str, Any]]

    def sent(self, operation: APIOperation, mode: GenerationMode, name: str, case: Case) -> None:
        """Send it as one of them, and see that the answer is as the document says. A made-up cursor is none."""
        headers: dict[str, Any] = {"Authorization": f"Bearer {self.callers[name].token}"}
        called = operation.definition.raw["operationId"]
        checks = list(CHECKS)
        if mode is GenerationMode.NEGATIVE or called not in DEPENDS:
            checks.append(CHECK_OF_MODE[mode])
        if mode is GenerationMode.POSITIVE:
            headers["Idempotency-Key"] = uuid4().hex
            known = {key: str(value) for key, value in self.scenes[name].items() if key in case.path_parameters}
            case.path_parameters = {**case.path_parameters, **known}
            made_up = ("cursor", "purchase")
            case.query = {key: value for key, value in (case.query or {}).items() if key not in made_up}
        case.call_and_validate(headers=headers, checks=checks, app=self.app)


def try_out(trials: list[Trial], operation: APIOperation, mode: GenerationMode) -> None:
    """Send what the document allows, as one who may call the operation and once as all; or what it does not.

    Making it up takes longer than sending it, so that each of the applications is sent the same.
    """
    may = may_call(operation)
    others = [name for name in (*SCENES, STRANGER) if name != may and mode is GenerationMode.POSITIVE]

    @settings(
        max_examples=EXAMPLES[mode],
        deadline=None,
        database=None,
        phases=[Phase.generate],
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Case) -> None:
        names = [may, *reversed(others)]
        others.clear()
        for trial in trials:
            for name in names:
                trial.sent(operation, mode, name, case)

    send()


def may_call(operation: APIOperation) -> str:
    """One of the callers who may call it."""
    who = {str(relation) for relation in PERMISSIONS[operation.definition.raw["operationId"]]}
    if "the case's arbiter" in who:
        return "arbiter"
    return next((name for name in (*SCENES, STRANGER) if name in who), "buyer")


def trial_of(app: Flask) -> Trial:
    """A dispute for each caller, and one who is no party to any."""
    work = partial(unit_of, app)
    shop = Shop(work)
    scenes = {name: Scene.at(stage, work, shop).names for name, stage in SCENES.items()}
    scenes[STRANGER] = scenes["buyer"]
    for names in scenes.values():
        names.pop("number", None)
    return Trial(app, {name: caller_of(app, name) for name in scenes}, scenes)


@pytest.fixture
def trials(
    backends: tuple[str, ...],
    application: Callable[[Settings], AbstractContextManager[Flask]],
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> Iterator[list[Trial]]:
    """An application on each of the databases."""
    with time_machine.travel(LATER), ExitStack() as stack:
        made = []
        for backend in backends:
            folder = tmp_path / backend
            folder.mkdir()
            url = stack.enter_context(request.getfixturevalue(f"{backend}_template").fresh(folder))
            made.append(trial_of(stack.enter_context(application(settings_for(folder / "instance", url)))))
        yield made


def shortened(document: Any, mode: GenerationMode) -> list[APIOperation]:
    """The operations, with long texts said so that no pattern is as long as they are: that takes minutes to compile."""
    for schema in document.raw_schema["components"]["schemas"].values():
        for part in schema.get("properties", {}).values():
            if part.get("maxLength", 0) <= LONG:
                continue
            if mode is GenerationMode.POSITIVE:
                part["maxLength"] = LONG
            else:
                part.pop("pattern", None)
    return [result.ok() for result in document.get_all_operations()]


@pytest.mark.parametrize("mode", EXAMPLES)
def test_the_document_is_kept(mode: GenerationMode, trials: list[Trial]) -> None:
    app = trials[0].app
    operations = shortened(schemathesis.openapi.from_wsgi("/api/openapi.json", app), mode)
    assert len(operations) == sum(rule.endpoint.startswith("api.") for rule in app.url_map.iter_rules())
    for operation in operations:
        try_out(trials, operation, mode)


def test_each_act_that_a_dispute_can_offer_is_an_operation(app: Flask) -> None:
    document = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    known = {result.ok().definition.raw["operationId"] for result in document.get_all_operations()}
    assert {*(name for name, act in ACTS.items() if act.who), *ALWAYS, *MEETS.values()} - known == set()


def test_the_document_is_valid(app: Flask) -> None:
    schemathesis.openapi.from_wsgi("/api/openapi.json", app).validate()
