"""`arbitration gateway`: who pays refunds, whether it answers, and what calls to it are signed with."""

import sys

import click

from arbitration.cli import common
from arbitration.config import Settings

PROBE = "arbitration-asks-whether-anybody-is-there"


@click.command("gateway")
@click.option("--secret", "secret_only", is_flag=True, help="Print what calls to the provider are signed with, alone.")
def command(secret_only: bool) -> None:
    """Say who pays refunds, and ask the payment provider for a key that it can't know.

    Nothing is paid and nothing is changed. Ends with 0 if it answers as agreed (or nobody needs to be asked), 1 if it
    does not. docs/marketplace.md says what a provider answers.
    """
    settings = common.application(migrated=False).config["SETTINGS"]
    if secret_only:
        click.echo(settings.signing_secret)
        return
    if not settings.refund_terms.asks_provider:
        click.echo(f"Refunds are paid by {settings.gateway_url} There is nobody to ask.")
        return
    trouble = trouble_with(settings)
    click.echo(f"Refunds are paid by {settings.gateway_url}")
    click.echo(trouble or "It answers, and knows nothing of a key that it can't know.")
    sys.exit(1 if trouble else 0)


def trouble_with(settings: Settings) -> str | None:
    """What is wrong with how the provider answers, None if nothing is."""
    from arbitration.scheduler.refunds import provider_of
    from arbitration.services.refunds.gateways import Answer, PaymentOrder

    said = provider_of(settings).state_of(PaymentOrder(PROBE, "", 0, ""))
    if said.answer is Answer.UNKNOWN:
        return None
    told = said.reason if said.answer is Answer.SILENT else f"says {said.answer} of a key that it was never sent"
    return f"It does not answer as agreed: {told}"
