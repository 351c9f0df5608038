"""What `arbitration doctor` looks at. Each check gives findings and lets nothing that is broken stop it."""

from arbitration.cli.checks.finding import Finding, Level
from arbitration.cli.checks.rounds import examine

__all__ = ["Finding", "Level", "examine"]
