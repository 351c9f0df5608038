"""How many cases a second the warranty engine decides, and how many lines the command answers, on one core.

    python benchmarks/engine.py [--rounds N]

Told by the time on the processor, which other work on the machine disturbs less, and by the clock. The cases are the
examples of the tests, all verdicts mixed, and made different from each other by moving them in time. Decisions are
measured dropped at once, and kept: then the garbage collector looks at them again and again. Lines are answered by the
command as a whole process, on one processor and on all.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from arbitration.rules.case import Case
from arbitration.rules.engine import decide
from arbitration.rules.instants import parse_instant, show_instant
from arbitration.rules.policy_file import builtin_policy
from arbitration.rules.reading import read_case
from arbitration.rules.verdict import Verdict

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
        start = _spent(), time.perf_counter()
        run()
        spent.append(_spent() - start[0])
        passed.append(time.perf_counter() - start[1])
    return min(spent), min(passed)


def _spent() -> float:
    """Seconds on the processor so far; ``os.times`` would count them in hundredths."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def decisions(cases: list[Case]) -> None:
    """Decides, and reads the verdict and the findings by rule and ``holds``."""
    policy = builtin_policy()
    for case in cases:
        verdict = decide(case, policy)
        verdict.verdict  # noqa: B018 - reading it is what is measured
        for rule, holds in verdict.findings:  # noqa: B007
            pass


def kept_decisions(cases: list[Case]) -> list[Verdict]:
    policy = builtin_policy()
    return [decide(case, policy) for case in cases]


def explained(cases: list[Case]) -> None:
    """Decides, and asks why."""
    policy = builtin_policy()
    for case in cases:
        decide(case, policy).explain()


def lines_answered(path: Path, processors: set[int]) -> None:
    command = [sys.executable, "-c", "from arbitration.cli import main; main()", "assess", "--lines", str(path)]
    subprocess.run(
        command, stdout=subprocess.DEVNULL, check=True, preexec_fn=lambda: os.sched_setaffinity(0, processors)
    )


def report(what: str, count: int, seconds: tuple[float, float]) -> None:
    spent, passed = (count / value for value in seconds)
    print(f"{what:44} {spent:9,.0f} a second of one processor, {passed:9,.0f} by the clock")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="how often to measure; the best counts")
    rounds = parser.parse_args().rounds
    data = [moved(case, timedelta(seconds=61 * number)) for number in range(COPIES) for case in examples()]
    cases = [read_case(case, builtin_policy()) for case in data]
    report("decisions, from a typed case", len(cases), best(rounds, lambda: decisions(cases)))
    report("decided and explained", len(cases), best(rounds, lambda: explained(cases)))
    report("decided, all verdicts kept", len(cases), best(rounds, lambda: kept_decisions(cases)))
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder, "cases.jsonl")
        lines.write_text("".join(json.dumps(case, ensure_ascii=False) + "\n" for case in data), "utf-8")
        every = os.sched_getaffinity(0)
        alone = best(rounds, lambda: lines_answered(lines, {min(every)}))
        report("lines answered, start included", len(data), alone)
        shared = best(rounds, lambda: lines_answered(lines, every))
        report(f"the same, shared out to {len(every)} processors", len(data), shared)


if __name__ == "__main__":
    main()
