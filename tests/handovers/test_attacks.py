"""Tokens that sign nobody in. Each gets the same calm page, which tells a stranger nothing."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from arbitration.clock import now
from arbitration.domain.actors import Actor, Role
from arbitration.services.people import suspend
from tests.handovers.conftest import Handed
from tests.handovers.signing import Signer, segment
from tests.support.shop import Shop, Work

SOON = timedelta(minutes=2)


def seconds(**ago: float) -> int:
    return int((now() + timedelta(**ago)).timestamp())


CLAIMS: dict[str, Callable[[], dict[str, Any]]] = {
    "expired": lambda: {"exp": seconds(seconds=-62)},
    "good for too long": lambda: {"exp": seconds(minutes=6, seconds=2)},
    "good for too long since it was made": lambda: {"iat": seconds(minutes=-4), "exp": seconds(minutes=2)},
    "made in the future": lambda: {"iat": seconds(minutes=2), "exp": seconds(minutes=3)},
    "not yet good": lambda: {"nbf": seconds(minutes=2)},
    "no end": lambda: {"exp": None},
    "an end that is a text": lambda: {"exp": str(seconds(minutes=2))},
    "an end that is true": lambda: {"exp": True},
    "an end without end": lambda: {"exp": float("inf")},
    "an end that is no number": lambda: {"exp": float("nan")},
    "an end beyond all calendars": lambda: {"exp": 10**30},
    "for somebody else": lambda: {"aud": "https://other.example"},
    "for several": lambda: {"aud": ["http://localhost", "https://other.example"]},
    "for nobody": lambda: {"aud": None},
    "an address that only begins like ours": lambda: {"aud": "http://localhost.evil.example"},
    "nobody": lambda: {"sub": None},
    "an unknown person": lambda: {"sub": "nobody@example.com"},
    "a person as a list": lambda: {"sub": ["marcus@example.com"]},
    "a person with a break in it": lambda: {"sub": "marcus@example.com\x00"},
    "half a character as a person": lambda: {"sub": "\ud800@example.com"},
    "half a character as a purchase": lambda: {"purchase": "\ud800"},
    "half a character as a token id": lambda: {"jti": "a\ud800"},
    "no purchase": lambda: {"purchase": None},
    "an unknown purchase": lambda: {"purchase": "NOSUCHPURCHASE00"},
    "no token id": lambda: {"jti": None},
    "an empty token id": lambda: {"jti": ""},
    "a token id without end": lambda: {"jti": "x" * 255},
}


@pytest.mark.parametrize("fault", CLAIMS)
def test_a_token_that_says_something_wrong_signs_nobody_in(hand_over: Handed, shop: Shop, fault: str) -> None:
    assert hand_over(shop.purchase(), **CLAIMS[fault]()).status_code == 410


def test_a_person_who_is_no_party_of_that_purchase_is_not_let_in(hand_over: Handed, shop: Shop) -> None:
    mine, foreign = shop.purchase(), shop.purchase(buyer={"email": "eve@example.com"})
    assert hand_over(foreign).status_code == 410
    assert hand_over(mine).status_code == 303


def test_a_suspended_person_is_not_let_in(hand_over: Handed, shop: Shop, work: Work) -> None:
    purchase = shop.purchase()
    with work() as session:
        suspend(session, Actor(None, Role.OPERATOR), "marcus@example.com", now())
    assert hand_over(purchase).status_code == 410


FORGED: dict[str, Callable[[Signer, dict[str, Any]], str]] = {
    "no algorithm": lambda signer, claims: signer.unsigned(claims),
    "the public key as a secret": lambda signer, claims: signer.by_public_key(claims),
    "another algorithm named": lambda signer, claims: signer.token(claims, {"alg": "RS256"}),
    "none named over a signature": lambda signer, claims: signer.token(claims, {"alg": "none"}),
    "a critical header": lambda signer, claims: signer.token(claims, {"crit": ["x"], "x": 1}),
    "somebody else's key": lambda signer, claims: Signer(signer.audience).token(claims),
    "a key of its own in the header": lambda signer, claims: Signer(signer.audience).token(
        claims, {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": segment(b"0" * 32)}}
    ),
    "other claims under a signature": lambda signer, claims: swapped(signer, claims),
    "claims that are no JSON": lambda signer, _: signer.token(b"\xff"),  # type: ignore[arg-type]
    "claims without a bottom": lambda signer, _: signer.token(b"[" * 2_800),  # type: ignore[arg-type]
    "a number without an end": lambda signer, _: signer.token(b'{"exp":' + b"9" * 2_800 + b"}"),  # type: ignore[arg-type]
    "an algorithm that is a list": lambda signer, claims: signer.token(claims, {"alg": ["EdDSA"]}),
    "a payload that is not encoded": lambda signer, claims: signer.token(claims, {"b64": False, "crit": ["b64"]}),
    "claims that are a list": lambda signer, claims: signer.token([claims]),  # type: ignore[arg-type]
    "five parts": lambda signer, claims: signer.token(claims) + ".a.b",
    "nothing": lambda *_: "",
    "no token at all": lambda *_: "hello",
    "letters beyond ASCII": lambda signer, claims: signer.token(claims) + "é",
    "a flood": lambda signer, claims: signer.token(claims | {"pad": "x" * 5_000}),
}


def swapped(signer: Signer, claims: dict[str, Any]) -> str:
    head, _, signature = signer.token(claims | {"sub": "eve@example.com"}).split(".")
    return f"{head}.{segment(claims)}.{signature}"


@pytest.mark.parametrize("fault", FORGED)
def test_a_token_that_the_marketplace_did_not_sign_is_worth_nothing(
    hand_over: Handed, shop: Shop, signer: Signer, fault: str
) -> None:
    claims = signer.claims(shop.purchase(), now())
    assert hand_over(token=FORGED[fault](signer, claims)).status_code == 410


def test_within_a_minute_of_its_time_the_clocks_may_differ(hand_over: Handed, shop: Shop) -> None:
    purchase = shop.purchase()
    assert hand_over(purchase, exp=seconds(seconds=-50)).status_code == 303
    assert hand_over(purchase, exp=seconds(minutes=5, seconds=50)).status_code == 303


def test_without_a_key_nobody_comes_in(hand_over: Handed, shop: Shop, app: Flask) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], handover_key="")
    assert hand_over(shop.purchase()).status_code == 410


def test_every_fault_gets_the_same_page_and_the_log_says_which_it_was(
    hand_over: Handed, shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "arbitration.web.handovers")
    purchase = shop.purchase()
    pages = {
        page.data.partition(b"<main")[2].partition(b"</main>")[0]
        for page in (
            hand_over(purchase, exp=seconds(minutes=-9)),
            hand_over(purchase, sub="nobody@example.com"),
            hand_over("NOSUCHPURCHASE00"),
            hand_over(token="rubbish"),
        )
    }
    assert len(pages) == 1
    assert b'href="/sign-in"' in pages.pop()
    said = [record.getMessage() for record in caplog.records]
    assert "a hand-over was refused: exp has passed" in said
    assert not [line for line in said if purchase in line or "@" in line]


def test_another_sites_page_can_not_post_a_token(client: FlaskClient, shop: Shop, signer: Signer) -> None:
    token = signer.token(signer.claims(shop.purchase(), now()))
    answer = client.post("/handover", data={"token": token}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_trying_many_is_limited(hand_over: Handed) -> None:
    codes = [hand_over(token="rubbish").status_code for _ in range(31)]
    assert codes == [410] * 30 + [429]
