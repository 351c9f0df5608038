"""Checking that nothing was changed after the fact."""

from arbitration.services.verification.findings import Finding
from arbitration.services.verification.walk import count_entries, verify

__all__ = ["Finding", "count_entries", "verify"]
