"""Reads a policy from its TOML form (``docs/policy.md``)."""

import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files

from arbitration.rules import codes
from arbitration.rules.changed_mind import ChangedMind
from arbitration.rules.delivery import DeliveryLogged
from arbitration.rules.disclosure import DisclosureRead
from arbitration.rules.faults import BadInputError, Fault
from arbitration.rules.floor import BoundedWarranty, Floor
from arbitration.rules.judging import Rule
from arbitration.rules.payment import PaymentGrace
from arbitration.rules.policy import LANGUAGES, Ban, Policy
from arbitration.rules.policy_clocks import read_clocks
from arbitration.rules.policy_table import Table
from arbitration.rules.video import VideoProof
from arbitration.rules.warranty import WarrantyPeriod

Clauses = dict[str, dict[str, str]]
_LISTED = (codes.STATED, codes.UNLIMITED_STATED, codes.HANDOVER)


def read_policy(text: str) -> Policy:
    """A policy from the text of its file. Raises BadInputError with a fault for each key that is wrong."""
    policy, faults = look_through(text)
    if faults:
        raise BadInputError(faults)
    return policy


def look_through(text: str) -> tuple[Policy, list[Fault]]:
    """A policy with stand-ins for what cannot be read, and a fault for each; for checking, never for judging.

    Raises BadInputError for what is not TOML.
    """
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadInputError([Fault("$", f"not TOML: {error}")]) from None
    faults: list[Fault] = []
    policy = _policy(Table(data, "", faults), sha256(text.encode("utf-8", "surrogatepass")).hexdigest())
    return policy, faults


@cache
def builtin_policy() -> Policy:
    """The policy that comes with the package: ``agreement``, version 1."""
    return read_policy(builtin_policy_text())


def builtin_policy_text() -> str:
    """The file of the policy that comes with the package."""
    return shipped_text("agreement-1")


def shipped_names() -> list[str]:
    """The policies that come with the package, each by its name and version: ``agreement-1``."""
    found = (entry.name.removesuffix(".toml") for entry in (files("arbitration") / "policies").iterdir())
    return sorted(found)


def shipped_text(name: str) -> str:
    """The file of a policy that comes with the package; the first version if the name says none. Raises KeyError."""
    known = shipped_names()
    full = next((entry for entry in known if entry in (name, f"{name}-1")), None)
    if full is None:
        raise KeyError(name)
    return (files("arbitration") / "policies" / f"{full}.toml").read_text("utf-8")


def _policy(table: Table, digest: str) -> Policy:
    clauses = _clauses(table.table("clauses"))
    remedies = table.table("remedies")
    rules = table.table("rules")
    default = rules.table(codes.DEFAULT_RULE)
    conduct = table.table("conduct")
    floor = _floor(table, clauses)
    policy = Policy(
        id=table.text("id"),
        version=table.number("version", 1),
        in_force_from=table.instant("in_force_from") or datetime.min.replace(tzinfo=UTC),
        sha256=digest,
        clauses=clauses,
        rules=tuple(rule for name in RULES for rule in _rule(rules.table(name), name, clauses, floor)),
        default_clauses=default.texts("clauses", clauses),
        remedies_clause=remedies.choice("clause", clauses),
        most_replacements=remedies.number("most_replacements", 0),
        conduct=_conduct(conduct, clauses),
        conduct_stated=frozenset(codes.CONDUCT_KINDS).intersection(conduct.data),
        clocks=read_clocks(table.table("clocks")),
        floor=floor,
        uncited=table.texts("uncited", clauses) if "uncited" in table.data else (),
    )
    for part in (default, remedies, rules, table):
        part.finish()
    return policy


def _rule(table: Table, name: str, clauses: Clauses, floor: Floor | None) -> list[Rule]:
    """The rule, or nothing if the agreement says that it does without it."""
    if table.data.get("unused") is True:
        table.read.add("unused")
        table.finish()
        return []
    if name == codes.WARRANTY_RULE:
        return [_warranty_period(table, clauses, floor)]
    return [RULES[name](table, clauses)]


def _floor(table: Table, clauses: Clauses) -> Floor | None:
    if "floor" not in table.data:
        return None
    entry = table.table("floor")
    floor = Floor(
        entry.period("period"),
        entry.choice("starts", codes.WARRANTY_STARTS) if "starts" in entry.data else codes.DELIVERY,
        frozenset(entry.texts("reasons", codes.REASONS)),
        entry.texts("clauses", clauses),
    )
    entry.finish()
    return floor


def _clauses(table: Table) -> Clauses:
    clauses: Clauses = {}
    for clause in table.data:
        texts = table.table(clause)
        clauses[clause] = {language: texts.text(language) for language in LANGUAGES}
        texts.finish()
    return clauses


def _conduct(table: Table, clauses: Clauses) -> dict[tuple[str, str], Ban]:
    """Which conduct of which side breaks what; a kind that is left out breaks nothing."""
    bans: dict[tuple[str, str], Ban] = {}
    for kind in codes.CONDUCT_KINDS:
        if kind in table.data:
            entry = table.table(kind)
            ban = Ban(entry.text("rule"), entry.choice("clause", clauses))
            bans |= {(kind, side): ban for side in entry.texts("by", codes.SIDES)}
            entry.finish()
    table.finish()
    return bans


def _changed_mind(table: Table, clauses: Clauses) -> Rule:
    rule = ChangedMind(table.texts("reasons", codes.REASONS), table.texts("clauses", clauses))
    table.finish()
    return rule


def _payment_grace(table: Table, clauses: Clauses) -> Rule:
    rule = PaymentGrace(
        table.texts("reasons", codes.REASONS),
        table.texts("clauses", clauses),
        table.period("period"),
        table.texts("remedies", codes.REMEDIES),
    )
    table.finish()
    return rule


def _delivery_logged(table: Table, clauses: Clauses) -> Rule:
    rule = DeliveryLogged(table.texts("reasons", codes.REASONS), table.texts("clauses", clauses))
    table.finish()
    return rule


def _disclosure_read(table: Table, clauses: Clauses) -> Rule:
    rule = DisclosureRead(table.texts("reasons", codes.REASONS), table.texts("clauses", clauses))
    table.finish()
    return rule


def _warranty_period(table: Table, clauses: Clauses, floor: Floor | None = None) -> Rule:
    cited = table.table("clauses")
    unstated = table.period("unstated_period") if "unstated_period" in table.data else None
    usual = codes.UNSPECIFIED if unstated is None else codes.UNSPECIFIED_PERIOD
    by_basis = {basis: cited.texts(basis, clauses) for basis in (*_LISTED, usual)}
    rule = WarrantyPeriod(
        table.texts("reasons", codes.REASONS),
        by_basis,
        table.period("handover_period"),
        frozenset(table.texts("handover_reasons", codes.REASONS)),
    )
    cited.finish()
    table.finish()
    if floor is None and unstated is None:
        return rule
    return BoundedWarranty(rule, unstated, by_basis.get(codes.UNSPECIFIED_PERIOD, ()), floor)


def _video_proof(table: Table, clauses: Clauses) -> Rule:
    rule = VideoProof(table.texts("reasons", codes.REASONS), table.texts("clauses", clauses))
    table.finish()
    return rule


RULES: dict[str, Callable[[Table, Clauses], Rule]] = {
    codes.CHANGED_MIND_RULE: _changed_mind,
    codes.GRACE_RULE: _payment_grace,
    codes.DELIVERY_RULE: _delivery_logged,
    codes.DISCLOSURE_RULE: _disclosure_read,
    codes.WARRANTY_RULE: _warranty_period,
    codes.VIDEO_RULE: _video_proof,
}
