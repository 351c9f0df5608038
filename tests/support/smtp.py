"""A real mail server on a free port of this machine; keeps what it is sent, and can be told to refuse or to hang."""

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


@dataclass
class PostOffice:
    """What came in, and how to answer: ``answers`` are taken one for each mail.

    An answer is an SMTP reply, ``hang``, or ``slow``: the mail is taken, which is said once ``let_on`` is called.
    """

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    rcpt_answers: list[str] = field(default_factory=list)
    mails_of_a_connection: int | None = None
    connections: int = 0
    encrypted: list[bool] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    reached: threading.Event = field(default_factory=threading.Event)
    stopping: asyncio.Event | None = None
    let_on: Callable[[], object] = lambda: None
    may_answer: asyncio.Event | None = None

    @property
    def url(self) -> str:
        """As ARBITRATION_SMTP_URL names it."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def ids(self) -> list[str]:
        """The Message-IDs that came in."""
        return [mail["Message-ID"] for mail in self.mails]

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient, unless told otherwise."""
        if self.rcpt_answers:
            return self.rcpt_answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_RSET(self, server: SMTP, session: Session, _envelope: Envelope) -> str:  # noqa: N802
        """Go on with the next mail, or hang up where this connection had all that it gets."""
        if self.mails_of_a_connection == session.mails:  # type: ignore[attr-defined]
            server.transport.close()  # type: ignore[union-attr]
        return "250 OK"

    async def handle_EHLO(  # noqa: N802
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, answers: list[str]
    ) -> list[str]:
        """Count a connection that begins."""
        session.host_name, session.mails = hostname, 0  # type: ignore[attr-defined]
        self.connections += 1
        return answers

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail, unless told otherwise."""
        self.reached.set()
        session.mails += 1  # type: ignore[attr-defined]
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer == "hang":
            assert self.stopping is not None
            await self.stopping.wait()
            return "421 closing"
        slow = answer == "slow"
        answer = "250 OK" if slow else answer
        if answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
            self.encrypted.append(session.ssl is not None)
        if slow:
            assert self.may_answer is not None
            await self.may_answer.wait()
        return answer

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: object
    ) -> AuthResult:
        """Take any password but ``wrong``."""
        login, password = data.login.decode(), data.password.decode()  # type: ignore[attr-defined]
        self.signed_in.append(login)
        return AuthResult(success=password != "wrong")


@contextmanager
def post_office(certificate: str | None = None, *, tls_from_the_start: bool = False) -> Iterator[PostOffice]:
    """Runs a mail server on a thread of its own; with a certificate (a PEM file) it offers STARTTLS, or speaks TLS."""
    office = PostOffice()
    context = None
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
    ready = threading.Event()
    loop = asyncio.new_event_loop()

    def protocol() -> SMTP:
        offered = None if tls_from_the_start else context
        return SMTP(office, tls_context=offered, authenticator=office.authenticate, auth_require_tls=False, loop=loop)

    async def serve() -> None:
        office.stopping, office.may_answer = asyncio.Event(), asyncio.Event()
        office.let_on = partial(loop.call_soon_threadsafe, office.may_answer.set)
        tls = context if tls_from_the_start else None
        server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=tls)
        office.port = server.sockets[0].getsockname()[1]
        ready.set()
        await office.stopping.wait()
        server.close()
        await asyncio.sleep(0)

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield office
    finally:
        assert office.stopping is not None
        loop.call_soon_threadsafe(office.stopping.set)
        thread.join(10)
