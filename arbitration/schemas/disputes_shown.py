"""Disputes, as those who may see them read them."""

from marshmallow import fields

from arbitration.domain.stages import ACTS, Outcome, Stage
from arbitration.rules import codes
from arbitration.schemas.answers import Answer, Given, MoneyShown, Plain, next_cursor
from arbitration.schemas.assessments import ReasonAnswered

_AMOUNT = {"description": "Null for a replacement and a dismissal."}


class AvailableAction(Answer):
    """Something that the caller can do now."""

    name = fields.String(required=True, metadata={"description": f"An operationId, such as `{next(iter(ACTS))}`."})
    due = Given(required=True, allow_none=True)
    owed = fields.Boolean(required=True)
    consequence = fields.String(required=True, allow_none=True, metadata={"description": "What follows from silence."})


class DeadlineShown(Answer):
    """A moment by which somebody owes something, and how it was computed."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    owed_by = fields.String(required=True, allow_none=True)
    base_at = Given(required=True)
    due = Given(required=True)
    state = fields.String(required=True, metadata={"enum": ["open", "met", "ran_out", "dropped"]})
    settled_at = Given(required=True, allow_none=True)
    consequence = fields.String(required=True)
    explanation = fields.String(required=True, metadata={"description": "In the language asked for."})
    reminders = fields.List(Plain({"type": "object"}), required=True)


class OfferShown(Answer):
    """An offer of one side to the other."""

    offer = fields.Integer(required=True, metadata={"description": "Its number within the dispute."})
    by = fields.String(required=True)
    remedy = fields.String(required=True)
    amount = fields.Nested(MoneyShown, required=True, allow_none=True, metadata=_AMOUNT)
    made_at = Given(required=True)
    expires_at = Given(required=True)
    state = fields.String(required=True)
    answered_at = Given(required=True, allow_none=True)
    counters = fields.Integer(required=True, allow_none=True)
    position = fields.Integer(required=True, metadata={"description": "The message it came with."})


class RequestShown(Answer):
    """What the arbiter asked a party for."""

    request = fields.Integer(required=True)
    from_ = fields.String(required=True, data_key="from", attribute="from")
    what = fields.String(required=True)
    asked_at = Given(required=True)
    due = Given(required=True)
    answered_at = Given(required=True, allow_none=True)
    ran_out_at = Given(required=True, allow_none=True)
    position = fields.Integer(required=True)


class RulingShown(Answer):
    """What an arbiter decided; its reasons are the text of the message at `position`."""

    ruling = fields.Integer(required=True)
    arbiter = fields.String(required=True, allow_none=True)
    issued_at = Given(required=True)
    remedy = fields.String(required=True)
    amount = fields.Nested(MoneyShown, required=True, allow_none=True, metadata=_AMOUNT)
    findings = fields.List(fields.String(), required=True)
    exhibits = fields.List(fields.String(), required=True, metadata={"description": "Such as `E1`."})
    messages = fields.List(fields.Integer(), required=True)
    verdict = Plain({"type": "object", "description": "The engine's answer as it stood."}, required=True)
    departs = fields.Boolean(required=True)
    in_force = fields.Boolean(required=True)
    on_appeal = fields.Boolean(required=True)
    appeal = fields.String(required=True, allow_none=True)
    docket_head = fields.String(required=True, allow_none=True)
    position = fields.Integer(required=True)


class AppealShown(Answer):
    """An appeal against a ruling."""

    ruling = fields.Integer(required=True)
    by = fields.String(required=True)
    ground = fields.String(required=True)
    made_at = Given(required=True)
    decision = fields.String(required=True, allow_none=True)
    position = fields.Integer(required=True)


class QuestionShown(Answer):
    """A correction or clarification that was asked for, and the answer."""

    kind = fields.String(required=True)
    by = fields.String(required=True, allow_none=True)
    asked_at = Given(required=True, allow_none=True)
    position = fields.Integer(required=True, allow_none=True)
    answer = fields.String(required=True, allow_none=True)
    answered_at = Given(required=True, allow_none=True)
    answered_position = fields.Integer(required=True, allow_none=True)
    field = fields.String(required=True, allow_none=True)
    before = Plain({}, required=True, allow_none=True)
    after = Plain({}, required=True, allow_none=True)


class RemedyShown(Answer):
    """A refund or a replacement, and what became of it."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    amount = fields.Nested(MoneyShown, required=True, allow_none=True, metadata=_AMOUNT)
    source = fields.String(required=True)
    owed_at = Given(required=True)
    state = fields.String(required=True, metadata={"enum": ["owed", "sent", "done", "dropped"]})
    done_at = Given(required=True, allow_none=True)
    opened_at = Given(required=True, allow_none=True)


class RefundShown(Answer):
    """What whoever pays is told of a dispute whose refund was paid."""

    id = fields.UUID(required=True)
    purchase = fields.String(required=True, metadata={"description": "The purchase's `external_id`."})
    number = fields.Integer(required=True)
    stage = fields.String(required=True, metadata={"enum": list(Stage)})
    outcome = fields.String(required=True, allow_none=True, metadata={"enum": [*Outcome, None]})
    closed_at = Given(required=True, allow_none=True)
    refund = fields.Nested(RemedyShown, required=True)


class FactShown(Answer):
    """A fact: stated by whom, and what the arbiter decided about it."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    value = Plain({}, required=True, allow_none=True)
    exhibit = fields.String(required=True, allow_none=True, metadata={"description": "Such as `E1`."})
    stated_by = fields.String(required=True)
    stated_at = Given(required=True)
    decision = fields.String(required=True, allow_none=True)
    correction = Plain({}, required=True, allow_none=True)
    decided_at = Given(required=True, allow_none=True)


class ConductShown(Answer):
    """A message that was reported."""

    id = fields.UUID(required=True)
    message = fields.Integer(required=True, metadata={"description": "Its position."})
    kind = fields.String(required=True)
    by = fields.String(required=True)
    at = Given(required=True)
    reported_by = fields.String(required=True)
    reported_at = Given(required=True)
    struck_at = Given(required=True, allow_none=True)


class ArbiterObjectionShown(Answer):
    """An objection to the arbiter."""

    by = fields.String(required=True)
    ground = fields.String(required=True)
    made_at = Given(required=True)
    granted = fields.Boolean(required=True, allow_none=True)
    decided_at = Given(required=True, allow_none=True)


class ReadingObjectionShown(Answer):
    """An open objection to how a term of the listing was read."""

    id = fields.UUID(required=True)
    field = fields.String(required=True)
    by = fields.String(required=True)
    suggestion = Plain({"type": ["object", "null"]}, required=True)
    made_at = Given(required=True)


class DisputeLine(Answer):
    """A dispute in a list."""

    id = fields.UUID(required=True)
    purchase = fields.String(required=True, metadata={"description": "The purchase's `external_id`."})
    number = fields.Integer(required=True)
    title = fields.String(required=True)
    stage = fields.String(required=True, metadata={"enum": list(Stage)})
    outcome = fields.String(required=True, allow_none=True, metadata={"enum": [*Outcome, None]})
    reason = fields.String(required=True, metadata={"enum": list(codes.REASONS)})
    requested = fields.String(required=True, metadata={"enum": list(codes.REMEDIES)})
    opened_at = Given(required=True)
    state = fields.String(required=True, metadata={"description": "Where it stands, in the caller's own words."})
    turn = fields.String(required=True, allow_none=True, metadata={"description": "Whom it waits for."})
    due = Given(required=True, allow_none=True)
    arbiter = fields.String(required=True, allow_none=True)


class Disputes(Answer):
    """A part of a list of disputes: the earliest deadline first, closed ones last."""

    items = fields.List(fields.Nested(DisputeLine), required=True)
    next = next_cursor()


class ShownDispute(DisputeLine):
    """A dispute with all that belongs to it."""

    defect = fields.String(required=True, allow_none=True)
    position = fields.Integer(required=True, metadata={"description": "The message with the opening statement."})
    closed_at = Given(required=True, allow_none=True)
    seller_silent = fields.Boolean(required=True)
    evidence_closed_at = Given(required=True, allow_none=True)
    available_actions = fields.List(fields.Nested(AvailableAction), required=True)
    deadlines = fields.List(fields.Nested(DeadlineShown), required=True)
    verdict = fields.Nested(ReasonAnswered, required=True, allow_none=True)
    offers = fields.List(fields.Nested(OfferShown), required=True)
    requests = fields.List(fields.Nested(RequestShown), required=True)
    objections = fields.List(fields.Nested(ArbiterObjectionShown), required=True)
    rulings = fields.List(fields.Nested(RulingShown), required=True)
    appeals = fields.List(fields.Nested(AppealShown), required=True)
    questions = fields.List(fields.Nested(QuestionShown), required=True)
    remedies = fields.List(fields.Nested(RemedyShown), required=True)
    facts = fields.List(fields.Nested(FactShown), required=True)
    reading_objections = fields.List(fields.Nested(ReadingObjectionShown), required=True)
    conduct = fields.List(fields.Nested(ConductShown), required=True)


class DisputeAssessment(Answer):
    """The engine's answer for a dispute; null where it can give none, since no delivery is logged."""

    dispute = fields.UUID(required=True)
    at = Given(required=True)
    answer = fields.Nested(ReasonAnswered, required=True, allow_none=True)


class NoteShown(Answer):
    """A note of an arbiter's."""

    number = fields.Integer(required=True)
    by = fields.String(required=True, allow_none=True)
    text = fields.String(required=True)
    written_at = Given(required=True)


class Notes(Answer):
    """The notes of a dispute, in order."""

    items = fields.List(fields.Nested(NoteShown), required=True)
    next = next_cursor()


class Replacement(Answer):
    """A replacement; `content` only for the buyer who opened it."""

    id = fields.UUID(required=True)
    delivered_at = Given(required=True)
    opened_at = Given(required=True, allow_none=True)
    content = fields.String(required=True, allow_none=True)
