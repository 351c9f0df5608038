"""Who asks a server that answers one at a time waits for those before, but never for one of them who is stuck."""

from collections.abc import Iterator
from queue import Queue
from threading import Event

import pytest
from flask import Flask

from arbitration import turns
from arbitration.cli.serving import Serving, listen
from arbitration.cli.turns import Dispatcher
from arbitration.gunicorn_worker import Pool
from arbitration.meanwhile import must_give_way, others_may_go_on
from arbitration.services.staff import passwords
from arbitration.turns import LONG, NO_THREAD

SOON = 60  # seconds; what must happen happens at once


class Asked:
    """A request, which is answered once it may go on."""

    def __init__(self, *, stuck: bool = False) -> None:
        self.begun, self.may_go_on, self.over, self.cancelled = Event(), Event(), Event(), False
        if not stuck:
            self.may_go_on.set()

    def service(self) -> None:
        self.begun.set()
        assert self.may_go_on.wait(SOON)
        self.over.set()

    def cancel(self) -> None:
        self.cancelled = True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1_000.0]
    monkeypatch.setattr(turns, "monotonic", lambda: now[0])
    return now


class OfGunicorn(Pool):
    """The threads of gunicorn, asked as those of `serve` are."""

    def add_task(self, asked: Asked) -> None:
        told = self.submit(asked.service)
        told.add_done_callback(lambda told: asked.cancel() if told.cancelled() else None)


Threads = Dispatcher | OfGunicorn


@pytest.fixture
def served(clock: list[float]) -> Iterator[Dispatcher]:  # noqa: ARG001 - the time stands still
    dispatcher = Dispatcher()
    dispatcher.set_thread_count(2)
    yield dispatcher
    dispatcher.shutdown()


@pytest.fixture(params=["serve", "gunicorn"])
def threads(request: pytest.FixtureRequest, clock: list[float]) -> Iterator[Threads]:  # noqa: ARG001
    if request.param == "serve":
        yield request.getfixturevalue("served")
        return
    pool = OfGunicorn(2)
    yield pool
    pool.shutdown()


def end_at_once(threads: Threads) -> None:
    if isinstance(threads, OfGunicorn):
        Pool.shutdown(threads, wait=False)
    else:
        threads.shutdown(timeout=0)


def test_the_server_hands_what_it_reads_to_them(app: Flask) -> None:
    """By a parameter that waitress does not document: without it each request would begin at once."""
    taking_turns = Dispatcher()
    with listen("127.0.0.1", 0) as bound:
        server = Serving(app, bound, 1, taking_turns)._server
        try:
            assert server.task_dispatcher is taking_turns
            assert len(taking_turns.threads) == 1
        finally:
            taking_turns.shutdown()
            server.close()


def test_each_waits_for_the_one_before_and_begins_when_that_is_answered(threads: Threads) -> None:
    first, second, third = Asked(stuck=True), Asked(), Asked()
    for each in (first, second, third):
        threads.add_task(each)
    assert first.begun.wait(SOON)
    assert threads.look_again() == LONG  # they do wait
    assert not second.begun.is_set()
    assert not third.begun.is_set()
    first.may_go_on.set()
    assert second.over.wait(SOON)
    assert third.over.wait(SOON)
    assert threads.look_again() is None  # nobody waits any more


def test_nobody_waits_long_for_somebody_whose_answer_takes_long(threads: Threads, clock: list[float]) -> None:
    first, second = Asked(stuck=True), Asked()
    threads.add_task(first)
    threads.add_task(second)
    assert first.begun.wait(SOON)
    clock[0] += 2 * LONG
    threads.look_again()
    assert second.over.wait(SOON)
    assert not first.over.is_set()
    first.may_go_on.set()


def test_one_who_is_stuck_holds_nobody_up_any_more_once_they_were_overtaken(
    threads: Threads, clock: list[float]
) -> None:
    first, second, third = Asked(stuck=True), Asked(), Asked()
    threads.add_task(first)
    assert first.begun.wait(SOON)
    clock[0] += 2 * LONG
    threads.add_task(second)
    threads.add_task(third)  # and the time stands still from now on
    assert second.over.wait(SOON)
    assert third.over.wait(SOON)
    first.may_go_on.set()


def test_the_next_one_begins_at_once_where_somebody_waits_for_a_lock(threads: Threads) -> None:
    class Locked(Asked):
        def service(self) -> None:
            for _ in range(3):  # each try for the lock says so; only the first makes room
                others_may_go_on()
            super().service()

    first, second, third, fourth = Locked(stuck=True), Asked(stuck=True), Asked(), Asked()
    threads.add_task(first)
    assert first.begun.wait(SOON)
    threads.add_task(second)
    assert second.begun.wait(SOON)
    threads.add_task(third)
    first.may_go_on.set()
    assert first.over.wait(SOON)
    assert threads.look_again() == LONG  # the second is still at work: the end of the first makes no more room
    assert not third.begun.is_set()
    second.may_go_on.set()
    threads.add_task(fourth)
    assert third.over.wait(SOON)
    assert fourth.over.wait(SOON)


def test_of_those_who_wait_only_as_many_give_way_as_find_no_thread(threads: Threads, clock: list[float]) -> None:
    class Waiting(Asked):
        """Whoever waits for a lock, and asks now and then whether it is to give up."""

        def __init__(self) -> None:
            super().__init__(stuck=True)
            self.asks, self.told = Event(), Queue[bool]()

        def service(self) -> None:
            others_may_go_on()
            self.begun.set()
            while not self.may_go_on.is_set():
                assert self.asks.wait(SOON)
                self.asks.clear()
                self.told.put(must_give_way())
            self.over.set()

        def is_told(self) -> bool:
            self.asks.set()
            return self.told.get(timeout=SOON)

    first, second, reader = Waiting(), Waiting(), Asked()
    for each in (first, second):
        threads.add_task(each)
        assert each.begun.wait(SOON)
    clock[0] += 60
    assert [first.is_told(), second.is_told()] == [False, False]  # nobody has come: they may wait
    threads.add_task(reader)
    assert [first.is_told(), second.is_told()] == [False, False]  # a thread that is free would take it this moment
    clock[0] += NO_THREAD
    assert [first.is_told(), second.is_told(), second.is_told()] == [True, False, False]
    first.may_go_on.set()
    first.asks.set()
    assert reader.over.wait(SOON)
    assert second.is_told() is False
    second.may_go_on.set()
    second.asks.set()


def test_who_answers_nobody_gives_way_to_nobody() -> None:
    assert must_give_way() is False


def test_nobody_waits_while_a_password_is_checked(threads: Threads, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes as long as some ten pages, and none of Python."""
    checking, may_go_on, second = Event(), Event(), Asked()

    class Slow:
        def verify(self, _stored: str, _typed: str) -> bool:
            checking.set()
            return may_go_on.wait(SOON)

    class SigningIn(Asked):
        def service(self) -> None:
            assert passwords.fits("a long enough password", "its hash")
            super().service()

    monkeypatch.setattr(passwords, "_hasher", Slow)
    monkeypatch.setattr(passwords, "_nobodys", str)
    first = SigningIn()
    threads.add_task(first)
    assert checking.wait(SOON)
    threads.add_task(second)  # and the time stands still
    assert second.over.wait(SOON)
    may_go_on.set()
    assert first.over.wait(SOON)


def test_the_server_is_woken_where_one_answer_is_followed_by_another_that_has_to_wait(
    served: Dispatcher, clock: list[float]
) -> None:
    """Else it would look again only after a second: somebody asked twice on one connection, beside one who is stuck."""
    woken, stuck, second = Event(), Asked(stuck=True), Asked()

    class AskedTwice(Asked):
        def service(self) -> None:
            served.add_task(stuck)
            others_may_go_on()
            assert stuck.begun.wait(SOON)
            served.add_task(second)

    served.wake = woken.set
    served.add_task(AskedTwice())
    assert woken.wait(SOON)
    clock[0] += 2 * LONG
    served.look_again()
    assert second.over.wait(SOON)
    stuck.may_go_on.set()


def test_an_answer_that_breaks_ends_its_turn_as_well(threads: Threads) -> None:
    class Broken(Asked):
        def service(self) -> None:
            raise RuntimeError("it broke")

    second = Asked()
    threads.add_task(Broken())
    threads.add_task(second)
    assert second.over.wait(SOON)


def test_a_server_that_ends_lets_go_of_those_who_still_wait(threads: Threads) -> None:
    first, second = Asked(stuck=True), Asked()
    threads.add_task(first)
    threads.add_task(second)
    assert first.begun.wait(SOON)
    end_at_once(threads)
    assert second.cancelled
    assert not second.begun.is_set()
    first.may_go_on.set()
