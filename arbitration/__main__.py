"""The command `arbitration`, also as ``python -m arbitration``."""

import signal


def main() -> None:
    """Run the command line. Ctrl-C while it loads ends it at once and in silence, as one of its commands would end."""
    heeded = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # not where a shell has it ignored
    if heeded:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from arbitration.cli import main as run

    if heeded:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    run(prog_name="arbitration")


if __name__ == "__main__":
    main()
