"""A new agreement comes into force from its date, follows the one before, and changes nothing for older purchases."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from arbitration.domain.refusals import ConflictError, InvalidError
from arbitration.models import DocketEntry, Purchase
from arbitration.rules.instants import parse_instant
from arbitration.rules.policy_file import builtin_policy_text, shipped_text
from arbitration.services import policies
from tests.moments import NOW
from tests.policies.planting import planted


def agreement(version: int, since: str) -> str:
    return planted(("version = 1", f"version = {version}"), ("2025-01-01T00:00:00Z", since))


def policy_of(work, external_id):
    with work() as session:
        policy = session.scalars(select(Purchase).where(Purchase.external_id == external_id)).one().policy
        return policy.name, policy.version


def test_a_later_version_is_for_purchases_made_from_its_date_on(work, shop):
    before = shop.purchase()
    with work() as session:
        policies.bring_in(session, agreement(2, "2026-12-01T00:00:00Z"), NOW)
    on_the_day = shop.purchase(
        payment_started_at="2026-12-01T00:00:00Z", paid_at="2026-12-01T00:00:30Z", delivered_at=None
    )
    assert policy_of(work, before) == ("agreement", 1)
    assert policy_of(work, on_the_day) == ("agreement", 2)


@pytest.mark.parametrize("name", ["consumer-floor", "short-window"])
def test_the_policies_that_come_along_can_be_installed(work, shop, name):
    with work() as session:
        policies.install_builtin(session, NOW)
        policies.bring_in(session, shipped_text(name), NOW)
    assert policy_of(work, shop.purchase()) == (name, 1)


def test_the_same_file_again_changes_nothing(work):
    with work() as session:
        policies.install_builtin(session, NOW)
        first = policies.bring_in(session, shipped_text("consumer-floor"), NOW)
        assert policies.bring_in(session, shipped_text("consumer-floor"), NOW) is first
        assert policies.bring_in(session, builtin_policy_text(), NOW).version == 1


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (builtin_policy_text() + "\n# a word more\n", "next version number"),
        (agreement(2, "2025-01-01T00:00:00Z"), "later date"),
        (agreement(2, "2024-06-01T00:00:00Z"), "later date"),
        (agreement(2, "2026-11-01T00:00:00Z"), "Purchases were made"),
        (shipped_text("consumer-floor"), "Purchases were made"),
    ],
    ids=["edited", "on the same day", "from before", "since which purchases were made", "another kind, likewise"],
)
def test_what_is_in_force_can_only_be_followed(work, shop, text, match):
    shop.purchase()
    with work() as session:
        policies.install_builtin(session, NOW)
    with pytest.raises(ConflictError, match=match), work() as session:
        policies.bring_in(session, text, NOW)
    with work() as session:
        assert len(policies.versions(session)) == 1


def test_a_purchase_that_a_wrong_clock_dated_into_the_future_keeps_no_agreement_away(work, shop):
    dreamt = shop.purchase(payment_started_at="2031-05-01T00:00:00Z", paid_at="2031-05-01T00:00:00Z", delivered_at=None)
    with work() as session:
        policies.bring_in(session, agreement(2, "2026-12-01T00:00:00Z"), NOW)
    assert policy_of(work, dreamt) == ("agreement", 1)


def test_a_number_below_the_latest_comes_too_late(work):
    with work() as session:
        policies.install_builtin(session, NOW)
        policies.bring_in(session, agreement(3, "2027-01-01T00:00:00Z"), NOW)
    with pytest.raises(ConflictError, match="next number"), work() as session:
        policies.bring_in(session, agreement(2, "2027-02-01T00:00:00Z"), NOW)


def test_a_policy_that_contradicts_itself_is_not_let_in(work):
    with pytest.raises(InvalidError) as refused, work() as session:
        policies.bring_in(session, planted(("times = 1", "times = 0")), NOW)
    assert [fault.path for fault in refused.value.faults] == ["clocks.reopening.times"]
    with pytest.raises(InvalidError) as refused, work() as session:
        policies.bring_in(session, "x", NOW)
    assert [fault.path for fault in refused.value.faults] == ["$"]


def test_it_leaves_an_entry_in_the_docket(work):
    with work() as session:
        version = policies.bring_in(session, agreement(2, "2027-01-01T00:00:00Z"), NOW)
        bodies = session.scalars(select(DocketEntry.body).where(DocketEntry.kind == "policy.installed")).all()
    assert any(version.sha256 in str(body) for body in bodies)


def test_a_copy_can_be_given_another_date():
    text = policies.dated(shipped_text("short-window"), datetime(2027, 3, 1, tzinfo=UTC))
    assert 'in_force_from = "2027-03-01T00:00:00Z"' in text
    assert text.count("in_force_from") == shipped_text("short-window").count("in_force_from")
    with pytest.raises(InvalidError):
        policies.dated("id = 1", parse_instant("2027-03-01T00:00:00Z"))
