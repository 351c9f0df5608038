"""What the operators' templates show of rows, and the words for codes that stand on these pages alone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from arbitration.domain.forgetting import is_forgotten
from arbitration.models import BrowserSession, Import, Person, StaffAccount, Token
from arbitration.rules.marking import N_
from arbitration.services import tokens

MAILS: Mapping[str, str] = {
    "sign_in_link": N_("A link to sign in"),
    "new_message": N_("A new message"),
    "event": N_("News of a dispute"),
    "reading_objection": N_("An objection to how a listing was read"),
    "reminder": N_("A reminder"),
    "operator_notice": N_("A notice to operators"),
}
ENTRIES: Mapping[str, str] = {
    "person.signed_in": N_("Signed in"),
    "person.signed_out": N_("Signed out"),
    "person.signed_out_everywhere": N_("Signed somebody out everywhere"),
    "person.session_ended": N_("Ended a session of somebody"),
    "person.moved": N_("Moved somebody's address"),
    "person.suspended": N_("Kept somebody out"),
    "person.restored": N_("Let somebody in again"),
    "person.forgotten": N_("Forgot somebody, at their own request"),
    "person.updated": N_("The marketplace stated something new of a person"),
    "seller.updated": N_("The marketplace stated something new of a shop"),
    "staff.added": N_("Made somebody an arbiter or operator"),
    "staff.role_changed": N_("Changed somebody's role"),
    "staff.invited": N_("Made a link to set up an account"),
    "staff.removed": N_("Let somebody go"),
    "staff.password_set": N_("Chose a password"),
    "staff.second_factor_set": N_("Set up the second factor"),
    "staff.recovery_codes_made": N_("Made recovery codes"),
    "staff.signed_in": N_("Signed in to work"),
    "staff.signed_in_with_recovery_code": N_("Signed in to work with a recovery code"),
    "staff.tie_declared": N_("Declared a tie"),
    "staff.tie_ended": N_("Ended a tie"),
    "token.made": N_("Made a token"),
    "token.revoked": N_("Revoked a token"),
    "outbox.retried": N_("Had mails tried again"),
    "outbox.held": N_("Held back all that leaves"),
    "outbox.released": N_("Let everything go out again"),
    "deadlines.retried": N_("Had deadlines tried again"),
    "arbiter.absence_declared": N_("Noted that an arbiter is away"),
    "arbiter.absence_ended": N_("Ended an absence"),
    "arbiter.case_given_back": N_("Gave an arbiter's case back to the others"),
    "policy.installed": N_("Installed a version of the agreement"),
    "purchases.imported": N_("Took in purchases"),
    "listings.read": N_("Read descriptions of listings"),
}


def person_view(person: Person, account: StaffAccount | None) -> dict[str, Any]:
    """A person in a list."""
    return {
        "id": person.id,
        "name": person.name,
        "email": person.written_as,
        "role": account.role if account else None,
        "ready": account is not None and account.second_factor_at is not None,
        "suspended_at": person.suspended_at,
        "forgotten": is_forgotten(person.id, person.email),
        "created_at": person.created_at,
        "language": person.language,
    }


def account_view(account: StaffAccount | None) -> dict[str, Any] | None:
    """The account of somebody who works here."""
    if account is None:
        return None
    return {"created_at": account.created_at, "second_factor_at": account.second_factor_at}


def session_view(session: BrowserSession) -> dict[str, Any]:
    """A browser on which somebody is signed in."""
    names = ("id", "browser", "role", "created_at", "seen_at")
    return {name: getattr(session, name) for name in names}


def import_view(run: Import) -> dict[str, Any]:
    """An import in a list."""
    names = ("name", "door", "started_at", "finished_at", "line", "created", "unchanged", "updated", "refused")
    by = (run.person.name or run.person.email) if run.person else None
    return {"by": by} | {name: getattr(run, name) for name in names}


def token_view(token: Token, now: datetime) -> dict[str, Any]:
    """A token in a list."""
    return {
        "id": token.id,
        "role": token.role,
        "person_id": token.person_id,
        "name": token.person.name or token.person.email,
        "email": token.person.written_as,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "revoked_at": token.revoked_at,
        "state": tokens.why_not(token, now),
    }
