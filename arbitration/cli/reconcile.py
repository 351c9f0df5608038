"""`arbitration reconcile`: whether books, refunds and disputes fit each other."""

import json
import sys
from dataclasses import asdict
from datetime import datetime

import click
from sqlalchemy.exc import SQLAlchemyError

from arbitration import clock
from arbitration.cli import common
from arbitration.cli.sweep import Instant
from arbitration.db import reading
from arbitration.rules.faults import printable
from arbitration.scheduler.refunds import provider_of
from arbitration.services.reconciling import Difference, reconcile
from arbitration.services.refunds import comparing

FOUND = 1


@click.command("reconcile")
@click.option("--now", "moment", type=Instant(), help="Look as of this instant; the present if left away.")
@click.option("--books-only", is_flag=True, help="Don't ask the payment provider.")
@click.option("--leave-out", "settled", multiple=True, metavar="KEY", help="Don't ask about the refund with this key.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as one JSON object.")
def command(moment: datetime | None, books_only: bool, settled: tuple[str, ...], as_json: bool) -> None:
    """Check that books, refunds and disputes fit each other.

    Every entry of the books sums to zero, every refund that was paid is booked once and nothing else is, what is held
    of the sellers' takings is what the open disputes are about, and nothing that is owed lies about. Where a payment
    provider pays, it is asked what became of each refund, but for those with a KEY to be left out: what the provider
    says of them will always differ, since it was mended elsewhere. Changes nothing.

    Ends with 0 if all fits, 1 if something was found, 2 if it can't be checked. docs/refunds.md says what to do.
    """
    found = _found(moment, frozenset(settled), books_only=books_only)
    if as_json:
        told = {"clean": not found, "differences": [asdict(each) for each in found]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for each in found:
            click.echo(printable(f"{each.where}: {each.what}"))
            click.echo(f"      → {each.mend}")
        click.echo(f"{len(found)} to look at." if found else "The books, the refunds and the disputes fit each other.")
    sys.exit(FOUND if found else 0)


def _found(moment: datetime | None, settled: frozenset[str], *, books_only: bool) -> list[Difference]:
    app = common.application()
    asks_provider = app.config["REFUND_TERMS"].asks_provider and not books_only
    try:
        with app.app_context(), reading() as session:
            found = list(reconcile(session, moment or clock.now(), clock.now()))
            refunds = comparing.refunds(session) if asks_provider else []
    except SQLAlchemyError as error:
        raise common.UnusableError(f"The books can't be checked: {getattr(error, 'orig', None) or error}") from None
    if unknown := settled - {each.order.key for each in refunds} if asks_provider else frozenset():
        raise common.UnusableError(f"The provider is asked for no refund with the key {', '.join(sorted(unknown))}.")
    refunds = [each for each in refunds if each.order.key not in settled]
    if refunds:
        found += comparing.compare(refunds, provider_of(app.config["SETTINGS"]), clock.now())
    return found
