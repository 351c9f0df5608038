"""The form of an act as it was sent while its writer was signed out: kept for the browser, under the form's address."""

import json

from flask import g, request
from sqlalchemy.orm import Session

from arbitration.services import drafts
from arbitration.web import sessions


def kept_fields(session: Session) -> dict[str, str] | None:
    """What stood in the form at this address, by field; None where nothing is kept, or it can't be read."""
    kept = drafts.find(session, sessions.draft_token(), _place(), g.now, drafts.FORM)
    if kept is None:
        return None
    try:
        fields = json.loads(kept.text)
    except ValueError:
        return None
    return {name: str(value) for name, value in fields.items()} if isinstance(fields, dict) else None


def forget_form(session: Session) -> None:
    """Forget it, once the form was sent."""
    if token := sessions.draft_token():
        drafts.forget(session, token, _place(), drafts.FORM)


def _place() -> str:
    return drafts.form_of(request.endpoint or "", sessions.subject_of_form())
