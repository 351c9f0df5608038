"""Any number of workers, as real processes with a real mail server: each mail once, and none lost with a worker."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from datetime import timedelta
from signal import SIGKILL

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from arbitration.clock import now
from arbitration.config import Settings
from arbitration.models import Intent
from arbitration.services import messages
from tests.support.processes import call, environment, started
from tests.support.shop import Shop
from tests.support.smtp import post_office

Work = Callable[[], AbstractContextManager[Session]]


def test_two_workers_at_once_send_each_mail_once(work: Work, shop: Shop, settings: Settings) -> None:
    purchases = [shop.purchase() for _ in range(30)]
    buyer, at = shop.buyer, now() - timedelta(hours=1)
    with work() as session:
        for purchase in purchases:
            messages.post_message(session, buyer, purchase, "Hello", at)
    with post_office() as office:
        env = environment(settings, ARBITRATION_SMTP_URL=office.url)
        with ExitStack() as stack:
            workers = [stack.enter_context(started(env, "sweep", "--json")) for _ in range(2)]
            for worker in workers:
                worker.until(r'"sent": \d+')
                assert worker.process.wait() == 0
    assert len(office.ids) == len(set(office.ids)) == 30
    with work() as session:
        assert set(session.scalars(select(Intent.state))) == {"sent"}


def test_a_mail_in_the_hands_of_a_killed_worker_is_sent_again_under_the_same_id(
    work: Work, shop: Shop, settings: Settings
) -> None:
    purchase, buyer = shop.purchase(), shop.buyer
    with work() as session:
        messages.post_message(session, buyer, purchase, "Hello", now() - timedelta(hours=1))
    with post_office() as office:
        office.answers = ["hang"]
        env = environment(settings, ARBITRATION_SMTP_URL=office.url)
        with started(env, "sweep") as worker:
            assert office.reached.wait(60)
            assert worker.tell(SIGKILL) == -SIGKILL
        assert "sent" not in call(env, "sweep").stdout
        with work() as session:
            intent = session.scalars(select(Intent)).one()
        later = (now() + timedelta(days=1)).isoformat()
        assert "sent" not in call(env, "sweep", "--now", later).stdout, "taken from whoever has it"
        with work() as session:
            session.execute(update(Intent).values(lease_until=now()))
        assert call(env, "sweep").stdout == "1 sent\n"
    assert office.ids == [intent.message_id]
