"""The check of a draft listing as a whole."""

from dataclasses import dataclass

from arbitration.rules.case import Terms, Warranty
from arbitration.rules.drafts.doubts import Doubt, Matter, doubts
from arbitration.rules.drafts.entitlements import Entitlement, entitlements
from arbitration.rules.drafts.looking import Draft
from arbitration.rules.drafts.wording import wording
from arbitration.rules.durations import parse_duration
from arbitration.rules.listings import Reading, read_terms
from arbitration.rules.policy import Policy


@dataclass(frozen=True, slots=True)
class Checked:
    """What is read in a draft, what it grants, what to mend in it, and its terms in a clear wording."""

    reading: Reading
    terms: Terms
    granted: tuple[Entitlement, ...]
    doubts: tuple[Doubt, ...]
    suggestion: str
    language: str


def check_draft(text: str, policy: Policy, language: str) -> Checked:
    """Check a draft listing by an agreement; the wordings come in the language of that code.

    Raises KeyError for a language without a data file.
    """
    reading = read_terms(text)
    terms = terms_read(reading)
    granted = entitlements(terms, policy)
    matter = Matter(Draft(text), reading, terms, policy, granted, language)
    return Checked(reading, terms, granted, doubts(matter), wording(terms, language), language)


def terms_read(reading: Reading) -> Terms:
    """What was read, as the engine takes it."""
    stated = reading.warranty
    if "duration" not in stated:
        return Terms(Warranty(stated["kind"]), reading.video_required)
    return Terms(Warranty(stated["kind"], parse_duration(stated["duration"]), stated["starts"]), reading.video_required)
