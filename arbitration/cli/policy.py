"""The agreements that purchases are judged by: check, explain, list, install."""

import json
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import click

from arbitration import clock
from arbitration.cli.common import UnusableError
from arbitration.cli.operating import acting, looking
from arbitration.cli.sweep import Instant
from arbitration.i18n.languages import LANGUAGES
from arbitration.i18n.reader import Reader
from arbitration.rules.faults import BadInputError, printable
from arbitration.rules.instants import show_instant
from arbitration.rules.policy import Policy
from arbitration.rules.policy_checks import FAULT, Problem, find
from arbitration.rules.policy_file import read_policy, shipped_names, shipped_text
from arbitration.rules.policy_text import explain as text_of

FOUND = 1


@click.group()
def command() -> None:
    """Check, explain and install the agreements that purchases are judged by.

    An agreement is a policy file, which docs/policy.md describes. Where a command takes a FILE, the name of one that
    comes with this version will do: `arbitration policy list` names them.
    """


@command.command()
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with a list of what was found.")
@click.option("--allow-warnings", is_flag=True, help="End with 0 where there are warnings alone.")
@click.option("--at", "moment", type=Instant(), help="Ask whether it can come into force after this instant; else now.")
def check(file: str, as_json: bool, allow_warnings: bool, moment: datetime | None) -> None:
    """Find in the policy FILE what is missing, unreachable, contradictory or unfair on its face.

    Each line names what it is (a fault, with which it can't be installed, or a warning), the key, and what to do. Ends
    with 0 if nothing was found, 1 if something was, 2 if FILE can't be read as TOML.
    """
    found = _found(file, _read(file), moment or clock.now())
    if as_json:
        click.echo(json.dumps({"file": file, "findings": [_as_json(problem) for problem in found]}, ensure_ascii=False))
    else:
        for problem in found:
            click.echo(_line(problem))
        click.echo(_summary(file, found), err=bool(found))
    if any(problem.severity == FAULT or not allow_warnings for problem in found):
        sys.exit(FOUND)


@command.command()
@click.argument("file", default="agreement")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", help="In which language; English if left away.")
def explain(file: str, language: str) -> None:
    """Print the policy FILE (left away: the built-in agreement) as a text for people.

    The clauses, what a buyer may demand and until when, and each clock of a dispute with what happens when it has run
    out, in one of the six languages.
    """
    click.echo(text_of(_policy(file), Reader(language)), nl=False)


@command.command("list")
def list_() -> None:
    """List the versions that are installed, and the policies that come with this version of the program."""
    from arbitration.services import policies

    moment = clock.now()
    with looking() as session:
        installed = policies.versions(session)
        current = policies.latest_at(installed, moment) if installed else None
        for version in installed:
            state = "in force" if version is current else "followed" if version.in_force_from <= moment else "to come"
            name = f"{version.name}-{version.version}"
            click.echo(f"{name:<24}  from {show_instant(version.in_force_from)}  {state}  {version.sha256[:12]}")
    click.echo(f"Come with this version: {', '.join(shipped_names())}")


@command.command()
@click.argument("file")
@click.option("--from", "moment", type=Instant(), help="Install a copy that is in force from this instant on.")
def install(file: str, moment: datetime | None) -> None:
    """Let the policy FILE come into force from its date.

    Purchases made from then on are judged by it; those made before keep the one that they were made under. One that is
    in force can't be edited, only followed: by a version with a higher number, from a later date. A policy with faults
    (see `arbitration policy check`) is refused, as is a date since which purchases were made.
    """
    from arbitration.services import policies

    text, now = _read(file), clock.now()
    _must_be_sound(file, text)
    with acting() as session:
        version = policies.bring_in(session, policies.dated(text, moment) if moment else text, now)
        line = f"The policy “{version.name}”, version {version.version}, is installed. "
        line += f"It is for purchases made from {show_instant(version.in_force_from)} on."
    click.echo(line)


def _read(name: str) -> str:
    """The text of a file, or of a policy that comes with the package."""
    try:
        return Path(name).read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise UnusableError(f"{name}: not UTF-8") from None
    except (OSError, ValueError) as error:
        with suppress(KeyError):
            return shipped_text(name)
        reason = getattr(error, "strerror", None) or error
        known = ", ".join(shipped_names())
        raise UnusableError(f"{name}: {reason}. Policies that come with the program: {known}.") from None


def _found(name: str, text: str, moment: datetime | None) -> list[Problem]:
    try:
        return find(text, moment)
    except BadInputError as error:
        raise UnusableError(f"{name}: {error.faults[0].message}") from None


def _must_be_sound(name: str, text: str) -> None:
    """Warnings are told on standard error; faults too, and then nothing is installed."""
    found = _found(name, text, None)
    for problem in found:
        click.echo(_line(problem), err=True)
    if any(problem.severity == FAULT for problem in found):
        raise click.ClickException(f"{name} is not installed: it has faults.")


def _line(problem: Problem) -> str:
    return printable(f"{problem.severity}: {problem.path}: {problem.message}")


def _policy(name: str) -> Policy:
    try:
        return read_policy(_read(name))
    except BadInputError as error:
        told = [printable(f"{fault.path}: {fault.message}") for fault in error.faults]
        raise UnusableError("\n".join([f"{name} can't be explained as long as it has faults.", *told])) from None


def _as_json(problem: Problem) -> dict[str, str]:
    return {"severity": problem.severity, "path": problem.path, "message": problem.message}


def _summary(file: str, found: list[Problem]) -> str:
    faults = sum(problem.severity == FAULT for problem in found)
    if not found:
        return f"{file}: nothing was found."
    return f"{file}: {_counted(faults, 'fault')}, {_counted(len(found) - faults, 'warning')}."


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
