"""`arbitration gateway`: who pays refunds, whether it answers, and what calls to it are signed with."""

import sys

import click

from arbitration.cli import common
from arbitration.cli.operating import acting
from arbitration.config import Settings
from arbitration.config_marketplace import provider_name

PROBE = "arbitration-asks-whether-anybody-is-there"


@click.command("gateway")
@click.option(
    "--same-as",
    metavar="ADDRESS",
    help="Say that the provider which is set now is the one that was asked at ADDRESS before: the same books, moved.",
)
@click.option("--secret", "secret_only", is_flag=True, help="Print what calls to the provider are signed with, alone.")
def command(secret_only: bool, same_as: str | None) -> None:
    """Say who pays refunds, and ask the payment provider for a key that it can't know.

    Nothing is paid and nothing is changed, but by --same-as: what became of the refunds at ADDRESS is asked at the
    address that is set, from then on. Another provider than that one would pay them a second time.

    Ends with 0 if it answers as agreed (or nobody needs to be asked), 1 if it does not. docs/marketplace.md says what a
    provider answers.
    """
    if same_as is not None:
        _join(same_as)
        return
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


def _join(former: str) -> None:
    """Take what a provider was asked for at another address for the one that is set."""
    from arbitration.services.refunds import providers
    from arbitration.services.refunds.terms import terms_of

    with acting() as session:
        name = terms_of(session).provider
        if not name:
            raise common.UnusableError("No payment provider is set: set ARBITRATION_GATEWAY_URL to its address first.")
        known = [each for each in providers.ever_asked(session) if each != name]
        found = former if former in known else provider_name(former)
        if found not in known:
            told = "\n".join(f"  {each}" for each in known) or "  (none)"
            raise common.UnusableError(f"No refund was asked for at {former}. Other providers than {name}:\n{told}")
        count = providers.rename(session, found, name)
    click.echo(f"{name} is asked from now on what became of the refunds at {found} ({count}).")


def trouble_with(settings: Settings) -> str | None:
    """What is wrong with how the provider answers, None if nothing is."""
    from arbitration.scheduler.refunds import provider_of
    from arbitration.services.refunds.gateways import Answer, PaymentOrder

    said = provider_of(settings).state_of(PaymentOrder(PROBE, "", 0, ""))
    if said.answer is Answer.UNKNOWN:
        return None
    told = said.reason if said.answer is Answer.SILENT else f"says {said.answer} of a key that it was never sent"
    return f"It does not answer as agreed: {told}"
