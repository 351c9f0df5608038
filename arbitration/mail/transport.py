"""How a mail leaves the house: by SMTP where a server is set, else as a file in the instance's folder."""

import os
import select
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP as LINES_AS_SENT
from pathlib import Path
from time import monotonic
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from arbitration.config import Settings, is_loopback

TIMEOUT = 15.0
"""Seconds for each answer of a server."""
TAKING = 8
"""How many times as long it may take over a mail that it has whole: some look for viruses before they say that they
took it, and who hangs up earlier sends again what was taken (RFC 5321, 4.5.3.2.6)."""
LOOK_EVERY = 5.0
PASSWORD_WANTED = (530, 534, 535, 538)


class NotSentError(Exception):
    """The mail did not leave; later it may. The sentence names no person and no address."""


class UnreachableError(NotSentError):
    """The server did not answer, so it would be no use to try the next mail at once."""


class RefusedError(NotSentError):
    """The server refused the mail for good."""


class GivenUpError(NotSentError):
    """Whoever asked for the mail did not want it sent any more while it was under way."""


def _always() -> bool:
    return True


class Post(Protocol):
    """Something that sends mails, several of them over one connection."""

    def send(self, mail: EmailMessage, name: str, goes_on: Callable[[], bool] = _always) -> None:
        """Send a mail; ``name`` is the same each time the same mail is sent.

        ``goes_on`` is asked every few seconds while this takes time, whether it is to be sent still.

        Raises:
            GivenUpError: it is not to be sent any more.
            RefusedError: it will never be taken.
            NotSentError: it was not taken now.
        """
        ...


@contextmanager
def post_office(settings: Settings) -> Iterator[Post]:
    """The way out that the settings name. Nothing is connected before the first mail."""
    if not settings.smtp_url:
        yield Folder(settings.mail_folder)
        return
    server = Server(settings.smtp_url)
    try:
        yield server
    finally:
        server.close()


class Folder:
    """Writes each mail as ``NAME.eml``; one that is sent again takes the place of the first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, mail: EmailMessage, name: str, goes_on: Callable[[], bool] = _always) -> None:  # noqa: ARG002
        """Write the mail so that it is either there as a whole or not at all."""
        whole, part = self.folder / f"{name}.eml", self.folder / f".{name}.{os.getpid()}.part"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(mail.as_bytes(policy=LINES_AS_SENT))
                file.flush()
                os.fsync(file.fileno())
            part.replace(whole)
            _sync(self.folder)
        except OSError as error:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise NotSentError(f"cannot write to {self.folder}: {error.strerror}") from error


class _Patient(smtplib.SMTP):
    """A connection that asks whether to go on before each answer, and waits long for that by which a mail is taken."""

    def __init__(self, server: "Server", *args: Any, **named: Any) -> None:
        self._server = server
        self._answers: int | None = None  # to DATA, and then to the mail
        super().__init__(*args, **named)

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Hand over the text of a mail."""
        self._answers = 0
        try:
            return super().data(msg)
        finally:
            self._answers = None

    def getreply(self) -> tuple[int, bytes]:
        """Wait for an answer."""
        if self._answers is not None:
            self._answers += 1
        if not self._server.goes_on() or (self._answers == 2 and not self._is_answered()):
            self.close()
            raise GivenUpError("the mail was not to be sent any more")
        return super().getreply()

    def _is_answered(self) -> bool:
        """Wait until there is an answer to read; False if whoever asked for the mail gave it up before."""
        assert self.sock is not None
        ends, waiting = monotonic() + TAKING * self._server.timeout, select.poll()
        waiting.register(self.sock, select.POLLIN)
        while not (isinstance(self.sock, ssl.SSLSocket) and self.sock.pending()):
            left = ends - monotonic()
            if left <= 0:
                self.close()
                raise TimeoutError("not taken in time")
            if waiting.poll(min(left, LOOK_EVERY) * 1_000):
                break
            if not self._server.goes_on():
                return False
        return True


class _PatientTls(_Patient, smtplib.SMTP_SSL):
    """The same, encrypted from the start."""


class Server:
    """An SMTP server, by ``smtp://`` (with STARTTLS where it is offered) or ``smtps://``.

    It has ``timeout`` seconds for each answer, and ``TAKING`` times as long for the one by which it takes a mail.
    """

    def __init__(self, url: str, timeout: float = TIMEOUT) -> None:
        self.address = urlsplit(url)
        self.timeout = timeout
        self.goes_on: Callable[[], bool] = _always
        self._connection: smtplib.SMTP | None = None

    def send(self, mail: EmailMessage, name: str, goes_on: Callable[[], bool] = _always) -> None:  # noqa: ARG002
        """Hand the mail to the server."""
        self.goes_on = goes_on
        try:
            self._hand_over(mail)
        finally:
            self.goes_on = _always

    def _hand_over(self, mail: EmailMessage) -> None:
        try:
            self._connected().send_message(mail)
        except GivenUpError:
            self.close()
            raise
        except smtplib.SMTPRecipientsRefused as error:
            self.close()
            codes = [code for code, _ in error.recipients.values()]
            raise _refusal(max(codes, default=0), "the recipient") from error
        except smtplib.SMTPResponseException as error:
            self.close()
            raise _refusal(400 if _about_us(error) else error.smtp_code, f"the mail ({error.smtp_code})") from error
        except smtplib.SMTPNotSupportedError as error:
            self.close()
            raise NotSentError("the mail server lacks something that this mail needs") from error
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise UnreachableError(f"the mail server did not answer ({type(error).__name__})") from error

    def check(self) -> None:
        """Connect, sign in and say nothing. Raises NotSentError where that fails."""
        try:
            self._connected().noop()
        except ssl.SSLCertVerificationError as error:
            told = f"the mail server shows a certificate that does not hold here ({error.verify_message})"
            raise NotSentError(told) from error
        except (smtplib.SMTPException, OSError) as error:
            detail = error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else type(error).__name__
            raise NotSentError(f"the mail server did not answer as it should ({detail})") from error
        finally:
            self.close()

    def close(self) -> None:
        """Hang up."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()

    def _connected(self) -> smtplib.SMTP:
        """A connection that the server has not ended: some take only a few mails over each, or wait for none."""
        if self._connection is not None and not self._is_kept(self._connection):
            self.close()
        if self._connection is None:
            connection = self._connect()
            try:
                self._introduce(connection)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    @staticmethod
    def _is_kept(connection: smtplib.SMTP) -> bool:
        try:
            return connection.rset()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def _connect(self) -> smtplib.SMTP:
        host = self.address.hostname or ""
        if self.address.scheme == "smtps":
            return _PatientTls(self, host, self.address.port or 465, timeout=self.timeout, context=self._trust())
        return _Patient(self, host, self.address.port or 25, timeout=self.timeout)

    def _introduce(self, connection: smtplib.SMTP) -> None:
        connection.ehlo_or_helo_if_needed()
        private = self.address.scheme == "smtps"
        if not private and connection.has_extn("starttls"):
            connection.starttls(context=self._trust())
            connection.ehlo()
            private = True
        if self.address.username is None:
            return
        if not private and not is_loopback(self.address.hostname or ""):
            raise smtplib.SMTPException("no encryption is offered, so the password was kept back")
        connection.login(unquote(self.address.username), unquote(self.address.password or ""))

    def _trust(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if is_loopback(self.address.hostname or ""):
            # A relay on this very machine has a certificate of its own making; nobody stands between.
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context


def _about_us(error: smtplib.SMTPResponseException) -> bool:
    """Whether the server turned us away before it saw the mail (a wrong password, too many connections)."""
    return isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError | smtplib.SMTPHeloError)


def _refusal(code: int, what: str) -> NotSentError:
    """4xx may pass another time, 5xx never (RFC 5321, section 4.2.1), unless it asks us for a password (RFC 4954)."""
    if code >= 500 and code not in PASSWORD_WANTED:
        return RefusedError(f"the mail server refused {what} for good")
    return NotSentError(f"the mail server did not take {what} for now")


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
