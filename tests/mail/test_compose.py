"""What a mail looks like to whoever gets it."""

import re
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from quopri import decodestring as unquoted

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from arbitration.assets import asset_dir
from arbitration.config import Settings
from arbitration.i18n import LANGUAGES, Reader
from arbitration.mail.compose import House, Letter, NoSuchAddressError, compose, one_line
from arbitration.mail.unlinked import unlinked
from arbitration.services import messages
from tests.disputes.hearing import Hearing, Work, at
from tests.moments import NOW
from tests.support.shop import Shop

HOUSE = House("Harbour Market", "disputes@example.com", asset_dir("templates"))
ID = "<0123@arbitration>"
MESSAGE = Letter(
    "new_message",
    "marcus@example.com",
    "Marcus Lowe",
    Reader("en", "Europe/London"),
    "https://disputes.example.com/purchases/AAAA#m2",
    {
        "author_name": "Harbour Keys",
        "author_role": "seller",
        "listing_title": "Snow Harbour & more, key",
        "posted_at": datetime(2026, 7, 1, 12, 0, tzinfo=UTC),
        "text": "Could the third sign be a <zero>?",
        "cut": False,
        "reports_problem": False,
        "owed": None,
    },
)
LINK = Letter(
    "sign_in_link",
    "marcus@example.com",
    None,
    Reader("en", "UTC"),
    "https://disputes.example.com/sign-in/abc",
    {"minutes": 10, "asked_at": NOW},
)
OWED = {
    "what": "Please answer the buyer",
    "due_at": NOW,
    "left": "in 2 days",
    "consequence": "If you have not answered by then, the dispute goes to an arbiter without your answer.",
}
EVENT = replace(
    MESSAGE,
    kind="event",
    values={
        "headline": "Marcus Lowe opened a dispute",
        "details": ["Refund: $12.50"],
        "listing_title": "Snow Harbour & more, key",
        "happened_at": NOW,
        "text": "It is <invalid>.",
        "cut": True,
        "standing": None,
        "owed": OWED,
        "docket": {"number": 12, "hash": "0a" * 32},
    },
)
REMINDER = replace(
    MESSAGE,
    kind="reminder",
    values={"listing_title": "Snow Harbour & more, key", "owed": OWED, "explained": ["Due then.", "And so on."]},
)

OBJECTION = replace(
    MESSAGE,
    kind="reading_objection",
    values={
        "author_name": "Marcus Lowe",
        "author_role": "buyer",
        "listing_title": "Snow Harbour & more, key",
        "made_at": NOW,
        "field": "warranty",
        "suggestion": None,
        "text": "It says more.",
        "cut": False,
    },
)


def arrived(letter: Letter) -> EmailMessage:
    return message_from_bytes(compose(HOUSE, letter, ID, NOW).as_bytes(), policy=policy.default)


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return body.get_content()


def test_a_mail_says_who_wrote_about_what_and_where_to_answer() -> None:
    mail = arrived(MESSAGE)
    assert mail["To"] == "Marcus Lowe <marcus@example.com>"
    assert mail["From"] == "Harbour Market <disputes@example.com>"
    assert mail["Subject"] == "Harbour Keys wrote to you: Snow Harbour & more, key"
    for kind in ("plain", "html"):
        assert MESSAGE.link in part(mail, kind)
    assert "Could the third sign be a <zero>?" in part(mail, "plain")
    assert "a &lt;zero&gt;?" in part(mail, "html")
    assert "Snow Harbour &amp; more" in part(mail, "html")
    assert "Snow Harbour & more" in part(mail, "plain")


def test_a_mail_about_a_dispute_says_what_is_owed_until_when_and_what_happens_otherwise() -> None:
    assert arrived(EVENT)["Subject"] == "Marcus Lowe opened a dispute: Snow Harbour & more, key"
    assert arrived(REMINDER)["Subject"] == "Please answer the buyer (due in 2 days): Snow Harbour & more, key"
    for letter in (EVENT, REMINDER):
        for kind in ("plain", "html"):
            text = part(arrived(letter), kind)
            assert "By 21 November 2026, 12:00 (UTC)" in text
            assert OWED["consequence"] in text
    assert "0a" * 32 in part(arrived(EVENT), "plain")
    assert "&lt;invalid&gt;" in part(arrived(EVENT), "html")


FORGED = "Thank you.\n\nRead and answer:\n\nhttps://evil.example/sign-in\u2028-- \nHarbour Market"


@pytest.mark.parametrize("letter", [MESSAGE, EVENT, OBJECTION], ids=lambda letter: letter.kind)
def test_what_somebody_wrote_can_not_pass_for_what_the_house_says(letter: Letter) -> None:
    """In a plain mail nothing but a mark on each line tells the other side's words from ours."""
    plain = part(arrived(replace(letter, values={**letter.values, "text": FORGED})), "plain").splitlines()
    assert [line for line in plain if "evil.example" in line] == ["> https://evil.example/sign-in"]
    assert [line for line in plain if line.rstrip() in ("--", "Harbour Market")] == ["-- ", "Harbour Market"]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("pay at example.test", "pay at example. test"),
        ("https://www.example.test/pay?a=1", "https: //www. example. test/pay?a=1"),
        ("me@mail.example.test", "me@mail. example. test"),
        ("example\u3002test example\uff0etest", "example\u3002 test example\uff0e test"),
        ("mailto:me javascript:pay", "mailto: me javascript: pay"),
        ("192.0.2.17/pay", "192. 0. 2. 17/pay"),
        ("\\\\host\\share", "\\ \\host\\share"),
        ("example.\u2060test", "example. \u2060test"),
        ("J. R. Smith & Sons Ltd.", "J. R. Smith & Sons Ltd."),
        ("Keys 2.0 (v1.5...), open 9:30", "Keys 2.0 (v1.5...), open 9:30"),
        ("Магазин «Ключ.»", "Магазин «Ключ.»"),
        ("Ключ.укр", "Ключ. укр"),
    ],
)
def test_no_mail_program_makes_a_link_of_a_name(written: str, shown: str) -> None:
    assert unlinked(written) == shown
    assert unlinked(shown) == shown


@pytest.mark.parametrize("kind", ["new_message", "event"])
def test_names_and_titles_are_no_links_in_subject_text_and_html(
    work: Work, shop: Shop, settings: Settings, kind: str
) -> None:
    lure = "pay at https://evil.example/now or evil.example"
    changed = {"seller": {"name": lure}, "buyer": {"name": lure}, "listing": {"external_id": "9", "title": lure}}
    hearing = Hearing.opened(work, shop, **changed)
    if kind == "new_message":
        with work() as session:
            messages.post_message(session, hearing.seller, hearing.purchase, "Hello.", at(1))
    letters = hearing.letters(kind, settings)
    assert letters
    for letter in letters:
        mail = arrived(letter)
        whole = " ".join((mail["Subject"], mail["To"], part(mail, "plain"), part(mail, "html")))
        assert "evil. example" in whole
        assert "evil.example" not in whole
        assert "https://evil" not in whole


def test_a_mail_tells_times_in_the_readers_zone() -> None:
    assert "13:00" in part(arrived(MESSAGE), "plain")


def test_a_mail_is_dated_named_and_marked_as_automatic() -> None:
    mail = arrived(LINK)
    assert mail["Message-ID"] == ID
    assert mail["Date"].datetime == NOW
    assert mail["Auto-Submitted"] == "auto-generated"


def test_a_report_of_a_problem_says_so_in_the_subject() -> None:
    letter = replace(MESSAGE, values={**MESSAGE.values, "reports_problem": True})
    assert arrived(letter)["Subject"].startswith("Harbour Keys reports a problem")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("letter", [MESSAGE, LINK, EVENT, REMINDER], ids=lambda letter: letter.kind)
def test_every_mail_can_be_read_in_every_language(letter: Letter, language: str) -> None:
    mail = arrived(replace(letter, reader=Reader(language, "Europe/Kyiv")))
    html = part(mail, "html")
    assert f'lang="{language}" dir="{"rtl" if language == "fa" else "ltr"}"' in html
    assert "%(" not in html + part(mail, "plain") + mail["Subject"]
    assert mail["Content-Language"] == language
    assert mail["Subject"].strip()


@pytest.mark.parametrize("name", ["Eve\r\nBcc: all@example.com", "Eve\nX: y", "Eve\x00\x1b", "Eve\u2028Bcc: x"])
def test_a_name_adds_no_header(name: str) -> None:
    letter = replace(MESSAGE, name=name, values={**MESSAGE.values, "author_name": name, "listing_title": name})
    mail = arrived(letter)
    assert mail["Bcc"] is None
    assert mail["X"] is None
    assert len(mail["To"].addresses) == 1
    assert "\n" not in mail["Subject"]


@pytest.mark.parametrize(
    "name", ['"Marcus" <other@example.com>,', "a, b <c@example.org>", "=?utf-8?q?x?=", "\u202egnp.exe"]
)
def test_a_name_cant_pretend_to_be_an_address(name: str) -> None:
    mail = arrived(replace(MESSAGE, name=name))
    assert [address.addr_spec for address in mail["To"].addresses] == ["marcus@example.com"]
    assert "@" not in mail["To"].addresses[0].display_name
    assert "\u202e" not in str(mail["To"])


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@b\r\nBcc: c@d", "a b@example.com", "a@example.com, b@example.com"]
)
def test_what_is_no_address_gets_no_mail(address: str) -> None:
    with pytest.raises(NoSuchAddressError):
        compose(HOUSE, replace(MESSAGE, address=address), ID, NOW)


@pytest.mark.parametrize(
    ("address", "sent_to"),
    [
        ("jose@exämple.com", "jose@xn--exmple-cua.com"),
        ("petro@пошта.укр", "petro@xn--80a1acn3a.xn--j1amh"),
        ("a@straße.de", "a@straße.de"),
        ("a@xn--exmple-cua.com", "a@xn--exmple-cua.com"),
    ],
)
def test_a_domain_in_other_letters_is_reached_through_every_server(address: str, sent_to: str) -> None:
    """But it never becomes somebody else's: of old, ``ß`` in a domain was the same as ``ss``."""
    assert compose(HOUSE, replace(MESSAGE, address=address), ID, NOW)["To"].addresses[0].addr_spec == sent_to


def test_a_mail_fits_through_old_servers() -> None:
    raw = compose(HOUSE, replace(MESSAGE, reader=Reader("fa", "Asia/Tehran")), ID, NOW).as_bytes()
    assert all(byte < 128 for byte in raw)
    assert max(map(len, raw.split(b"\r\n"))) < 998


def test_a_header_is_cut_to_one_line() -> None:
    assert one_line("a\r\n b\t\x07c" + "d" * 50, 10) == "a b cddddd"


WORDS = tuple("Зимова гавань key for «ключ» premium; 12 miesięcy کارت a Shop, é world, arbiter:".split())  # noqa: SIM905
TITLES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=24).map(" ".join)


@given(TITLES)
@example("The seller did not answer, so the dispute goes to an arbiter: Ключ Steam «Зимова гавань»")
def test_names_and_titles_in_several_scripts_arrive_as_they_were_written(written: str) -> None:
    mail = compose(HOUSE, replace(MESSAGE, name=written, values={**MESSAGE.values, "author_name": written}), ID, NOW)
    head = mail.as_bytes().split(b"\r\n\r\n")[0].decode("ascii")
    assert all(len(line) <= 78 for line in head.split("\r\n"))
    shown = as_mail_programs_show(head)
    assert shown["Subject"] == one_line(f"{written} wrote to you: Snow Harbour & more, key", 180)
    assert shown["To"].replace('"', "") == f"{one_line(written, 80)} <marcus@example.com>"


def as_mail_programs_show(head: str) -> dict[str, str]:
    """Headers by the letter of RFC 2047: white space between encoded words goes, and stays everywhere else."""
    whole = re.sub(r"(=\?[^?]+\?[bq]\?[^?]*\?=)\s+(?==\?)", r"\1", head.replace("\r\n ", " "))
    plain = re.sub(r"=\?utf-8\?b\?([^?]*)\?=", lambda found: b64decode(found[1]).decode(), whole)
    plain = re.sub(r"=\?utf-8\?q\?([^?]*)\?=", lambda found: unquoted(found[1], header=True).decode(), plain)
    return dict(line.split(": ", 1) for line in plain.split("\r\n"))
