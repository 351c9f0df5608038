"""Opening a dispute: what went wrong, then what the engine says of it, then the opening itself. No word is lost."""

from flask import Blueprint, g, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from arbitration.db import reading
from arbitration.domain.events import words_of
from arbitration.domain.opening import Claim
from arbitration.domain.refusals import ConflictError, FieldFault, ForbiddenError, InvalidError
from arbitration.domain.sides import BUYER
from arbitration.door import guard
from arbitration.door.reader import current_reader
from arbitration.models import Purchase
from arbitration.rules import codes
from arbitration.rules.marking import N_
from arbitration.services import purchases
from arbitration.services.disputes import opening
from arbitration.services.disputes.finding import open_dispute_of
from arbitration.services.policies import policy_of
from arbitration.services.purchases import side_of
from arbitration.web.demand import judged_view
from arbitration.web.dispute_forms import Typed, carry_out, filled, kept_form, moment_field, refused_form
from arbitration.web.moments import read_time
from arbitration.web.sessions import see_other

blueprint = Blueprint("opening", __name__)
FIELDS = ("reason", "requested", "defect", "since", "checked_at", "statement", "tried")
TIMES = ("since", "checked_at")
DONE = N_("The dispute is open. The seller has been told, and the time to answer is running.")


@blueprint.route("/purchases/<external_id>/dispute/new", methods=["GET", "POST"])
def new(external_id: str) -> AnyResponse:
    """The form; what the engine would say; or the dispute, opened."""
    if request.method == "GET":
        return _begin(external_id)
    if "open" in request.form:
        return carry_out(
            "opening.new",
            lambda session: _open(session, external_id),
            FIELDS,
            lambda typed: _form(external_id, typed),
            DONE,
        )
    said = {name: request.form.get(name, "") for name in FIELDS}
    if "change" in request.form:
        return _form(external_id, Typed(said))
    try:
        return _preview(external_id, said)
    except (InvalidError, ConflictError) as refusal:
        return _form(external_id, refused_form(said, refusal, FIELDS))


def _begin(external_id: str) -> AnyResponse:
    with reading() as session:
        purchase = _own(session, external_id)
        running = open_dispute_of(session, purchase.id)
        kept = kept_form(session)
    if running is not None:
        return see_other(url_for("purchases.show", external_id=external_id, _anchor="dispute"))
    reason = request.args.get("reason", "")
    return _form(external_id, kept or Typed({"reason": reason} if reason in codes.REASONS else {}))


def _own(session: Session, external_id: str) -> Purchase:
    """The purchase, for its buyer."""
    purchase = purchases.get_purchase(session, guard.actor(), external_id)
    if side_of(guard.actor(), purchase) != BUYER:
        raise ForbiddenError
    return purchase


def _claim(said: dict[str, str]) -> Claim:
    since, checked_at = (read_time(said[name], current_reader(), name, g.now) for name in TIMES)
    return Claim(
        said["reason"],
        said["requested"],
        said["statement"],
        said["defect"] or None,
        checked_at,
        since,
        said["tried"] or None,
    )


def _open(session: Session, external_id: str) -> str:
    claim = _claim({name: request.form.get(name, "") for name in FIELDS})
    opening.open_dispute(session, guard.actor(), external_id, claim, g.now)
    return url_for("purchases.show", external_id=external_id, _anchor="dispute")


def _preview(external_id: str, said: dict[str, str]) -> AnyResponse:
    """What the engine would say, with all that was typed still in the form.

    Raises:
        InvalidError: with all that is wrong at once; ConflictError: there can be no dispute.
    """
    faults: list[FieldFault] = []
    good = dict(said)
    for name in TIMES:
        try:
            read_time(said[name], current_reader(), name, g.now)
        except InvalidError as refusal:
            faults += refusal.faults
            good[name] = ""
    try:
        words_of(said["statement"], "statement", needed=True)
    except InvalidError as refusal:
        faults += refusal.faults
    with reading() as session:
        claim = _claim(good)
        try:
            judged = opening.preview(session, guard.actor(), external_id, claim, g.now)
        except InvalidError as refusal:
            raise InvalidError(faults=[*refusal.faults, *faults]) from refusal
        if faults:
            raise InvalidError(faults=faults)
        purchase = judged.purchase
        return filled(
            "disputes/preview.html",
            Typed(said),
            external_id=external_id,
            listing={"title": purchase.listing.title, "language": purchase.listing.language},
            back=url_for("purchases.show", external_id=external_id),
            answer=judged_view(judged, current_reader()),
            claim=claim,
            answers_within=policy_of(purchase).period("seller_answer", "ends"),
        )


def _form(external_id: str, typed: Typed) -> AnyResponse:
    reader = current_reader()
    with reading() as session:
        purchase = _own(session, external_id)
        return filled(
            "disputes/new.html",
            typed,
            external_id=external_id,
            listing={"title": purchase.listing.title},
            back=url_for("purchases.show", external_id=external_id),
            reasons=codes.REASONS,
            wishes=codes.REMEDIES,
            delivered=purchase.delivered_at is not None and purchase.delivered_at <= g.now,
            needs_delivery=[each for each in codes.REASONS if policy_of(purchase).needs_delivery(each)],
            since=moment_field(typed, "since", reader),
            checked=moment_field(typed, "checked_at", reader),
            time_zone=reader.zone_name,
        )
