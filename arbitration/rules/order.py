"""Faults in the order of a case's instants (docs/assess.md, "The case").

What is None takes no part: it is not known, or it could not be read.
"""

from collections.abc import Iterator
from datetime import datetime

from arbitration.rules import codes
from arbitration.rules.case import Case, Purchase, Video
from arbitration.rules.faults import Fault


def order_faults(case: Case) -> list[Fault]:
    """All faults of order. Items of the lists, and the parts of the case, may be None where they could not be read."""
    faults: list[Fault] = []
    start = None
    if case.purchase is not None:
        start = case.purchase.payment_started_at
        faults += _purchase_faults(case.purchase)
    if case.claim is not None and _before(case.as_of, case.claim.opened_at):
        faults.append(Fault("as_of", "is before claim.opened_at"))
    if case.reports and start is not None:
        faults += _report_faults(case, start)
    if case.evidence:
        faults += _video_faults(case)
    return faults


def _before(moment: datetime | None, other: datetime | None) -> bool:
    return moment is not None and other is not None and moment < other


def _purchase_faults(purchase: Purchase) -> list[Fault]:
    faults = []
    started, paid, delivered, checked, _ = purchase
    if _before(paid, started):
        faults.append(Fault("purchase.paid_at", "is before purchase.payment_started_at"))
    if _before(delivered, paid):
        faults.append(Fault("purchase.delivered_at", "is before purchase.paid_at"))
    if _before(checked, started):
        faults.append(Fault("purchase.checked_at", "is before purchase.payment_started_at"))
    return faults


def _report_faults(case: Case, start: datetime) -> Iterator[Fault]:
    for number, report in enumerate(case.reports):
        if report is not None and report.via == codes.CORRESPONDENCE and _before(report.at, start):
            yield Fault(f"reports[{number}].at", "is before purchase.payment_started_at")


def _video_faults(case: Case) -> Iterator[Fault]:
    for number, item in enumerate(case.evidence):
        if type(item) is Video and _before(item.ends_at, item.starts_at):
            yield Fault(f"evidence[{number}].ends_at", "is before starts_at")
