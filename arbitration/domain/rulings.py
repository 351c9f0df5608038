"""What a ruling must say, what it may rest on, and how it stands to the engine's advice; appeals and corrections."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from arbitration.domain.deadlines import lies_open_until
from arbitration.domain.exhibits import number_of
from arbitration.domain.messages import LONGEST_TEXT, cleaned, text_of
from arbitration.domain.refusals import ConflictError, FieldFault, InvalidError
from arbitration.rules.marking import N_
from arbitration.rules.policy import Policy

REFUND, PART_REFUND, REPLACEMENT, DISMISSAL = "refund", "part_refund", "replacement", "dismissal"
REMEDIES = (REFUND, PART_REFUND, REPLACEMENT, DISMISSAL)
FEWEST_REASONS = 30
"""Characters: a ruling without reasons is none."""
NEW_EVIDENCE, ERROR_OF_FACT, PROCEDURE, BIAS = "new_evidence", "error_of_fact", "procedure", "bias"
APPEAL_GROUNDS = (NEW_EVIDENCE, ERROR_OF_FACT, PROCEDURE, BIAS)
GRANTED, REFUSED = "granted", "refused"
AMOUNT, EXHIBITS, FINDINGS = "amount", "exhibits", "findings"
CORRECTABLE = (AMOUNT, EXHIBITS, FINDINGS)


@dataclass(frozen=True, slots=True)
class RulingForm:
    """What an arbiter rules. ``amount`` is in minor units of the purchase's currency.

    ``findings`` are rules of the verdict, ``exhibits`` numbers of exhibits, ``messages`` positions. ``departs_because``
    is said where the remedy is another than the engine advises. ``less_than_price`` confirms a refund of another amount
    than the price, ``reached_otherwise`` that a silent seller whose mail came back was told in some other way.
    """

    remedy: str
    amount: int | None = None
    reasons: str = ""
    findings: tuple[str, ...] = ()
    exhibits: tuple[int, ...] = ()
    messages: tuple[int, ...] = ()
    departs_because: str = ""
    less_than_price: bool = False
    reached_otherwise: bool = False


@dataclass(frozen=True, slots=True)
class Filed:
    """An exhibit as far as a ruling may rest on it: from ``opened_at`` on the other side could see it."""

    number: int
    opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class Cited:
    """A message as far as a ruling may rest on it."""

    position: int
    deleted: bool = False


def amount_of(remedy: str, amount: int | None, price: int, *, less_than_price: bool = False) -> int | None:
    """What is to be paid, in minor units; None for a replacement and a dismissal.

    A refund is the price of the purchase. One that names less needs ``less_than_price``, so that nobody does so by a
    slip; more than the price is never paid back.

    Raises:
        InvalidError: no such remedy, or no such amount of it.
    """
    if remedy not in REMEDIES:
        raise InvalidError(faults=[FieldFault("remedy", N_("Choose a remedy, or dismiss the claim."))])
    if remedy in (REPLACEMENT, DISMISSAL):
        if amount is not None:
            raise _wrong(N_("There is no amount to this. Leave it out."))
        return None
    if remedy == REFUND:
        return _refund(amount, price, less_than_price)
    if amount is None or not 0 < amount < price:
        raise _wrong(N_("A part refund is more than nothing and less than the price."))
    return amount


def _refund(amount: int | None, price: int, less_than_price: bool) -> int:
    if amount is None or amount == price:
        return price
    if not 0 < amount < price:
        raise _wrong(N_("A refund is the whole price. Leave the amount out."))
    if not less_than_price:
        raise _wrong(N_("A refund is the whole price. Choose a part refund, or confirm that you mean this amount."))
    return amount


def _wrong(msgid: str) -> InvalidError:
    return InvalidError(faults=[FieldFault("amount", msgid)])


def departs(remedy: str, verdict: str | None, remedies: Collection[str]) -> bool:
    """Whether a remedy is another than the engine advises; without a verdict there is no advice to depart from, and
    what is no remedy departs from nothing."""
    if verdict is None or remedy not in REMEDIES:
        return False
    return remedy not in remedies if remedies else remedy != DISMISSAL


def reasons_of(form: RulingForm, departing: bool) -> str:
    """The text of a ruling: its reasons and, in a paragraph of its own, why it departs from the engine's advice.

    Raises:
        InvalidError: reasons are missing or too short, or those for departing from the advice are.
    """
    faults = []
    reasons = cleaned(form.reasons)
    because = cleaned(form.departs_because) if departing else ""
    if len(reasons) < FEWEST_REASONS:
        msgid = N_("Give your reasons, in at least %(limit)d characters: both sides have to understand them.")
        faults.append(FieldFault("reasons", msgid, {"limit": FEWEST_REASONS}))
    if departing and not because:
        msgid = N_("This is not what the agreement's rules come to. Say why you decide otherwise.")
        faults.append(FieldFault("departs_because", msgid))
    if len(reasons) + len(because) + 2 > LONGEST_TEXT:
        msgid = N_("This is longer than %(limit)d characters. Say it in fewer words.")
        faults.append(FieldFault("reasons", msgid, {"limit": LONGEST_TEXT}))
    if faults:
        raise InvalidError(faults=faults)
    return text_of(f"{reasons}\n\n{because}" if because else reasons, "reasons")


def require_findings(findings: Iterable[str], rules: Collection[str]) -> None:
    """Raises InvalidError where a finding is none of the verdict's."""
    if not set(findings) <= set(rules):
        msgid = N_("Choose among the findings of the engine's answer.")
        raise InvalidError(faults=[FieldFault("findings", msgid)])


def require_exhibits(policy: Policy, numbers: Iterable[int], filed: Mapping[int, Filed], at: datetime) -> None:
    """See that a ruling given at ``at`` may rest on these exhibits: the other side has had its time with each.

    Raises:
        InvalidError: there is no such exhibit.
        ConflictError: one has not lain open long enough; it says which, and from when on.
    """
    wanted = list(numbers)
    if missing := [number for number in wanted if number not in filed]:
        msgid = N_("There is no exhibit %(exhibit)s.")
        raise InvalidError(faults=[FieldFault("exhibits", msgid, {"exhibit": number_of(missing[0])})])
    for number in wanted:
        opened_at = filed[number].opened_at
        if opened_at is None:
            raise ConflictError(UNSEEN, exhibit=number_of(number))
        free_at = lies_open_until(policy, opened_at)
        if at < free_at:
            raise ConflictError(TOO_FRESH, exhibit=number_of(number), at=free_at)


def require_messages(positions: Iterable[int], known: Mapping[int, Cited]) -> None:
    """Raises InvalidError where a ruling cites a message that is not there or was deleted."""
    for position in positions:
        if position not in known or known[position].deleted:
            msgid = N_("There is no message %(position)d that you could rest on.")
            raise InvalidError(faults=[FieldFault("messages", msgid, {"position": position})])


def appeal_decision(remedy: str, amount: int | None, before: tuple[str, int | None]) -> str:
    """What a ruling on an appeal comes to: refused if it orders the same once more, else granted."""
    return REFUSED if (remedy, amount) == before else GRANTED


@dataclass(frozen=True, slots=True)
class Correction:
    """A slip mended: in which field, what stood there and what stands there now."""

    field: str
    before: object
    after: object


def require_correction(correction: Correction, standing: object, remedy: str, price: int) -> None:
    """See that a correction mends what stands and nothing else; whether exhibits and findings exist is asked elsewhere.

    Raises:
        InvalidError: no such field, or a value that can't stand there.
        ConflictError: what the arbiter took for what stands there is not, or nothing would change.
    """
    if correction.field not in CORRECTABLE:
        msgid = N_("Only a slip in the amount, the exhibits or the findings can be corrected.")
        raise InvalidError(faults=[FieldFault("field", msgid)])
    if correction.before != standing:
        raise ConflictError(N_("That is not what the ruling says. Look at it again, then correct it."))
    if correction.after == standing:
        raise InvalidError(faults=[FieldFault("after", N_("This is what the ruling says already."))])
    if correction.field == AMOUNT:
        _require_amount(correction.after, remedy, price)


def _require_amount(after: object, remedy: str, price: int) -> None:
    most = {REFUND: price, PART_REFUND: price - 1}.get(remedy, 0)
    if not isinstance(after, int) or isinstance(after, bool) or not 0 < after <= most:
        msgid = N_("The amount must fit the remedy: the price, or for a part refund less than that.")
        raise InvalidError(faults=[FieldFault("after", msgid)])


UNSEEN = N_("The other side can't see exhibit %(exhibit)s yet, so no ruling can rest on it.")
TOO_FRESH = N_("The other side has until %(at)s to answer exhibit %(exhibit)s. A ruling can rest on it from then on.")
