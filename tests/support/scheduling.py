"""Which tests stay together when several processes share a run, and which come first.

Everything else goes one by one to whoever is free, the largest groups first.
"""

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = {
    "tests/stories/": "the stories are played once on each database",
    "tests/api/test_document.py": "what is worked out of the API's document takes longer than the requests",
    "tests/api/test_stages.py": "disputes are brought to each stage once",
    "tests/house/test_arrows.py": "each file of the package is read once",
    "tests/listings/test_measured.py": "each set of listings is read once",
    "tests/running/test_benchmarks.py": "what is measured is made once",
}


def slow_first(items: list[pytest.Item]) -> None:
    """Deal out what a browser looks at first, so that no process is left waiting for such a test at the end."""
    items.sort(key=lambda item: "chromium" not in getattr(item, "fixturenames", ()))


class Together(LoadScopeScheduling):  # type: ignore[misc]
    """Sends what shares a costly beginning to one process, apart for each database."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        for start in TOGETHER:
            if path.startswith(start):
                return f"{start} {'postgresql' if '[postgresql' in nodeid else 'sqlite'}"
        return nodeid

    def _pending_of(self, workload: dict[str, dict[str, bool]]) -> int:
        """How many tests a process still has to run. What is done is forgotten, or each test would count it again."""
        for scope in [scope for scope, done in workload.items() if all(done.values())]:
            del workload[scope]
        return super()._pending_of(workload)
