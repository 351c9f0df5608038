"""Operations are loaded when they are first asked for: by several requests at once, and whatever goes wrong."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from arbitration import api
from arbitration.api import routes
from arbitration.api.routes import Place

AT_ONCE = """
from concurrent.futures import ThreadPoolExecutor, wait
from arbitration.api.routes import Place, register

register("early", lambda: told())
meanwhile = ThreadPoolExecutor(1).submit(Place("early", "made_up", "GET", "/"))
wait([meanwhile], timeout=0.1)

def told():
    return "all of it is there"
"""
BROKEN = """
from arbitration.api.routes import register

register("early", lambda: told())
raise OSError("too many open files")
"""
Written = Callable[[str], Place]


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Written]:
    """``written(source)`` is where the operation of a module with that source answers."""
    monkeypatch.setattr(api, "__path__", [*api.__path__, str(tmp_path)])
    monkeypatch.setattr(routes, "_loaded", {})

    def write(source: str) -> Place:
        (tmp_path / "made_up.py").write_text(source)
        return Place("early", "made_up", "GET", "/")

    yield write
    sys.modules.pop("arbitration.api.made_up", None)


def test_a_request_waits_for_the_rest_of_a_module_that_another_is_loading(written: Written) -> None:
    place = written(AT_ONCE)
    assert place() == "all of it is there"
    assert sys.modules["arbitration.api.made_up"].meanwhile.result() == "all of it is there"


def test_half_of_a_module_that_could_not_be_loaded_answers_nothing(written: Written) -> None:
    place = written(BROKEN)
    for _ in range(2):
        with pytest.raises(OSError, match="too many open files"):
            place()
