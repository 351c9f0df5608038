"""Reads a case in which nothing is wrong, several times as fast as ``reading``, which it leaves all others to.

It tells no faults: at the first doubt it gives up, and the careful reader says what there is to say.

A key that stands there twice is seen no more once the JSON is a dictionary, but it leaves more quotation marks in the
text than the keys and texts that were read account for. Nothing can make up for them: a mark too many is a doubt.
"""

from datetime import datetime
from functools import lru_cache
from json import JSONDecoder
from json.scanner import make_scanner
from typing import Any

from arbitration.rules import codes
from arbitration.rules.case import Case, Claim, Conduct, Exhibit, Purchase, Report, Terms, Video, Warranty
from arbitration.rules.durations import parse_duration
from arbitration.rules.instants import parse_instant
from arbitration.rules.judging import make
from arbitration.rules.policy import Policy

_CASE = frozenset({"as_of", "listing", "purchase", "claim", "reports", "evidence", "seller", "conduct"})
_LISTING = frozenset({"terms"})
_TERMS = frozenset({"warranty", "video_required", "disclosed"})
_PURCHASE = frozenset({"payment_started_at", "paid_at", "delivered_at", "checked_at", "replacements_made"})
_CLAIM = frozenset({"reason", "opened_at", "requested", "defect", "admitted_by_seller", "evidence_closed"})
_SELLER = frozenset({"can_replace"})
_REASONS = {reason: reason for reason in codes.REASONS}
_WITHOUT_PERIOD = {kind: Warranty(kind) for kind in codes.WARRANTY_KINDS if kind != codes.PERIOD}
_STILLS = frozenset(codes.EVIDENCE_KINDS) - {codes.VIDEO}
_NO_TERMS = Terms()
_NOT_STATED = Warranty()
_NOTHING: dict[str, Any] = {}
_scan = make_scanner(JSONDecoder())  # type: ignore[arg-type] # its stub asks for itself


class _DoubtError(Exception):
    """Something is wrong, or at least unusual."""


def quick_case(raw: bytes, policy: Policy) -> Case | None:
    """The case in a JSON text if nothing is wrong with it, else None."""
    try:
        text = raw.decode()
        data, end = _scan(text, 0)
        case = _case(data, policy)
        if raw.count(b'"') != 2 * _texts_read(data, case) or text[end:].strip(" \t\r\n"):
            return None
        return case
    except (_DoubtError, ValueError, TypeError, KeyError, AttributeError, StopIteration, RecursionError):
        return None


def _texts_read(data: dict[str, Any], case: Case) -> int:
    """How many keys and texts there are in a case; never more, or a key that comes twice could go unseen."""
    _, terms, purchase, claim, reports, evidence, _, conduct = case
    _, _, delivered, checked, _ = purchase
    read = len(data) + len(data["purchase"]) + len(data["claim"]) + 6
    read += (delivered is not None) + (checked is not None) + (claim.defect is not None)
    listing, seller = data.get("listing"), data.get("seller")
    if listing:
        told = listing.get("terms") or _NOTHING
        read += len(listing) + len(told) + 2 * len(told.get("warranty") or ()) + len(terms.disclosed)
    if reports:
        read += 4 * len(reports)
    if evidence:
        read += sum([len(item) + (3 if item["kind"] == codes.VIDEO else 2) for item in data["evidence"]])
    if conduct:
        read += 6 * len(conduct)
    return read + len(seller) if seller else read


def _sure(well: bool) -> None:
    if not well:
        raise _DoubtError


def _case(data: Any, policy: Policy) -> Case:
    as_of = parse_instant(data["as_of"])
    purchase = _purchase(data["purchase"])
    claim = _claim(data["claim"])
    if (
        not _CASE.issuperset(data)
        or as_of < claim.opened_at
        or (purchase.delivered_at is None and claim.reason in policy.reasons_needing_delivery)
    ):
        raise _DoubtError
    get = data.get
    listing, reports, evidence = get("listing"), get("reports"), get("evidence")
    seller, conduct = get("seller"), get("conduct")
    read = (
        as_of,
        _NO_TERMS if listing is None else _listing(listing),
        purchase,
        claim,
        () if reports is None else _reports(reports, purchase.payment_started_at),
        () if evidence is None else tuple(map(_exhibit, _list(evidence))),
        None if seller is None else _can_replace(seller),
        () if conduct is None else tuple(map(_conduct, _list(conduct))),
    )
    return make(Case, read)


def _list(value: Any) -> list[Any]:
    _sure(type(value) is list)
    return value  # type: ignore[no-any-return]


def _boolean(value: Any) -> bool | None:
    if value is None or value is True or value is False:
        return value
    raise _DoubtError


def _listing(data: Any) -> Terms:
    terms = data.get("terms")
    _sure(_LISTING.issuperset(data))
    return _NO_TERMS if terms is None else _terms(terms)


def _terms(data: Any) -> Terms:
    get = data.get
    warranty, required, disclosed = get("warranty"), get("video_required"), get("disclosed")
    if not _TERMS.issuperset(data):
        raise _DoubtError
    read = (
        _NOT_STATED if warranty is None else _warranty(warranty),
        required if required is None else _boolean(required),
        () if disclosed is None else _texts(disclosed),
    )
    return make(Terms, read)


def _texts(items: Any) -> tuple[str, ...]:
    _sure(all(type(item) is str for item in _list(items)))
    return tuple(items)


def _warranty(data: Any) -> Warranty:
    kind = data["kind"]
    if kind != codes.PERIOD:
        _sure(len(data) == 1)
        return _WITHOUT_PERIOD[kind]
    starts = data.get("starts")
    return _period(data["duration"], starts, len(data) == 2 + (starts is not None))


@lru_cache(maxsize=1024)
def _period(duration: Any, starts: Any, well: bool) -> Warranty:
    """Listings state few different warranties, so each is kept; ``well`` says that no other field is there."""
    starts = codes.DELIVERY if starts is None else starts
    _sure(well and type(duration) is str and starts in codes.WARRANTY_STARTS)
    return Warranty(codes.PERIOD, parse_duration(duration), starts)


def _purchase(data: Any) -> Purchase:
    get = data.get
    started = parse_instant(data["payment_started_at"])
    paid = parse_instant(data["paid_at"])
    delivered, checked, made = get("delivered_at"), get("checked_at"), get("replacements_made")
    if delivered is not None:
        delivered = parse_instant(delivered)
    if checked is not None:
        checked = parse_instant(checked)
    if made is None:
        made = 0
    if (
        not _PURCHASE.issuperset(data)
        or paid < started
        or (delivered is not None and delivered < paid)
        or (checked is not None and checked < started)
        or type(made) is not int
        or made < 0
    ):
        raise _DoubtError
    return make(Purchase, (started, paid, delivered, checked, made))


def _claim(data: Any) -> Claim:
    get = data.get
    reason = data["reason"]
    requested = data["requested"]
    defect, admitted, closed = get("defect"), get("admitted_by_seller"), get("evidence_closed")
    if (
        not _CLAIM.issuperset(data)
        or reason not in _REASONS
        or requested not in codes.REMEDIES
        or (defect is not None and type(defect) is not str)
    ):
        raise _DoubtError
    if admitted is not None:
        admitted = _boolean(admitted)
    if closed is not None:
        closed = _boolean(closed)
    return make(Claim, (_REASONS[reason], parse_instant(data["opened_at"]), requested, defect, admitted, closed))


def _reports(items: Any, started: datetime) -> tuple[Report, ...]:
    found = []
    for item in _list(items):
        at, via = parse_instant(item["at"]), item["via"]
        if len(item) != 2 or via not in codes.REPORT_WAYS or (at < started and via != codes.ELSEWHERE):
            raise _DoubtError
        found.append(make(Report, (at, via)))
    return tuple(found)


def _exhibit(data: Any) -> Video | Exhibit:
    kind = data["kind"]
    if kind == codes.VIDEO:
        starts_at, ends_at = parse_instant(data["starts_at"]), parse_instant(data["ends_at"])
        if starts_at > ends_at or len(data) != 3 + ("continuous" in data):
            raise _DoubtError
        return make(Video, (starts_at, ends_at, _boolean(data.get("continuous"))))
    _sure(kind in _STILLS and len(data) == 2)
    return make(Exhibit, (kind, parse_instant(data["at"])))


def _can_replace(data: Any) -> bool | None:
    _sure(_SELLER.issuperset(data))
    return _boolean(data.get("can_replace"))


def _conduct(data: Any) -> Conduct:
    by, kind = data["by"], data["kind"]
    _sure(by in codes.SIDES and kind in codes.CONDUCT_KINDS and len(data) == 3)
    return make(Conduct, (by, kind, parse_instant(data["at"])))
