"""Reads a case as docs/assess.md writes it, and tells all its faults at once."""

from typing import Any, cast

from arbitration.rules import codes
from arbitration.rules.case import Case, Claim, Conduct, Exhibit, Purchase, Report, Terms, Video, Warranty
from arbitration.rules.faults import BadInputError, Fault
from arbitration.rules.fields import Fields, Object, shown
from arbitration.rules.jsontext import parse_json
from arbitration.rules.order import order_faults
from arbitration.rules.policy import Policy

_CASE = frozenset({"as_of", "listing", "purchase", "claim", "reports", "evidence", "seller", "conduct"})
_LISTING = frozenset({"terms"})
_TERMS = frozenset({"warranty", "video_required", "disclosed"})
_PURCHASE = frozenset({"payment_started_at", "paid_at", "delivered_at", "checked_at", "replacements_made"})
_CLAIM = frozenset({"reason", "opened_at", "requested", "defect", "admitted_by_seller", "evidence_closed"})
_SELLER = frozenset({"can_replace"})
_REPORT = frozenset({"at", "via"})
_CONDUCT = frozenset({"by", "kind", "at"})
_KIND = frozenset({"kind"})
_PERIOD = frozenset({"kind", "duration", "starts"})
_VIDEO = frozenset({"kind", "starts_at", "ends_at", "continuous"})
_EXHIBIT = frozenset({"kind", "at"})
_NO_TERMS = Terms()
_NOT_STATED = Warranty()


def read_case_json(raw: bytes, policy: Policy) -> Case:
    """A case from the bytes of a JSON text. Raises BadInputError with every fault."""
    return read_case(parse_json(raw), policy)


def read_case(data: object, policy: Policy) -> Case:
    """A case from JSON that is already parsed. Raises BadInputError with every fault.

    The policy says for which reasons a logged delivery is needed.
    """
    if not isinstance(data, dict):
        raise BadInputError([Fault("$", f"must be an object, not {shown(data)}")])
    faults: list[Fault] = []
    case = _case(Fields(data, "", faults, _CASE), policy)
    faults += order_faults(case)
    if faults:
        raise BadInputError(faults)
    return case


def read_terms(data: Object, path: str = "listing.terms") -> Terms:
    """The terms of a listing from parsed JSON in the shape of ``listing.terms``. Raises BadInputError."""
    faults: list[Fault] = []
    if not isinstance(data, dict):
        raise BadInputError([Fault(path, f"must be an object, not {shown(data)}")])
    terms = _terms(Fields(data, f"{path}.", faults, _TERMS))
    if faults:
        raise BadInputError(faults)
    return terms


def _case(fields: Fields, policy: Policy) -> Case:
    """What could be read; what could not is None, which its faults tell."""
    as_of = fields.instant("as_of")
    listing = fields.known_object("listing", _LISTING)
    terms = listing and listing.known_object("terms", _TERMS)
    purchase = fields.object("purchase", _PURCHASE)
    claim = fields.object("claim", _CLAIM)
    seller = fields.known_object("seller", _SELLER)
    read = (
        as_of,
        _terms(terms) if terms else _NO_TERMS,
        purchase and _purchase(purchase),
        claim and _claim(claim),
        fields.items("reports", _report),
        fields.items("evidence", _exhibit),
        seller and seller.boolean("can_replace"),
        fields.items("conduct", _conduct),
    )
    case = Case(*cast(Any, read))
    if purchase and case.claim and case.claim.reason and purchase.data.get("delivered_at") is None:
        _need_delivery(purchase, case.claim.reason, policy)
    return case


def _need_delivery(purchase: Fields, reason: str, policy: Policy) -> None:
    if policy.needs_delivery(reason):
        purchase.fault("delivered_at", f"must be known for a claim of the reason {reason}")


def _terms(fields: Fields) -> Terms:
    warranty = fields.data.get("warranty")
    return Terms(
        _NOT_STATED if warranty is None else _warranty(fields),
        fields.boolean("video_required"),
        fields.items("disclosed", _disclosed),
    )


def _warranty(terms: Fields) -> Warranty:
    data = terms.data["warranty"]
    fields = terms.object("warranty", frozenset(data)) if isinstance(data, dict) else terms.object("warranty", _KIND)
    kind = fields and fields.code("kind", codes.WARRANTY_KINDS)
    if not fields or not kind:
        return _NOT_STATED
    fields = Fields(data, fields.prefix, fields.faults, _PERIOD if kind == codes.PERIOD else _KIND)
    if kind != codes.PERIOD:
        return Warranty(kind)
    starts = fields.data.get("starts") is not None and fields.code("starts", codes.WARRANTY_STARTS)
    return Warranty(kind, fields.duration("duration"), starts or codes.DELIVERY)


def _purchase(fields: Fields) -> Purchase:
    read = (
        fields.instant("payment_started_at"),
        fields.instant("paid_at"),
        fields.known_instant("delivered_at"),
        fields.known_instant("checked_at"),
        fields.count("replacements_made"),
    )
    return Purchase(*cast(Any, read))


def _claim(fields: Fields) -> Claim:
    read = (
        fields.code("reason", codes.REASONS),
        fields.instant("opened_at"),
        fields.code("requested", codes.REMEDIES),
        fields.text("defect"),
        fields.boolean("admitted_by_seller"),
        fields.boolean("evidence_closed"),
    )
    return Claim(*cast(Any, read))


def _disclosed(item: object, path: str, faults: list[Fault]) -> str:
    if isinstance(item, str):
        return item
    faults.append(Fault(path, f"must be a text, not {shown(item)}"))
    return ""


def _item(item: object, path: str, faults: list[Fault], known: frozenset[str] | None) -> Fields | None:
    """The fields of an item of a list; with ``known`` None they are not judged yet."""
    if isinstance(item, dict):
        return Fields(item, f"{path}.", faults, frozenset(item) if known is None else known)
    faults.append(Fault(path, f"must be an object, not {shown(item)}"))
    return None


def _report(item: object, path: str, faults: list[Fault]) -> Report:
    fields = _item(item, path, faults, _REPORT)
    read = fields and Report(*cast(Any, (fields.instant("at"), fields.code("via", codes.REPORT_WAYS))))
    return cast(Report, read)


def _exhibit(item: object, path: str, faults: list[Fault]) -> Video | Exhibit:
    """Under a kind that is not known the fields beside it are not judged."""
    fields = _item(item, path, faults, None)
    kind = fields and fields.code("kind", codes.EVIDENCE_KINDS)
    if not fields or not kind:
        return cast(Exhibit, None)
    if kind != codes.VIDEO:
        fields = Fields(fields.data, fields.prefix, faults, _EXHIBIT)
        return Exhibit(*cast(Any, (kind, fields.instant("at"))))
    fields = Fields(fields.data, fields.prefix, faults, _VIDEO)
    read = (fields.instant("starts_at"), fields.instant("ends_at"), fields.boolean("continuous"))
    return Video(*cast(Any, read))


def _conduct(item: object, path: str, faults: list[Fault]) -> Conduct:
    fields = _item(item, path, faults, _CONDUCT)
    read = fields and (
        fields.code("by", codes.SIDES),
        fields.code("kind", codes.CONDUCT_KINDS),
        fields.instant("at"),
    )
    return cast(Conduct, read and Conduct(*cast(Any, read)))
