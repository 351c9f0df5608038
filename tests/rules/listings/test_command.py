"""``arbitration terms`` as it is called: what it prints, and how it refuses."""

import json
import subprocess
import sys

ARBITRATION = [sys.executable, "-c", "from arbitration.cli import main; main(prog_name='arbitration')", "terms"]


def call(*arguments: str, given: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*ARBITRATION, *arguments], input=given, capture_output=True, check=False)


def test_one_listing_is_answered_with_its_quote() -> None:
    done = call("-", given="Ключ. Гарантия 30 дней с момента оплаты.".encode())
    answer = json.loads(done.stdout)
    assert done.returncode == 0
    assert answer["warranty"] == {"kind": "period", "duration": "P30D", "starts": "payment"}
    assert (answer["id"], answer["language"], answer["conflicts"]) == (None, "ru", [])


def test_a_text_that_is_not_utf8_is_refused_in_words() -> None:
    done = call("-", given=b"\xff\xfe")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"$: not UTF-8")


def test_bad_lines_are_told_of_in_their_place_and_the_others_answered() -> None:
    lines = [
        b'{"id": "a", "text": "Warranty 7 days"}',
        b"nonsense",
        b"",
        b'{"id": 7}',
        b'{"text": "x", "text": "y"}',
        b'["text"]',
        b'{"text": "\xff"}',
        b'{"text": "sans garantie"}',
    ]
    done = call("--lines", "-", given=b"\n".join(lines))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 2
    assert answers[0]["warranty"]["duration"] == "P7D"
    assert [answer["line"] for answer in answers[1:-1]] == [2, 4, 5, 6, 7]
    assert {error["path"] for error in answers[2]["errors"]} == {"id", "text"}
    assert [error["path"] for error in answers[3]["errors"]] == ["text"]
    assert answers[-1]["warranty"] == {"kind": "excluded"}


def test_the_command_starts_without_the_web_and_the_database() -> None:
    code = "import arbitration.cli.terms, sys; print([m for m in ('flask', 'sqlalchemy') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
