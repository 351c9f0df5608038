"""The command ``assess``: files, standard input, many lines, and what it says of bad input."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from select import select
from threading import Thread
from typing import Any

import pytest

from arbitration.cli import lines
from arbitration.cli.quick_writing import write_answer
from arbitration.rules.engine import decide
from arbitration.rules.policy_file import builtin_policy, builtin_policy_text
from arbitration.rules.reading import read_case_json
from tests.rules.cases import ask, case_with


def _run(*arguments: str, text: str | bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", "from arbitration.cli import main; main()", "assess", *arguments],
        input=text.encode() if isinstance(text, str) else text,
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
    )


def _case_file(folder: Path, case: Any) -> str:
    path = folder / "case.json"
    path.write_text(json.dumps(case), "utf-8")
    return str(path)


def test_a_case_in_a_file_is_answered_whatever_the_verdict(tmp_path: Path) -> None:
    case = case_with(claim__reason="changed_mind")
    done = _run(_case_file(tmp_path, case))
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout) == ask(case)


def test_clock_zone_and_locale_of_the_machine_do_not_matter(tmp_path: Path) -> None:
    case = case_with(claim__defect="Не працює", listing__terms={"disclosed": ["НЕ ПРАЦЮЄ"]})
    plain = _run(_case_file(tmp_path, case))
    elsewhere = _run("-", text=json.dumps(case), TZ="Asia/Tehran", LC_ALL="C", LANG="C", PYTHONIOENCODING="ascii")
    assert plain.returncode == 0
    assert plain.stdout == elsewhere.stdout


def test_bad_input_says_nothing_on_standard_output_and_every_fault_on_standard_error(tmp_path: Path) -> None:
    done = _run(_case_file(tmp_path, case_with(claim__reason="bored", as_of=5, wish={"a": 1})))
    assert (done.returncode, done.stdout) == (2, b"")
    assert sorted(line.split(":")[0] for line in done.stderr.decode().splitlines()) == ["as_of", "claim.reason", "wish"]


def test_many_cases_are_answered_line_by_line_with_the_bad_ones_in_their_place() -> None:
    good = json.dumps(case_with())
    done = _run("--lines", "-", text=f"{good}\n\n  \t\r\n{{\n{good}\r\n[]\n{good}")
    lines = [json.loads(line) for line in done.stdout.decode().split("\n")[:-1]]
    assert done.returncode == 2
    assert [line.get("line") for line in lines] == [None, 4, None, 6, None]
    assert lines[0] == lines[2] == lines[4] == ask(case_with())
    assert [error["path"] for error in lines[3]["errors"]] == ["$"]
    assert set(lines[1]["errors"][0]) == {"path", "message"}


def test_nothing_but_good_lines_ends_well() -> None:
    done = _run("-", "--lines", text=json.dumps(case_with()) + "\n")
    assert (done.returncode, done.stderr, done.stdout.count(b"\n")) == (0, b"", 1)
    assert (_run("-", "--lines").returncode, _run("-").returncode) == (0, 2)


def test_half_a_character_in_somebodys_words_comes_back_as_it_came() -> None:
    text = json.dumps(case_with(claim__defect="\ud800 é"))
    for arguments in (["-"], ["-", "--lines"]):
        done = _run(*arguments, text=text)
        assert done.returncode == 0
        assert json.loads(done.stdout.decode("utf-8")) == ask(case_with(claim__defect="\ud800 é"))


def test_a_line_that_is_not_text_is_a_bad_line() -> None:
    done = _run("-", "--lines", text=b"\xff\xfe\n" + json.dumps(case_with()).encode())
    assert done.returncode == 2
    assert json.loads(done.stdout.split(b"\n")[0])["errors"][0]["path"] == "$"


def test_many_processors_answer_as_one_does(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    cases = [json.dumps(case_with(purchase__replacements_made=number % 3)) for number in range(300)]
    cases[7:9], cases[250] = ["", "nonsense"], "[]"
    source = "\n".join(cases).encode()
    alone = lines.answer_batch(lines.Batch(1, source.split(b"\n"), 0), _answered)
    _share_out_at_once(monkeypatch)
    paths = tmp_path / "cases", tmp_path / "answers"
    paths[0].write_bytes(source)
    with paths[0].open("rb") as opened, paths[1].open("wb") as target:
        clean = lines.answer_lines(opened, target, _answered)
    answers = paths[1].read_bytes()
    assert (answers, clean) == (alone.output, alone.clean)
    assert [json.loads(line)["line"] for line in answers.split(b"\n") if b'"errors"' in line] == [9, 251]


def test_many_processors_hold_nothing_back_while_the_input_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    _share_out_at_once(monkeypatch)
    # Threads in place of processes, which would keep this process's end of the pipe open.
    monkeypatch.setattr(lines, "_crew", lambda _, opened: opened.enter_context(ThreadPoolExecutor(2)))
    monkeypatch.setattr(lines, "_crew_answer", [_answered])
    (source, sending), (receiving, target) = os.pipe(), os.pipe()
    with open(source, "rb") as opened, open(target, "wb") as written, open(receiving, "rb", buffering=0) as answers:
        running = Thread(target=lines.answer_lines, args=(opened, written, _answered), daemon=True)
        running.start()
        with open(sending, "wb", buffering=0) as given:
            for reason in ("changed_mind", "invalid"):
                given.write(json.dumps(case_with(claim__reason=reason)).encode() + b"\n")
                assert select([answers], [], [], 60)[0]
                assert json.loads(answers.readline()) == ask(case_with(claim__reason=reason))
        running.join()


def _answered(line: bytes) -> bytes:
    policy = builtin_policy()
    return write_answer(decide(read_case_json(line, policy), policy))


def _share_out_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"_CHUNK": 2000, "_PLENTY": 1, "_MUCH": 0, "processors": lambda: 2}.items():
        monkeypatch.setattr(lines, name, value)


def test_a_case_is_answered_before_the_next_one_comes() -> None:
    code = "from arbitration.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", code, "assess", "--lines", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        for reason in ("changed_mind", "invalid"):
            running.stdin.write(json.dumps(case_with(claim__reason=reason)).encode() + b"\n")
            running.stdin.flush()
            assert json.loads(running.stdout.readline()) == ask(case_with(claim__reason=reason))
        running.stdin.close()
        assert running.wait() == 0


def test_another_policy_gives_another_answer(tmp_path: Path) -> None:
    policy = tmp_path / "mine.toml"
    policy.write_text(builtin_policy_text().replace('id = "agreement"', 'id = "mine"'), "utf-8")
    done = _run(_case_file(tmp_path, case_with()), "--policy", str(policy))
    assert json.loads(done.stdout)["policy"] == {"id": "mine", "version": 1}
    policy.write_text(builtin_policy_text().replace("most_replacements = 2", "most_replacements = -2"), "utf-8")
    done = _run(_case_file(tmp_path, case_with()), "--policy", str(policy))
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith("remedies.most_replacements: ")


@pytest.mark.parametrize("arguments", [["/nowhere/case.json"], ["/"], ["-", "--policy", "/nowhere"], []])
def test_a_file_that_cannot_be_read_is_told_without_an_accident(arguments: list[str]) -> None:
    done = _run(*arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Traceback" not in done.stderr


def test_asking_does_not_wait_for_the_web_framework() -> None:
    code = "import arbitration.cli.assess, sys; print([m for m in ('flask', 'sqlalchemy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"
