"""The command line. Each command lives in a module of its own and is imported when it is called."""

from importlib import import_module
from typing import Any

import click

from arbitration import __version__
from arbitration.cli import memory

COMMANDS = {
    "init": "Set up an installation: folder, secret key, database.",
    "serve": "Serve the pages and the API.",
    "scheduler": "Run what falls due: deadlines, mails, reading listings, tidying up.",
    "sweep": "Run once what is due by a given moment, and stop.",
    "deadlines": "Show what is owed in disputes, until when, and why then.",
    "demo": "Fill a database with made-up purchases and serve it on this machine.",
    "import": "Take in a marketplace's purchases from a JSON Lines or CSV file.",
    "user": "Show, move and sign out the people of an installation.",
    "token": "Make, list and revoke the tokens of the API.",
    "assess": "Ask the warranty engine about a case in a file.",
    "terms": "Read the warranty terms out of a listing's own words.",
    "policy": "Check, explain and install the agreements that purchases are judged by.",
    "verify": "Check that nothing in the docket was changed after the fact.",
    "reconcile": "Check that books, refunds and disputes fit each other.",
    "backup": "Copy database, settings and exhibits while everything runs.",
    "restore": "Make an installation of a backup; it sends nothing until it is let go.",
    "hold": "Hold back all that leaves, or let it go.",
    "move": "Move an installation from SQLite to PostgreSQL.",
    "gateway": "Say who pays refunds, and whether the payment provider answers.",
    "doctor": "Say what is wrong with an installation and how to mend it.",
}


INTERRUPTED = 130
"""What a command ends with after Ctrl-C, as shells have it: 1 says of many that something was found, or refused."""


class LazyGroup(click.Group):
    """Imports ``arbitration.cli.NAME`` when NAME is called; the list of commands needs no import at all."""

    def invoke(self, ctx: click.Context) -> Any:
        """As the base class does; Ctrl-C ends a command that has nothing to say about it."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("\nStopped.", err=True)
            ctx.exit(INTERRUPTED)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        name = f"{cmd_name}_" if cmd_name == "import" else cmd_name
        with memory.loading("command"):
            module = import_module(f"arbitration.cli.{name}")
        command = module.command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="arbitration")
def main() -> None:
    """Settles what goes wrong after a sale.

    A marketplace's purchases come in by `import`; buyers and sellers talk in the one correspondence of a purchase; the
    warranty engine says what the buyer may demand, and why. Start with `arbitration demo`, or `arbitration init`.
    """
