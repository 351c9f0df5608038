"""Whether a refund needs two people, for the views of a dispute."""

from arbitration.services.refunds.terms import needs_approval

__all__ = ["needs_approval"]
