"""What buyer and seller read when a refund was not paid by its time."""

import pytest

LATE = "The refund is still owed."


@pytest.mark.parametrize("email", ["marcus@example.com", "shop@example.net"])
def test_a_refund_that_was_not_paid_in_time_is_told_as_still_owed(email, dispute, paying, signed_in):
    paying("manual")
    dispute.agreed("refund", 1250)
    page = signed_in(email).get(f"/purchases/{dispute.purchase}").text
    assert "the marketplace confirms it by" in page
    assert LATE not in page
    dispute.sweep(24 * 60)
    page = signed_in(email).get(f"/purchases/{dispute.purchase}").text
    assert LATE in page
    assert "the marketplace confirms it by" not in page
    assert "being paid back" in page


def test_once_it_is_paid_late_it_is_no_longer_told_as_owed(dispute, paying, signed_in):
    paying("manual")
    dispute.agreed("refund", 1250)
    dispute.sweep(24 * 60)
    dispute.confirm(dispute.operator, 24 * 61)
    assert LATE not in signed_in("marcus@example.com").get(f"/purchases/{dispute.purchase}").text
