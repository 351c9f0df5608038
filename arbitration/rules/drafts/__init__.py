"""Looks over a draft listing: what it grants a buyer, what is unclear in it or against the agreement, and how to say it
clearly (``docs/listing-check.md``)."""

from arbitration.rules.drafts.checking import Checked, check_draft
from arbitration.rules.drafts.doubts import Doubt
from arbitration.rules.drafts.entitlements import Entitlement
from arbitration.rules.drafts.telling import tell
from arbitration.rules.drafts.wording import wording

__all__ = ["Checked", "Doubt", "Entitlement", "check_draft", "tell", "wording"]
