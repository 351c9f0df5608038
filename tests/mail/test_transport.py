"""How mails leave: through a real mail server, or into a folder."""

from email.message import EmailMessage
from pathlib import Path

import pytest

from arbitration.mail import transport
from arbitration.mail.transport import Folder, GivenUpError, NotSentError, RefusedError, Server
from tests.support.smtp import post_office

CERTIFICATE = str(Path(__file__).with_name("localhost.pem"))


def a_mail(text: str = "hello") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = "a@example.com", "b@example.com", "S", "<1@x>"
    mail.set_content(text)
    return mail


def send(url: str, timeout: float = 5) -> None:
    server = Server(url, timeout)
    try:
        server.send(a_mail(), "name")
    finally:
        server.close()


def test_a_mail_server_gets_the_mail() -> None:
    with post_office() as office:
        send(office.url)
    assert office.ids == ["<1@x>"]
    assert office.encrypted == [False]


def test_the_connection_is_encrypted_where_the_server_offers_it() -> None:
    with post_office(CERTIFICATE) as office:
        send(office.url)
    assert office.encrypted == [True]


def test_smtps_is_encrypted_from_the_start() -> None:
    with post_office(CERTIFICATE, tls_from_the_start=True) as office:
        send(office.url.replace("smtp:", "smtps:"))
    assert len(office.mails) == 1


def test_name_and_password_come_from_the_address_of_the_server() -> None:
    with post_office() as office:
        send(office.url.replace("//", "//post%40house:pa%2Fss@"))
    assert office.signed_in == ["post@house"]


def test_several_mails_go_over_one_connection_and_a_fault_only_costs_one() -> None:
    with post_office() as office:
        office.answers = ["250 OK", "451 later", "250 OK"]
        server = Server(office.url, 5)
        server.send(a_mail("1"), "1")
        with pytest.raises(NotSentError):
            server.send(a_mail("2"), "2")
        server.send(a_mail("3"), "3")
        server.close()
    assert [mail.get_content().strip() for mail in office.mails] == ["1", "3"]


def test_a_server_that_takes_two_mails_over_a_connection_keeps_none_waiting() -> None:
    with post_office() as office:
        office.mails_of_a_connection = 2
        server = Server(office.url, 5)
        for number in "12345":
            server.send(a_mail(number), number)
        server.close()
    assert [mail.get_content().strip() for mail in office.mails] == [*"12345"]
    assert office.connections == 3


@pytest.mark.parametrize(
    ("answer", "for_good"), [("550 no", True), ("554 spam", True), ("451 later", False), ("421 busy", False)]
)
@pytest.mark.parametrize("where", ["answers", "rcpt_answers"])
def test_a_5xx_is_for_good_and_a_4xx_is_not(answer: str, for_good: bool, where: str) -> None:
    with post_office() as office:
        setattr(office, where, [answer])
        with pytest.raises(NotSentError) as refused:
            send(office.url)
    assert isinstance(refused.value, RefusedError) is for_good
    assert "b@example.com" not in str(refused.value)


def test_a_wrong_password_is_the_operators_to_mend_not_the_mails_end() -> None:
    with post_office() as office, pytest.raises(NotSentError) as refused:
        send(office.url.replace("//", "//me:wrong@"))
    assert not isinstance(refused.value, RefusedError)
    assert "wrong" not in str(refused.value)


@pytest.mark.parametrize("where", ["answers", "rcpt_answers"])
def test_so_is_a_server_that_wants_a_password_and_got_none(where: str) -> None:
    with post_office() as office:
        setattr(office, where, ["530 5.7.0 Authentication required"])
        with pytest.raises(NotSentError) as refused:
            send(office.url)
    assert not isinstance(refused.value, RefusedError)


def test_a_server_that_hangs_or_is_gone_is_given_up_for_now() -> None:
    with post_office() as office:
        office.answers = ["hang"]
        with pytest.raises(NotSentError) as hung:
            send(office.url, timeout=0.3)
    with pytest.raises(NotSentError) as gone:
        send(office.url, timeout=0.3)
    assert not isinstance(hung.value, RefusedError)
    assert not isinstance(gone.value, RefusedError)


@pytest.mark.parametrize("tls", [False, True])
def test_a_server_that_looks_at_a_mail_for_long_gets_it_once(tls: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scanner for viruses takes longer over a mail than a server may over any other answer."""
    monkeypatch.setattr(transport, "LOOK_EVERY", 0.5)
    asked = []
    with post_office(CERTIFICATE if tls else None, tls_from_the_start=tls) as office:
        office.answers = ["slow"]

        def goes_on() -> bool:
            asked.append(bool(office.mails))
            if sum(asked) == 3:
                office.let_on()
            return True

        server = Server(office.url.replace("smtp:", "smtps:") if tls else office.url, 1)
        server.send(a_mail(), "name", goes_on)
        server.close()
    assert (office.ids, sum(asked)) == (["<1@x>"], 3)


def test_a_mail_that_is_not_to_be_sent_any_more_is_let_go_while_the_server_looks_at_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transport, "LOOK_EVERY", 0.01)
    with post_office() as office:
        office.answers = ["hang", "250 OK"]
        server = Server(office.url, 5)
        with pytest.raises(GivenUpError):
            server.send(a_mail("one"), "1", lambda: not office.reached.is_set())
        server.send(a_mail("two"), "2")
        server.close()
    assert [mail.get_content().strip() for mail in office.mails] == ["two"]


def test_a_password_never_goes_out_unencrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend that the server is elsewhere."""
    monkeypatch.setattr("arbitration.mail.transport.is_loopback", lambda _host: False)
    with post_office() as office, pytest.raises(NotSentError):
        send(office.url.replace("//", "//me:secret@"))
    assert office.signed_in == []


def test_a_server_elsewhere_must_prove_who_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arbitration.mail.transport.is_loopback", lambda _host: False)
    with post_office(CERTIFICATE) as office, pytest.raises(NotSentError):
        send(office.url)
    assert office.mails == []


def test_asking_whether_a_server_answers_sends_nothing() -> None:
    with post_office() as office:
        Server(office.url, 5).check()
    with pytest.raises(NotSentError):
        Server(office.url, 1).check()
    assert office.mails == []


def test_without_a_server_a_mail_is_a_file_for_its_owner_alone(tmp_path: Path) -> None:
    Folder(tmp_path / "mail").send(a_mail(), "20261121T120000Z-1")
    [file] = (tmp_path / "mail").iterdir()
    assert file.name == "20261121T120000Z-1.eml"
    assert file.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "mail").stat().st_mode & 0o777 == 0o700
    assert b"Message-ID: <1@x>\r\n" in file.read_bytes()


def test_a_mail_that_is_written_again_takes_the_place_of_the_first(tmp_path: Path) -> None:
    for text in ("one", "two"):
        Folder(tmp_path).send(a_mail(text), "name")
    [file] = tmp_path.iterdir()
    assert b"two" in file.read_bytes()


def test_a_folder_that_cant_be_written_is_a_fault_for_now(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("in the way")
    with pytest.raises(NotSentError):
        Folder(tmp_path / "mail").send(a_mail(), "name")


def test_a_folder_without_room_gets_no_empty_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing would ever take them away."""

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(transport.os, "fsync", full)
        with pytest.raises(NotSentError, match="No space left"):
            Folder(tmp_path).send(a_mail(), "name")
    assert list(tmp_path.iterdir()) == []
