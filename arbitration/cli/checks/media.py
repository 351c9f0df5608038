"""Whether files of exhibits can be looked at, and how well the process that does it is shut in."""

from collections.abc import Iterator

from arbitration.cli.checks.finding import Finding, fail, ok, warn
from arbitration.media.examining import ask


def exhibits() -> Iterator[Finding]:
    """The process that opens strangers' files: whether it starts, and whether it can give up its network."""
    told = ask("--probe")
    if "no_network" not in told:
        yield fail("exhibits", "the process that looks at files does not start", "install the package again")
    elif told["no_network"]:
        yield ok("exhibits", "files are looked at in a process with limits and without a network")
    else:
        yield warn(
            "exhibits",
            "files are looked at in a process with limits, but the system gives it no network namespace of its own",
            "let this user make namespaces (user.max_user_namespaces); until then only the list of formats shuts it in",
        )
