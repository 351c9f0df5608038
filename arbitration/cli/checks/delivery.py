"""What is sent: whether the scheduler lives, whether mails get out, whether the mail server answers."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from arbitration.cli.checks.finding import Finding, fail, ok, warn
from arbitration.config import Settings
from arbitration.mail.transport import NotSentError, Server
from arbitration.services import deadline_lists, heartbeat, holding, outbox

OVERDUE_AFTER = timedelta(minutes=5)
MEND_MAIL = "see that the server runs and that ARBITRATION_SMTP_URL is right, with the name that its certificate has"
START = "start `arbitration scheduler` beside `arbitration serve`, and have it started again when it ends"
STARTED_AGAIN = (
    "if it was started again since, nothing: this is told for a day. Otherwise start `arbitration scheduler`"
)


def scheduler(session: Session, now: datetime, demo: bool) -> Iterator[Finding]:
    """Whether a scheduler lives, and whether one of several died."""
    found = heartbeat.pulses(session, now)
    if not found:
        yield warn("scheduler", "none runs, so no mail leaves", START)
    elif not any(each.alive for each in found):
        told = f"last seen at {found[0].at:%Y-%m-%d %H:%M:%S} UTC ({found[0].process})"
        yield warn("scheduler", told, "run `arbitration demo`") if demo else fail("scheduler", told, START)
    else:
        yield ok("scheduler", f"alive ({', '.join(each.process for each in found if each.alive)})")
        dead = [each for each in found if not each.alive]
        if dead:
            told = ", ".join(f"{each.process}, last seen at {each.at:%Y-%m-%d %H:%M:%S} UTC" for each in dead)
            yield warn("scheduler", f"one or more ended without saying so: {told}", STARTED_AGAIN)


def outbox_of(session: Session, now: datetime) -> Iterator[Finding]:
    """Whether mails wait longer than they should, fail, or were given up of late."""
    hold = holding.current(session)
    if hold is not None:
        told = f"all that leaves is held back since {hold.since:%Y-%m-%d %H:%M} UTC ({hold.why})"
        yield warn("outbox", told, "look at what waits under /operations/outbox, then let it go there")
        return
    queue = outbox.standing(session, now)
    if queue.overdue_since is not None and now - queue.overdue_since > OVERDUE_AFTER:
        told = f"mails wait since {queue.overdue_since:%Y-%m-%d %H:%M} UTC"
        yield fail("outbox", told, START)
    if queue.troubled:
        told = f"{queue.troubled} of {queue.waiting} waiting mails have failed before: {queue.trouble}"
        yield warn("outbox", told, "mend the mail server or ARBITRATION_SMTP_URL; they are tried again by themselves")
    if queue.failed:
        told = f"{queue.failed} mails were given up in the last week: {queue.failure}"
        yield warn(
            "outbox",
            told,
            "mend what it says, then try them again under /operations/outbox; wrong addresses: `arbitration user move`",
        )
    if not queue.troubled and not queue.failed:
        yield ok("outbox", f"{queue.waiting} waiting")


def deadlines_of(session: Session, now: datetime) -> Iterator[Finding]:
    """Whether what falls due in disputes is carried out."""
    troubled, fault = deadline_lists.troubled(session)
    if troubled:
        told = f"{troubled} could not be carried out when last tried ({fault}): others are, these are tried again"
        yield fail("deadlines", told, "`arbitration deadlines list` marks them; the scheduler's log has the fault")
        return
    since = deadline_lists.overdue_since(session, now)
    if since is not None and now - since > OVERDUE_AFTER:
        yield fail("deadlines", f"what fell due at {since:%Y-%m-%d %H:%M} UTC has not been carried out", START)
    else:
        yield ok("deadlines", "nothing is late")


def mail(settings: Settings) -> Iterator[Finding]:
    """Whether the mail server answers."""
    if not settings.smtp_url:
        told = f"no server is set; mails are written to {settings.mail_folder}"
        yield warn("mail", told, "set ARBITRATION_SMTP_URL") if settings.secure else ok("mail", told)
        return
    try:
        Server(settings.smtp_url, timeout=5).check()
    except NotSentError as error:
        yield fail("mail", str(error), MEND_MAIL)
    else:
        yield ok("mail", "the server answers")
