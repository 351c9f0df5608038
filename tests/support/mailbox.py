"""The mails that an installation without a mail server has written."""

from email import message_from_bytes, policy
from pathlib import Path


def letters(instance: Path) -> list[str]:
    """The plain text of each mail in ``instance/mail``, oldest first."""
    files = sorted((instance / "mail").glob("*.eml"), key=lambda path: (path.stat().st_mtime_ns, path.name))
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]
    bodies = [mail.get_body(("plain",)) for mail in mails]
    return [body.get_content() for body in bodies if body]
