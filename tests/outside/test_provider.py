"""What the payment provider's answers mean, and how it is asked."""

import json
from datetime import timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from arbitration import clock
from arbitration.outside.addresses import LOOPBACK
from arbitration.outside.provider import Provider
from arbitration.outside.signing import check_secret, signature_headers
from arbitration.services.refunds.gateways import Answer, PaymentOrder, Said
from tests.outside.server import Script, Server, saying, served

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ORDER = PaymentOrder("refund-1", "A&B=é", 1250, "USD")


def provider(server: Server) -> Provider:
    return Provider(server.url, SECRET, clock.now, LOOPBACK, timeout=1)


def paid(script: Script) -> Said:
    with served(script) as server:
        return provider(server).pay(ORDER)


def state(script: Script) -> Said:
    with served(script) as server:
        return provider(server).state_of(ORDER)


@pytest.mark.parametrize(
    ("status", "answer"),
    [(200, "paid"), (202, "pending"), (400, "refused"), (404, "refused"), (409, "refused"), (422, "refused"),
     (429, "refused"), (499, "refused"), (201, "silent"), (204, "silent"), (206, "silent"), (301, "silent"),
     (307, "silent"), (500, "silent"), (503, "silent"), (599, "silent")],
)  # fmt: skip
def test_a_status_means_what_was_agreed(status: int, answer: str) -> None:
    assert paid(saying(status)).answer == answer


def test_silence_is_no_answer() -> None:
    assert paid(lambda connection, _: connection.close()).answer is Answer.SILENT


@pytest.mark.parametrize("word", ["paid", "pending", "refused", "unknown"])
def test_a_state_is_taken_as_it_is_said(word: str) -> None:
    assert state(saying(200, json.dumps({"state": word}))).answer == word


@pytest.mark.parametrize(
    "body",
    ["", "paid", "[]", '"paid"', '{"state": "PAID"}', '{"state": true}', '{"state": ["paid"]}', "{}", '{"state": null}',
     '{"state": "silent"}', '{"state": "paid", "key": "refund-2"}', '{"state": "paid"' + " " * 70_000 + "}",
     "[" * 60_000],
)  # fmt: skip
def test_a_state_that_can_not_be_read_is_no_answer(body: str) -> None:
    assert state(saying(200, body)).answer is Answer.SILENT


@pytest.mark.parametrize("status", [404, 401, 500, 202])
def test_a_state_counts_with_the_status_200_alone(status: int) -> None:
    assert state(saying(status, '{"state": "paid"}')).answer is Answer.SILENT


def later(minutes: int) -> str:
    return format_datetime(clock.now() + timedelta(minutes=minutes), usegmt=True)


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [("120", 120, 120), ("0", 0, 0), ("0" * 99 + "120", 120, 120), (" 3600 ", 3600, 3600), ("3601", 3600, 3600),
     ("9" * 5000, 3600, 3600),
     (10, 400, 600), (9 * 60, 3600, 3600), (-10, 0, 0),
     ("Sunday, 06-Nov-94 08:49:37 GMT", 0, 0), ("Sun Nov  6 08:49:37 1994", 0, 0)],
)  # fmt: skip
@pytest.mark.parametrize("status", [429, 503])
def test_a_provider_that_wants_to_be_left_alone_says_for_how_long(
    status: int, header: str | int, least: int, most: int
) -> None:
    """A number is a moment so many minutes after the test begins, which may be long after the suite was read."""
    answer = saying(status, "", f"Retry-After: {later(header) if isinstance(header, int) else header}")
    for said in (state(answer), paid(answer)):
        if said.answer is Answer.REFUSED:
            assert (status, said.wait) == (429, None), "a refusal is for good"
        else:
            assert said.wait is not None
            assert least <= said.wait.total_seconds() <= most


@pytest.mark.parametrize(
    "header", ["", "soon", "-5", "1.5", "1e3", "²", "12;13", "Sun, 99 Nov 1994 08:49:37 GMT", "1 hour", "0x10"]
)
def test_a_pause_that_can_not_be_understood_is_none(header: str) -> None:
    assert state(saying(503, "", f"Retry-After: {header}")).wait is None


@pytest.mark.parametrize("status", [200, 301, 404, 500])
def test_a_pause_counts_with_no_other_status(status: int) -> None:
    assert state(saying(status, "", "Retry-After: 120")).wait is None


def test_who_takes_our_signature_for_a_wrong_one_is_told_of_as_such() -> None:
    assert "our signature is wrong" in state(saying(401, '{"reason": "signature"}')).reason
    assert "signature" not in state(saying(403, '{"reason": "signature"}')).reason


def test_an_amount_that_can_not_be_read_is_told_in_its_own_words() -> None:
    told = {"state": "paid", "amount": {"amount": "12.5", "currency": "USD\n"}}
    assert state(saying(200, json.dumps(told))).told == '{"amount": "12.5", "currency": "USD\\n"}'


@pytest.mark.parametrize(
    ("amount", "read"),
    [({"amount": "12.50", "currency": "USD"}, 1250), ({"amount": "9.00", "currency": "USD"}, 900),
     ({"amount": "12.50", "currency": "EUR"}, -1), ("12.50", -1), ({"amount": "12.5", "currency": "USD"}, -1),
     (None, None)],
)  # fmt: skip
def test_an_amount_is_read_where_it_is_told(amount: object, read: int | None) -> None:
    assert state(saying(200, json.dumps({"state": "paid", "amount": amount}))).amount == read


@pytest.mark.parametrize(
    ("body", "reason"),
    [('{"reason": "account closed"}', "422: account closed"),
     ('{"detail": "no\\nsuch\\u202ething"}', "422: no such thing"), ("<html>", "answered 422"),
     ('{"reason": 5}', "answered 422"), ('{"title": "' + "x" * 999 + '"}', "422: " + "x" * 300)],
)  # fmt: skip
def test_a_refusal_comes_with_its_reason_in_one_plain_line(body: str, reason: str) -> None:
    assert paid(saying(422, body)).reason == reason


@pytest.mark.parametrize(
    ("status", "what"),
    [(401, "compare the secrets and the clocks"), (403, "firewall"), (429, "wait or have it raised")],
)
def test_a_refusal_that_is_seldom_meant_comes_with_what_to_do(status: int, what: str) -> None:
    said = paid(saying(status, '{"reason": "not now"}'))
    assert said.answer is Answer.REFUSED
    assert said.reason.startswith(f"{status}: not now (")
    assert what in said.reason
    assert said.reason.endswith("then have it asked once more)")


def test_an_order_is_signed_and_says_what_to_pay() -> None:
    with served(saying(200)) as server:
        provider(server).pay(ORDER)
        provider(server).state_of(ORDER)
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    said = {"key": "refund-1", "external_id": "A&B=é", "amount": {"amount": "12.50", "currency": "USD"}}
    assert Webhook(SECRET).verify(body, headers_of(head)) == said
    assert headers_of(head)["webhook-id"] == "refund-1"

    asked, _, empty = server.requests[1].partition(b"\r\n\r\n")
    target = asked.split()[1].decode()
    assert parse_qs(urlsplit(target).query) == {"key": ["refund-1"]}
    assert empty == b""
    Webhook(SECRET).verify(b"", headers_of(asked), json_parse=False)


def headers_of(head: bytes) -> dict[str, str]:
    lines = [line.partition(": ") for line in head.decode().split("\r\n")[1:]]
    return {name.lower(): value for name, _, value in lines}


def test_a_signature_holds_for_these_words_this_id_and_this_time_alone() -> None:
    now = clock.now()
    headers = signature_headers(SECRET, "refund-1", now, "{}")
    Webhook(SECRET).verify("{}", headers)
    for body, changes in (
        ('{"a":1}', {}),
        ("{}", {"webhook-id": "refund-2"}),
        ("{}", {"webhook-timestamp": str(int(now.timestamp()) - 1)}),
        ("{}", signature_headers(SECRET, "refund-1", now - timedelta(minutes=6), "{}")),
        ("{}", signature_headers("whsec_" + "B" * 10 + "9q8w7e6r5t4z3u2i1o0pLkJh", "refund-1", now, "{}")),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(SECRET).verify(body, headers | changes)


def test_the_signature_is_that_of_the_specification() -> None:
    """The example of the Standard Webhooks specification's own libraries."""
    from datetime import UTC, datetime

    moment = datetime.fromtimestamp(1614265330, UTC)
    made = signature_headers(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", moment, '{"test": 2432232314}')
    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    "secret", ["", "secret", "whsec_", "whsec_c2hvcnQ=", "whsec_" + "A" * 44, SECRET[6:], "whsec_é"]
)
def test_a_weak_secret_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="openssl rand"):
        check_secret(secret)
