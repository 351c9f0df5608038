"""How many cases a second the warranty engine decides, and how many lines the command answers, on one core.

    python benchmarks/engine.py [--rounds N]

Told by the time on the processor, which other work on the machine disturbs less, and by the clock. The cases are the
examples of the tests, all verdicts mixed, and made different from each other by moving them in time.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from arbitration.rules.case import Case
from arbitration.rules.engine import decide
from arbitration.rules.instants import parse_instant, show_instant
from arbitration.rules.policy_file import builtin_policy
from arbitration.rules.reading import read_case

EXAMPLES = Path(__file__).parents[1] / "tests" / "rules" / "examples"
COPIES = 2_000


def moved(value: Any, by: timedelta) -> Any:
    """A case as JSON, with all its instants so much later."""
    if isinstance(value, dict):
        return {key: moved(item, by) for key, item in value.items()}
    if isinstance(value, list):
        return [moved(item, by) for item in value]
    if isinstance(value, str) and value[10:11] == "T":
        return show_instant(parse_instant(value) + by)
    return value


def examples() -> list[dict[str, Any]]:
    return [json.loads(path.read_text("utf-8")) for path in sorted(EXAMPLES.glob("*.case.json"))]


def best(rounds: int, run: Callable[[], object]) -> tuple[float, float]:
    """The least seconds on the processor, this process and its children taken together, and the least by the clock."""
    spent, passed = [], []
    for _ in range(rounds):
        start = os.times()
        run()
        end = os.times()
        spent.append(sum(end[:4]) - sum(start[:4]))
        passed.append(end.elapsed - start.elapsed)
    return min(spent), min(passed)


def decisions(cases: list[Case]) -> None:
    policy = builtin_policy()
    for case in cases:
        decide(case, policy)


def report(what: str, count: int, seconds: tuple[float, float]) -> None:
    spent, passed = (count / value for value in seconds)
    print(f"{what}: {spent:9,.0f} a second of one processor, {passed:9,.0f} by the clock")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="how often to measure; the best counts")
    rounds = parser.parse_args().rounds
    data = [moved(case, timedelta(seconds=61 * number)) for number in range(COPIES) for case in examples()]
    cases = [read_case(case, builtin_policy()) for case in data]
    report("decisions, from a typed case", len(cases), best(rounds, lambda: decisions(cases)))
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder, "cases.jsonl")
        lines.write_text("".join(json.dumps(case, ensure_ascii=False) + "\n" for case in data), "utf-8")
        command = [sys.executable, "-c", "from arbitration.cli import main; main()", "assess", "--lines", str(lines)]
        seconds = best(rounds, lambda: subprocess.run(command, stdout=subprocess.DEVNULL, check=True))
    report("lines answered, start included", len(data), seconds)


if __name__ == "__main__":
    main()
