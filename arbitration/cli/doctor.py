"""`arbitration doctor`: what is wrong with an installation, and how to mend it."""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict

import click

from arbitration import clock
from arbitration.cli.checks import Finding, examine

COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as one JSON object.")
def command(as_json: bool) -> None:
    """Say what is wrong with an installation and how to mend it.

    Looks at settings, files, database, agreement, languages, scheduler, outbox and mail server, and changes nothing. A
    line is ok, warn (it works, but look at it) or fail (it does not work, or is not safe). Ends with 0 if nothing
    fails, with 1 if something does.
    """
    findings = examine(clock.now())
    if as_json:
        found = list(findings)
        told = {"clean": _is_clean(found), "findings": [asdict(finding) for finding in found]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        found = _told_one_by_one(findings)
    sys.exit(0 if _is_clean(found) else 1)


def _told_one_by_one(findings: Iterable[Finding]) -> list[Finding]:
    found = []
    for finding in findings:
        found.append(finding)
        click.echo(f"{click.style(f'{finding.level:4}', fg=COLOURS[finding.level])}  {finding.what}: {finding.told}")
        if finding.mend:
            click.echo(f"      → {finding.mend}")
    troubles = [finding for finding in found if finding.level != "ok"]
    click.echo("\nNothing is wrong." if not troubles else f"\n{len(troubles)} to look at.")
    return found


def _is_clean(found: Iterable[Finding]) -> bool:
    return all(finding.level != "fail" for finding in found)
