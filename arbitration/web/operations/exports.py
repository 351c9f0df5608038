"""What stands in each file, column by column; nobody's words and no notes are among it.

Times are RFC 3339 in UTC, amounts in minor units.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor
from arbitration.domain.sides import TURNS
from arbitration.services import heartbeat, policies, tokens
from arbitration.services.disputes import listing
from arbitration.services.operations import arbiters, deadlines, imports, log, numbers, outbox, people, refunds
from arbitration.services.operations import tokens as token_lists
from arbitration.services.operations.lists import require, walk_pages
from arbitration.web.operations import cases
from arbitration.web.operations.files import plain
from arbitration.web.operations.frame import chosen, typed
from arbitration.web.operations.log import asked_for as asked_of_log
from arbitration.web.operations.numbers import asked_for
from arbitration.web.operations.settings_in_effect import in_effect

Walk = Callable[[Session, Actor, datetime], Iterator[Any]]
Column = Callable[[Any, datetime], object]


@dataclass(frozen=True, slots=True)
class Export:
    """A list as a file: what goes through it as it is filtered on its page, and the columns."""

    walk: Walk
    columns: Mapping[str, Column]

    def rows(self, session: Session, actor: Actor, now: datetime) -> Iterator[list[object]]:
        """The cells, row by row."""
        for item in self.walk(session, actor, now):
            yield [column(item, now) for column in self.columns.values()]


def _disputes(session: Session, actor: Actor, _now: datetime) -> Iterator[Any]:
    require(actor, "listRefunds")
    asked = cases.asked_for()
    return walk_pages(
        session,
        lambda cursor: listing.list_disputes(session, actor, asked, cursor=cursor, limit=listing.LARGEST_PAGE),
    )


def _tokens(session: Session, actor: Actor, _now: datetime) -> Iterator[Any]:
    roles, shows = ("", *tokens.ROLES), ("", token_lists.KEPT, token_lists.REVOKED)
    return token_lists.walk_tokens(session, actor, typed(), chosen("role", roles), chosen("show", shows))


def _deadlines(session: Session, actor: Actor, now: datetime) -> Iterator[Any]:
    shows, owed_by = chosen("show", deadlines.SHOWS), chosen("by", ("", *TURNS))
    return deadlines.walk_deadlines(session, actor, shows, owed_by, now, typed())


def _policies(session: Session, actor: Actor, now: datetime) -> Iterator[Any]:
    require(actor, "seeInstallation")
    installed = policies.versions(session)
    return ((each, each is policies.latest_at(installed, now)) for each in installed)


def _absences(load: arbiters.Load, _now: datetime) -> str:
    """Each from when to when, parted by spaces."""
    return " ".join(f"{plain(each.begins_at)}/{plain(each.ends_at)}" for each in load.absences)


def _schedulers(session: Session, actor: Actor, now: datetime) -> Iterator[heartbeat.Pulse]:
    require(actor, "seeInstallation")
    return iter(heartbeat.pulses(session, now))


def _settings(_session: Session, actor: Actor, _now: datetime) -> Iterator[Any]:
    require(actor, "seeInstallation")
    return iter(in_effect(current_app.config["SETTINGS"]))


def _numbers(session: Session, actor: Actor, now: datetime) -> Iterator[tuple[str, object, object]]:
    """All numbers of the period, one a row: of what, which part of it, and how many, or how many seconds."""
    found = numbers.numbers(session, actor, asked_for(policies.versions(session)), now)
    yield "counted", "only_the_newest_of_the_period", found.cut
    for stage, count in found.stages.items():
        yield "open_by_stage", stage, f"more than {count.number}" if count.more else count.number
    for each in found.slices:
        yield "opened_from", each.begins_at, each.opened
        yield "closed_from", each.begins_at, each.closed
    for name, spread in (("time_to_first_answer", found.answer), ("time_to_outcome", found.outcome)):
        yield name, "median_seconds", spread.median
        yield name, "seconds_within_which_90_per_cent_stay", spread.most
        yield name, "not_yet", spread.none
        for step, number in zip(spread.steps, spread.counts, strict=False):
            yield name, f"up_to_{plain(step)}_seconds", number
        yield name, f"over_{plain(spread.steps[-1])}_seconds", spread.counts[-1]
    for reason, counts in found.outcomes.items():
        for outcome, number in sorted(counts.items()):
            yield "outcome_by_reason", f"{reason}: {outcome}", number


EXPORTS: Mapping[str, Export] = {
    "disputes": Export(
        _disputes,
        {
            "id": lambda line, _: line.id,
            "purchase": lambda line, _: line.external_id,
            "number": lambda line, _: line.number,
            "title": lambda line, _: line.title,
            "buyer": lambda line, _: line.buyer_address,
            "seller": lambda line, _: line.shop,
            "reason": lambda line, _: line.reason,
            "requested": lambda line, _: line.requested,
            "stage": lambda line, _: line.stage,
            "outcome": lambda line, _: line.outcome,
            "turn": lambda line, _: line.told.turn,
            "arbiter": lambda line, _: line.arbiter_address,
            "opened_at": lambda line, _: line.opened_at,
            "closed_at": lambda line, _: line.closed_at,
            "next_due_at": lambda line, _: line.due_at,
        },
    ),
    "refunds": Export(
        lambda session, actor, now: refunds.walk_refunds(session, actor, chosen("show", refunds.SHOWS), now, typed()),
        {
            "id": lambda each, _: each.remedy.id,
            "dispute": lambda each, _: each.remedy.dispute_id,
            "purchase": lambda each, _: each.purchase.external_id,
            "buyer": lambda each, _: each.purchase.buyer.email,
            "kind": lambda each, _: each.remedy.kind,
            "amount": lambda each, _: each.remedy.amount,
            "currency": lambda each, _: each.remedy.currency,
            "state": lambda each, _: each.remedy.state,
            "owed_at": lambda each, _: each.remedy.owed_at,
            "due_at": lambda each, _: each.due_at,
            "overdue": lambda each, _: each.overdue,
            "needs_approval": lambda each, _: each.needs_approval,
            "approved_at": lambda each, _: each.remedy.approved_at,
            "gateway_key": lambda each, _: each.remedy.gateway_key,
            "provider": lambda each, _: each.remedy.provider,
            "provider_state": lambda each, _: each.remedy.provider_state,
            "provider_reason": lambda each, _: each.remedy.provider_reason,
            "done_at": lambda each, _: each.remedy.done_at,
        },
    ),
    "deadlines": Export(
        _deadlines,
        {
            "id": lambda each, _: each.row.id,
            "dispute": lambda each, _: each.row.dispute_id,
            "purchase": lambda each, _: each.purchase.external_id,
            "kind": lambda each, _: each.row.kind,
            "owed_by": lambda each, _: each.row.owed_by or None,
            "due_at": lambda each, _: each.row.due_at,
            "next_at": lambda each, _: each.row.next_at,
            "state": lambda each, _: each.row.state,
            "consequence": lambda each, _: each.row.consequence,
        },
    ),
    "people": Export(
        lambda session, actor, _: people.walk_people(session, actor, typed(), chosen("show", people.SHOWS)),
        {
            "id": lambda each, _: each.person.id,
            "address": lambda each, _: each.person.email,
            "name": lambda each, _: each.person.name,
            "role": lambda each, _: each.account.role if each.account else None,
            "account_ready": lambda each, _: each.account.second_factor_at is not None if each.account else None,
            "language": lambda each, _: each.person.language,
            "time_zone": lambda each, _: each.person.time_zone,
            "known_since": lambda each, _: each.person.created_at,
            "suspended_at": lambda each, _: each.person.suspended_at,
        },
    ),
    "arbiters": Export(
        lambda session, actor, now: arbiters.walk_loads(session, actor, now, typed()),
        {
            "id": lambda each, _: each.person.id,
            "address": lambda each, _: each.person.email,
            "name": lambda each, _: each.person.name,
            "cases": lambda each, _: each.cases,
            "late": lambda each, _: each.late,
            "rulings_in_30_days": lambda each, _: each.ruled,
            "away_until": lambda each, now: away.ends_at if (away := each.away(now)) else None,
            "absences": _absences,
        },
    ),
    "tokens": Export(
        _tokens,
        {
            "id": lambda token, _: token.id,
            "role": lambda token, _: token.role,
            "address": lambda token, _: token.person.email,
            "made_at": lambda token, _: token.created_at,
            "expires_at": lambda token, _: token.expires_at,
            "revoked_at": lambda token, _: token.revoked_at,
            "works": tokens.works,
        },
    ),
    "outbox": Export(
        lambda session, actor, _: outbox.walk_intents(session, actor, chosen("show", outbox.SHOWS), typed()),
        {
            "id": lambda each, _: each.intent.id,
            "kind": lambda each, _: each.intent.kind,
            "address": lambda each, _: each.email or each.intent.address,
            "purchase": lambda each, _: each.intent.payload.get("purchase"),
            "state": lambda each, _: each.intent.state,
            "attempts": lambda each, _: each.intent.attempts,
            "error": lambda each, _: each.intent.error,
            "queued_at": lambda each, _: each.intent.created_at,
            "due_at": lambda each, _: each.intent.due_at,
            "settled_at": lambda each, _: each.intent.settled_at,
            "message_id": lambda each, _: each.intent.message_id,
        },
    ),
    "imports": Export(
        lambda session, actor, _: imports.walk_imports(session, actor, typed(), chosen("show", imports.SHOWS)),
        {
            "id": lambda each, _: each.id,
            "name": lambda each, _: each.name,
            "door": lambda each, _: each.door,
            "by": lambda each, _: each.person.email if each.person else None,
            "started_at": lambda each, _: each.started_at,
            "finished_at": lambda each, _: each.finished_at,
            "source": lambda each, _: each.source,
            "created": lambda each, _: each.created,
            "unchanged": lambda each, _: each.unchanged,
            "updated": lambda each, _: each.updated,
            "refused": lambda each, _: each.refused,
        },
    ),
    "policies": Export(
        _policies,
        {
            "id": lambda each, _: each[0].id,
            "name": lambda each, _: each[0].name,
            "version": lambda each, _: each[0].version,
            "in_force_from": lambda each, _: each[0].in_force_from,
            "in_force": lambda each, _: each[1],
            "sha256": lambda each, _: each[0].sha256,
        },
    ),
    "schedulers": Export(
        _schedulers,
        {
            "process": lambda each, _: each.process,
            "started_at": lambda each, _: each.started_at,
            "last_seen_at": lambda each, _: each.at,
            "alive": lambda each, _: each.alive,
        },
    ),
    "settings": Export(
        _settings,
        {
            "name": lambda each, _: each.name,
            "value": lambda each, _: each.value,
            "is_set": lambda each, _: each.is_set,
            "source": lambda each, _: each.source,
            "changed": lambda each, _: each.changed,
        },
    ),
    "log": Export(
        lambda session, actor, _: log.walk_lines(session, actor, asked_of_log()[0]),
        {
            "number": lambda each, _: each.sequence,
            "at": lambda each, _: each.at,
            "kind": lambda each, _: each.kind,
            "by": lambda each, _: each.by,
            "whom": lambda each, _: each.whom,
            "facts": lambda each, _: json.dumps(each.facts, ensure_ascii=False, sort_keys=True),
        },
    ),
    "numbers": Export(
        _numbers,
        {
            "of": lambda each, _: each[0],
            "part": lambda each, _: each[1],
            "number": lambda each, _: each[2],
        },
    ),
}
