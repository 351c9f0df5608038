"""Arbiters and operators: let in by a link, with two factors, in one role at a time, and out again at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import timedelta
from threading import Barrier

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from arbitration.domain.actors import Actor, Role
from arbitration.domain.refusals import ConflictError, ForbiddenError, InvalidError, NotFoundError
from arbitration.domain.sign_in import hash_of
from arbitration.domain.staff import canonical_code
from arbitration.models import DocketEntry, RecoveryCode, StaffAccount
from arbitration.services import installation, people, sessions, sign_in, staff, tokens
from arbitration.services.staff import credentials, setting_up, signing_in, ties
from arbitration.services.staff.setting_up import DeadSetUpError
from arbitration.services.staff.signing_in import Halfway, StartAgainError, WrongCodeError, WrongPasswordError
from tests.moments import NOW
from tests.support.shop import OPERATOR
from tests.support.staff import ARBITER, PASSWORD, STEP, Account, invited, with_account

Work = Callable[[], AbstractContextManager[Session]]
BROWSER = "Firefox/Linux"
OTHER_PASSWORD = "seven slow rivers bend"


@pytest.fixture
def vera(work: Work) -> Account:
    """An arbiter who set up her account an hour ago."""
    return with_account(work, NOW - timedelta(hours=1))


def halfway(work: Work, email: str = ARBITER, password: str = PASSWORD) -> Halfway:
    with work() as session:
        return signing_in.check_password(session, email, password, NOW)


def enter(work: Work, code: str, after: timedelta = timedelta(0)) -> str:
    half = halfway(work)
    with work() as session:
        return signing_in.enter(session, half, code, NOW + after, BROWSER).secret


def who_is(work: Work, secret: str, after: timedelta = timedelta(0)) -> Actor | None:
    with work() as session:
        found = sessions.who_is(session, secret, NOW + after)
    return Actor(found.person_id, Role(found.role)) if found else None


def test_both_factors_open_a_session_in_the_role(work: Work, vera: Account) -> None:
    assert who_is(work, enter(work, vera.code(NOW))) == Actor(vera.person_id, Role.ARBITER)


def test_a_code_works_once_and_none_before_it_afterwards(work: Work, vera: Account) -> None:
    enter(work, vera.code(NOW))
    for stale in (NOW, NOW - STEP):
        with pytest.raises(WrongCodeError):
            enter(work, vera.code(stale))
    assert enter(work, vera.code(NOW + STEP), STEP)


def test_a_code_of_a_minute_ago_or_of_another_account_is_none(work: Work, vera: Account) -> None:
    other = with_account(work, NOW - timedelta(hours=1), "ilya@decides.example")
    for wrong in (vera.code(NOW - 2 * STEP), vera.code(NOW + 2 * STEP), other.code(NOW), "", "000000", vera.secret):
        with pytest.raises(WrongCodeError):
            enter(work, wrong)
    with pytest.raises(WrongCodeError):
        enter(work, other.recovery_codes[0])


def test_a_recovery_code_works_once(work: Work, vera: Account) -> None:
    first, second = vera.recovery_codes[:2]
    assert len(set(vera.recovery_codes)) == 10
    assert enter(work, f" {first.upper()} ")
    with pytest.raises(WrongCodeError):
        enter(work, first)
    assert enter(work, second)
    with work() as session:
        kinds = list(session.scalars(select(DocketEntry.kind).order_by(DocketEntry.sequence)))
    assert kinds[-2:] == ["staff.signed_in_with_recovery_code"] * 2


def test_whoever_has_the_database_cannot_try_out_recovery_codes_quickly(work: Work, vera: Account) -> None:
    """Each is long enough, and none is kept under a hash that is made in no time."""
    assert {len(canonical_code(code)) for code in vera.recovery_codes} == {15}
    with work() as session:
        kept = set(session.scalars(select(RecoveryCode.code_hash)))
    assert len(kept) == 10
    for code in vera.recovery_codes:
        plain = canonical_code(code)
        assert kept.isdisjoint({hash_of(plain), hash_of(f"{vera.person_id} {plain}")})


def test_recovery_codes_of_a_former_version_still_work_once(app: Flask, work: Work, vera: Account) -> None:
    with app.app_context():
        flask_migrate.downgrade(revision="0018")
    former = hash_of(f"{vera.person_id} abcdefgh23")
    with work() as session:
        session.add(RecoveryCode(person_id=vera.person_id, code_hash=former, created_at=NOW))
    with app.app_context():
        flask_migrate.upgrade()
    with work() as session:
        assert former not in session.scalars(select(RecoveryCode.code_hash)).all()
    assert enter(work, "ABCDE-fgh23")
    with pytest.raises(WrongCodeError):
        enter(work, "abcdefgh23")


@pytest.mark.usefixtures("vera")
@pytest.mark.parametrize(("email", "password"), [(ARBITER, "another password"), ("nobody@example.com", PASSWORD)])
def test_a_wrong_password_and_an_unknown_address_are_refused_alike(work: Work, email: str, password: str) -> None:
    with pytest.raises(WrongPasswordError):
        halfway(work, email, password)


def test_a_password_is_good_for_five_minutes_and_only_while_it_is_the_password(work: Work, vera: Account) -> None:
    half = halfway(work)
    late = NOW + timedelta(minutes=5, seconds=1)
    with pytest.raises(StartAgainError), work() as session:
        signing_in.enter(session, half, vera.code(late), late, BROWSER)
    with work() as session:
        session.get_one(StaffAccount, vera.person_id).password_hash = "another"
    with pytest.raises(StartAgainError), work() as session:
        signing_in.enter(session, half, vera.code(NOW), NOW, BROWSER)


def test_a_session_at_work_ends_after_an_hour_unused_and_after_twelve_in_use(work: Work, vera: Account) -> None:
    secret = enter(work, vera.code(NOW))
    assert who_is(work, secret, timedelta(minutes=60)) == vera.actor
    assert who_is(work, secret, timedelta(minutes=60, seconds=1)) is None
    for minutes in range(50, 12 * 60 + 1, 50):
        with work() as session:
            found = sessions.find_session(session, secret, NOW + timedelta(minutes=minutes))
            assert found is not None
            sessions.note_seen(session, found.id, NOW + timedelta(minutes=minutes))
    assert who_is(work, secret, timedelta(hours=12)) == vera.actor
    assert who_is(work, secret, timedelta(hours=12, seconds=1)) is None


def test_two_who_send_the_same_code_at_once_are_not_both_let_in(work: Work, vera: Account) -> None:
    half, together = halfway(work), Barrier(2)

    def send(code: str) -> bool:
        together.wait(30)
        try:
            with work() as session:
                signing_in.enter(session, half, code, NOW, BROWSER)
        except WrongCodeError:
            return False
        return True

    with ThreadPoolExecutor(2) as both:
        for code in (vera.code(NOW), *vera.recovery_codes[:4]):
            assert sorted(both.map(send, (code, code))) == [False, True]


def test_a_change_of_role_ends_sessions_and_tokens(work: Work, vera: Account) -> None:
    secret = enter(work, vera.code(NOW))
    with work() as session:
        token = tokens.new_token(session, "arbiter", ARBITER, NOW)
    with work() as session:
        staff.change_role(session, OPERATOR, ARBITER, Role.OPERATOR, NOW)
    assert who_is(work, secret) is None
    with work() as session:
        assert tokens.actor_of(session, token, NOW) is None
    later = enter(work, vera.code(NOW + STEP), STEP)
    assert who_is(work, later, STEP) == Actor(vera.person_id, Role.OPERATOR)


def test_whoever_was_let_go_or_suspended_is_out_at_once(work: Work, vera: Account) -> None:
    secret, half = enter(work, vera.code(NOW)), halfway(work)
    with work() as session:
        people.suspend(session, OPERATOR, ARBITER, NOW)
    assert who_is(work, secret) is None
    with pytest.raises(StartAgainError), work() as session:
        signing_in.enter(session, half, vera.code(NOW + STEP), NOW, BROWSER)
    with pytest.raises(WrongPasswordError):
        halfway(work)
    with work() as session:
        people.restore(session, OPERATOR, ARBITER, NOW)
        staff.remove(session, OPERATOR, ARBITER, NOW)
        assert staff.arbiters(session) == []
    with pytest.raises(WrongPasswordError):
        halfway(work)


def test_a_link_by_mail_opens_the_purchases_of_an_arbiter_and_nothing_else(work: Work, vera: Account) -> None:
    at_work = enter(work, vera.code(NOW))
    with work() as session:
        issued = sign_in.issue_link(session, ARBITER, NOW)
        assert issued is not None
        by_mail = sign_in.enter(session, issued[0], NOW, BROWSER)
    party = who_is(work, by_mail)
    assert party == Actor(vera.person_id, Role.PARTY)
    with work() as session:
        theirs = sessions.list_sessions(session, vera.actor, NOW)[0]
        with pytest.raises(NotFoundError):
            sessions.end_session(session, party, theirs.id, NOW)
        with pytest.raises(ForbiddenError):
            credentials.own_account(session, party)
    assert who_is(work, at_work) == vera.actor


def test_a_set_up_link_works_once_for_a_day_and_only_the_newest(work: Work) -> None:
    first = invited(work, NOW)
    with work() as session:
        second = staff.invite_again(session, OPERATOR, ARBITER, NOW)
    day = timedelta(hours=24)
    with work() as session:
        assert setting_up.look(session, first, NOW) is None
        assert setting_up.look(session, second, NOW + day) is not None
        assert setting_up.look(session, second, NOW + day + timedelta(seconds=1)) is None
    with pytest.raises(DeadSetUpError), work() as session:
        setting_up.confirm(session, second, "000000", NOW, BROWSER)


def test_a_new_set_up_link_ends_password_codes_and_sessions(work: Work, vera: Account) -> None:
    secret = enter(work, vera.code(NOW))
    with work() as session:
        token = staff.invite_again(session, OPERATOR, ARBITER, NOW)
    assert who_is(work, secret) is None
    with pytest.raises(WrongPasswordError):
        halfway(work)
    with work() as session:
        setting_up.choose_password(session, token, PASSWORD, PASSWORD, NOW)
        with pytest.raises(WrongCodeError):
            setting_up.confirm(session, token, vera.code(NOW), NOW, BROWSER)


def test_a_password_is_changed_with_the_old_one_and_a_code_and_signs_out_elsewhere(work: Work, vera: Account) -> None:
    here, there = enter(work, vera.code(NOW)), enter(work, vera.recovery_codes[0])

    def change(old: str, code: str, new: str) -> None:
        with work() as session:
            found = sessions.find_session(session, here, NOW)
            assert found is not None
            credentials.change_password(session, vera.actor, found.id, (old, code), new, new, NOW)

    for tried, wrong in (
        (("another password", vera.code(NOW + STEP), OTHER_PASSWORD), ["old"]),
        ((PASSWORD, vera.code(NOW), OTHER_PASSWORD), ["code"]),
        ((PASSWORD, vera.code(NOW + STEP), "short"), ["password"]),
    ):
        with pytest.raises(InvalidError) as refused:
            change(*tried)
        assert [fault.path for fault in refused.value.faults] == wrong
    assert who_is(work, there) == vera.actor
    change(PASSWORD, vera.code(NOW + STEP), OTHER_PASSWORD)
    assert (who_is(work, here), who_is(work, there)) == (vera.actor, None)
    assert halfway(work, password=OTHER_PASSWORD)


def test_nothing_that_opens_an_account_is_stored_as_it_is(work: Work, vera: Account) -> None:
    with work() as session:
        tables = ("staff_accounts", "staff_set_ups", "recovery_codes", "browser_sessions", "docket_entries")
        stored = str([session.execute(text(f"SELECT * FROM {name}")).all() for name in tables])
    assert "argon2id" in stored
    for secret in (PASSWORD, vera.secret, vera.session, *vera.recovery_codes):
        assert secret not in stored
    with work() as session:
        bodies = " ".join(session.scalars(select(DocketEntry.body)))
    assert ARBITER not in bodies
    assert "Vera" not in bodies


def test_a_sealed_secret_moved_to_another_account_opens_nothing(work: Work, vera: Account) -> None:
    other = with_account(work, NOW - timedelta(hours=1), "ilya@decides.example")
    with work() as session:
        session.get_one(StaffAccount, vera.person_id).totp_sealed = session.get_one(
            StaffAccount, other.person_id
        ).totp_sealed
    with pytest.raises(WrongCodeError):
        enter(work, other.code(NOW))


def test_only_an_operator_lets_people_in(work: Work, vera: Account) -> None:
    with work() as session:
        for act in (
            lambda: staff.add(session, vera.actor, Role.OPERATOR, "x@example.com", None, None, NOW),
            lambda: staff.change_role(session, vera.actor, ARBITER, Role.OPERATOR, NOW),
            lambda: staff.remove(session, Actor(vera.person_id), ARBITER, NOW),
        ):
            with pytest.raises(ForbiddenError):
                act()
        with pytest.raises(ConflictError):
            staff.add(session, OPERATOR, Role.ARBITER, ARBITER, None, None, NOW)


@pytest.mark.parametrize("demo", [True, False])
def test_a_demo_opens_the_role_without_a_second_factor_and_nothing_else_does(work: Work, demo: bool) -> None:
    with work() as session:
        if demo:
            installation.mark_demo(session)
        person = staff.demo_staff(session, ARBITER, "Vera Lind", "uk", Role.ARBITER, NOW)
        staff.demo_staff(session, ARBITER, "Vera Lind", "uk", Role.ARBITER, NOW)
        secret = sessions.open_session(session, person.id, NOW, BROWSER, role=Role.ARBITER)
        link = sign_in.demo_link(session, person.id, NOW, role=Role.ARBITER)
        looked = sign_in.look(session, link, NOW, loopback=True)
    assert who_is(work, secret) == (Actor(person.id, Role.ARBITER) if demo else None)
    assert (looked is not None) == demo
    with pytest.raises(WrongPasswordError):
        halfway(work)


def test_a_declared_tie_concerns_an_address_or_all_of_a_domain_until_it_is_over(work: Work, vera: Account) -> None:
    with work() as session:
        tie = ties.declare(session, vera.actor, "Keys.example", "I worked there.", NOW)
        with pytest.raises(ConflictError):
            ties.declare(session, vera.actor, "@keys.example", "Again.", NOW)
        with pytest.raises(InvalidError):
            ties.declare(session, vera.actor, "keys", "", NOW)
        assert staff.is_tied(session, vera.person_id, ["buyer@example.com", "shop@keys.example"])
        assert not staff.is_tied(session, vera.person_id, ["buyer@example.com"])
        with pytest.raises(ForbiddenError):
            ties.end(session, Actor(vera.person_id), tie.id, NOW)
    with work() as session:
        ties.end(session, vera.actor, tie.id, NOW)
        assert not staff.is_tied(session, vera.person_id, ["shop@keys.example"])


def test_a_name_and_a_tie_are_kept_without_what_no_database_header_or_sentence_should_get(work: Work) -> None:
    with work() as session:
        staff.add(session, OPERATOR, Role.ARBITER, "new@example.com", "Vera\x00\r\nBcc:\u202e \ud800Lind", None, NOW)
    with work() as session:
        person = people.find_person(session, "new@example.com")
        assert person.name == "Vera Bcc: Lind"
        tie = ties.declare(session, Actor(person.id, Role.ARBITER), "keys.example", "I worked\x00 \ud800there.", NOW)
        assert tie.reason == "I worked there."
        for empty in ("\x00", "\u202e \r\n"):
            with pytest.raises(InvalidError):
                staff.add(session, OPERATOR, Role.ARBITER, "other@example.com", empty, None, NOW)
            with pytest.raises(InvalidError):
                ties.declare(session, Actor(person.id, Role.ARBITER), "other.example", empty, NOW)
