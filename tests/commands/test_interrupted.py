"""Ctrl-C at any moment, even before a command has been loaded, ends it without a word about how it is made."""

import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path
from signal import SIG_IGN, SIGINT, default_int_handler, getsignal, signal
from typing import Any

import pytest

from arbitration import __main__ as command
from tests.support.processes import environment

INTERRUPTED_WHILE = """
import os, runpy, signal, sys

class Impatient:
    def find_spec(self, name, *_):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Impatient())
sys.argv[1:] = ["policy", "list"]
runpy.run_module("arbitration", run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize("module", ["arbitration.cli", "click", "arbitration.cli.policy", "arbitration.config"])
def test_ctrl_c_while_a_command_is_loaded_ends_it_without_a_traceback(module: str, tmp_path: Path) -> None:
    stopped = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_WHILE.format(module=module)],
        env=environment(ARBITRATION_INSTANCE=str(tmp_path)),
        preexec_fn=lambda: signal(SIGINT, default_int_handler),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert stopped.returncode in (130, -SIGINT), stopped.stderr  # of which a shell makes 130 too
    assert (stopped.stdout, stopped.stderr.strip()) in (("", ""), ("", "Stopped."))


@pytest.mark.parametrize("before", [SIG_IGN, default_int_handler])
def test_what_the_shell_says_of_ctrl_c_holds_for_the_command(before: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What runs in the background of a shell is left alone by it."""
    found = getsignal(SIGINT)
    said: list[Any] = []
    monkeypatch.setattr("arbitration.cli.main", lambda **_: said.append(getsignal(SIGINT)))
    try:
        signal(SIGINT, before)
        command.main()
    finally:
        signal(SIGINT, found)
    assert said == [before]


def test_the_command_that_is_installed_is_that_one() -> None:
    project = tomllib.loads(Path(__file__).parents[2].joinpath("pyproject.toml").read_text("utf-8"))["project"]
    entry = EntryPoint("arbitration", project["scripts"]["arbitration"], "console_scripts")
    assert entry.load() is command.main
