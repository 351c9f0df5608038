"""What an engineer pastes from the pages for connecting a shop runs as it stands there."""

import json
import re
import shutil
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import OKPKey

from arbitration.config import Settings
from arbitration.services import tokens
from tests.disputes.hearing import Work, at
from tests.remedies.conftest import Opened
from tests.support.processes import call, environment
from tests.support.serving import serving

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"(?m)(?:^    .*\n|^\n(?=    ))+")
SECRET, ID, TIME = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330"
needs_php = pytest.mark.skipif(shutil.which("php") is None, reason="Debian's package php-cli is not installed")
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="Debian's package nodejs is not installed")


def example(page: str, begins: str) -> str:
    """The only block of a page that begins so."""
    blocks = (re.sub(r"(?m)^    ", "", found).lstrip("\n") for found in BLOCK.findall((DOCS / page).read_text()))
    (block,) = (each for each in blocks if each.startswith(begins))
    return block


def node(folder: Path, script: str) -> str:
    (folder / "run.mjs").write_text(script)
    done = subprocess.run(["node", "run.mjs"], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def php(folder: Path, script: str) -> str:
    (folder / "run.php").write_text(f"<?php {script}")
    done = subprocess.run(["php", "run.php"], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(("name", "begins"), [("a.jsonl", '{"external_id"'), ("a.csv", "external_id,")])
def test_the_rows_of_the_page_on_importing_come_in(settings: Settings, tmp_path: Path, name: str, begins: str) -> None:
    (tmp_path / name).write_text(example("importing.md", begins))
    done = call(environment(settings), "import", str(tmp_path / name))
    assert done.stdout == "1 purchase: 1 created, 0 unchanged, 0 updated, 0 refused.\n", done.stderr


def test_the_case_of_the_page_on_assessing_is_answered_as_it_says(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "case.json").write_text(example("assess.md", '{"as_of"'))
    answer = json.loads(call(environment(settings), "assess", str(tmp_path / "case.json")).stdout)
    shown = example("assess.md", '{"verdict"')
    for part in ("verdict", "decided_by", "remedies", "missing"):
        assert json.dumps({part: answer[part]})[1:-1] in shown
    assert answer["findings"][-1]["note"] in shown


@needs_node
def test_the_hand_over_in_node_is_a_token_that_we_take(tmp_path: Path) -> None:
    key = OKPKey.generate_key("Ed25519")
    (tmp_path / "handover.pem").write_bytes(key.as_pem(private=True))
    (tmp_path / "handover.mjs").write_text(example("marketplace.md", "import { createPrivateKey"))
    address = node(tmp_path, "import { handover } from './handover.mjs'; console.log(handover('a@b.example', 'S-1'))")
    token = jwt.decode(address.partition("#token=")[2], key, algorithms=["EdDSA"])
    assert set(token.claims) == {"sub", "purchase", "aud", "exp", "jti"}
    assert (token.claims["sub"], token.claims["purchase"]) == ("a@b.example", "S-1")


@needs_node
def test_the_signature_in_node_knows_ours_and_no_other(tmp_path: Path) -> None:
    page = (DOCS / "marketplace.md").read_text()
    (signature,) = re.findall(r"`(v1,g0hM[^`]+)`", page)
    assert all(f"`{each}`" in page for each in (SECRET, ID, TIME))
    (tmp_path / "signed.mjs").write_text(example("marketplace.md", "import { createHmac"))
    other = SECRET.replace("M", "N")
    said = {"webhook-id": ID, "webhook-timestamp": TIME, "webhook-signature": f"v1,AAAA v2,x {signature}"}
    tries = [
        (said, [SECRET], 0), (said, [other, SECRET], 299), (said, [SECRET], 301), (said, [other], 0),
        (said | {"webhook-id": "other"}, [SECRET], 0), (said | {"webhook-timestamp": "soon"}, [SECRET], 0),
        (said | {"webhook-signature": ""}, [SECRET], 0), ({}, [SECRET], 0),
    ]  # fmt: skip
    told = node(
        tmp_path,
        "import { isSigned } from './signed.mjs'\n"
        f"const told = {json.dumps(tries)}.map(([headers, secrets, late]) => {{\n"
        f"  Date.now = () => ({TIME} + late) * 1000\n"
        "  return isSigned(headers, '{\"test\": 2432232314}', secrets)\n"
        "}); console.log(JSON.stringify(told))",
    )
    assert json.loads(told) == [True, True, False, False, False, False, False, False]


@needs_php
def test_the_hand_over_in_php_is_a_token_that_we_take(tmp_path: Path) -> None:
    key = OKPKey.generate_key("Ed25519")
    (tmp_path / "handover.pem").write_bytes(key.as_pem(private=True))
    (tmp_path / "handover.php").write_text(example("marketplace.md", "<?php\nfunction handover"))
    address = php(tmp_path, "require 'handover.php'; echo handover('a@b.example', '2026~17');")
    token = jwt.decode(address.removeprefix("https://disputes.example.com/handover#token="), key, algorithms=["EdDSA"])
    assert set(token.claims) == {"sub", "purchase", "aud", "exp", "jti"}
    assert (token.claims["sub"], token.claims["purchase"]) == ("a@b.example", "2026~17")
    assert token.claims["aud"] == "https://disputes.example.com"


@needs_php
def test_the_signature_in_php_knows_ours_and_no_other(tmp_path: Path) -> None:
    (signature,) = re.findall(r"`(v1,g0hM[^`]+)`", (DOCS / "marketplace.md").read_text())
    (tmp_path / "signed.php").write_text(example("marketplace.md", "<?php\nfunction isSigned"))
    other = SECRET.replace("M", "N")
    tries = [
        (ID, TIME, f"v1,AAAA v2,x {signature}", [SECRET], 0), (ID, TIME, signature, [other, SECRET], 299),
        (ID, TIME, signature, [SECRET], 301), (ID, TIME, signature, [SECRET], -301), (ID, TIME, signature, [other], 0),
        ("other", TIME, signature, [SECRET], 0), (ID, "soon", signature, [SECRET], 0), (ID, TIME, "", [SECRET], 0),
        ("", "", "", [SECRET], 0),
    ]  # fmt: skip
    (tmp_path / "tries.json").write_text(json.dumps(tries))
    told = php(
        tmp_path,
        "require 'signed.php'; echo json_encode(array_map(fn($it) => isSigned($it[0], $it[1], $it[2],"
        f" '{{\"test\": 2432232314}}', $it[3], {TIME} + $it[4]), json_decode(file_get_contents('tries.json'))));",
    )
    assert json.loads(told) == [True, True, False, False, False, False, False, False, False]


def test_a_shop_that_asks_as_the_page_says_knows_what_is_open_and_what_was_paid_back(
    app: Flask, opened: Opened, work: Work
) -> None:
    still_open, part_paid, replaced = opened(), opened(), opened()
    part_paid.agreed("part_refund", 400)
    part_paid.confirm(part_paid.operator, 2)
    replaced.agreed("replacement")
    replaced.deliver(2)
    with work() as session:
        token = tokens.new_token(session, "operator", "shop@market.example.org", at(0))
    told: dict[str, Any] = {"json": json, "urllib": urllib, "TOKEN": token}
    with serving(app) as url:
        for begins in ("import urllib.parse", "def paid_back"):
            exec(example("marketplace.md", begins).replace("https://disputes.example.com", url), told)
        assert told["under_dispute"] == {still_open.purchase}
        orders = (still_open.purchase, part_paid.purchase, replaced.purchase)
        assert [told["may_be_paid_out"](each) for each in orders] == [False, True, True]
        assert {each["outcome"] for each in told["disputes"](stage="closed")} == {"settled"}
        assert next(each["purchase"] for each in told["disputes"]()) == still_open.purchase
        assert told["paid_back"](part_paid.dispute_id) == [{"amount": "4.00", "currency": "USD"}]
        assert told["paid_back"](replaced.dispute_id) == []


def test_the_agreement_whose_days_are_minutes_can_be_made_and_installed(settings: Settings, tmp_path: Path) -> None:
    policies = Path("arbitration", "policies")
    shutil.copytree(DOCS.parent / policies, tmp_path / policies)
    subprocess.run(["sh", "-ec", example("operating.md", "sed -e")], cwd=tmp_path, check=True)
    done = call(environment(settings), "policy", "install", str(tmp_path / "minutes.toml"))
    assert done.returncode == 0, done.stderr
    explained = call(environment(settings), "policy", "explain", str(tmp_path / "minutes.toml")).stdout
    for told in (
        "Time for the seller to answer: 6 minutes.",
        "once this time has passed since the opening: 2 minutes.",
        "Time for an appeal, from the ruling: 14 minutes.",
    ):
        assert told in explained
