"""Which files are taken, and which are refused and why; without a database, since none is needed for that."""

import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from time import monotonic

import pytest

from arbitration.domain.files import LARGEST_FILE, MEBI, Stored
from arbitration.domain.refusals import InvalidError
from arbitration.media import Incoming, examine, examining
from tests.exhibits import making
from tests.exhibits.making import slow_document

Take = Callable[..., Stored]


@pytest.fixture
def take(tmp_path: Path) -> Take:
    """Takes a file in and examines it; nothing is left of one that is refused."""

    def taking(data: bytes, name: str, declared: str = "") -> Stored:
        with Incoming(tmp_path / "exhibits", LARGEST_FILE) as incoming:
            incoming.write(data)
            stored = examine(incoming, name, declared)
            incoming.kept = True
            return stored

    return taking


KINDS = [
    ("picture.png", "screenshot", "image/png", lambda: making.picture("PNG")),
    ("picture.webp", "screenshot", "image/webp", lambda: making.picture("WEBP")),
    ("picture.gif", "document", "image/gif", lambda: making.picture("GIF")),
    ("paper.pdf", "document", "application/pdf", lambda: making.document(3)),
    ("sign-ins.log", "log", "text/plain", lambda: "10:07 sign-in refused\nвход отклонён\n".encode()),
    ("from-windows.txt", "document", "text/plain", lambda: "été".encode("utf-16")),
    ("film.mp4", "video", "video/mp4", making.video),
    ("film.mov", "video", "video/quicktime", lambda: making.video("mov")),
    ("film.3gp", "video", "video/3gpp", lambda: making.video("3gp", "mpeg4")),
    ("film.webm", "video", "video/webm", lambda: making.video("webm", "libvpx")),
    ("film.mkv", "video", "video/x-matroska", lambda: making.video("matroska")),
    ("film.avi", "video", "video/x-msvideo", lambda: making.video("avi", "mpeg4")),
]


@pytest.mark.parametrize(("name", "kind", "media_type", "make"), KINDS, ids=[kind[0] for kind in KINDS])
def test_every_documented_kind_of_file_is_taken(
    name: str, kind: str, media_type: str, make: Callable[[], bytes], take: Take, tmp_path: Path
) -> None:
    stored = take(make(), name)
    assert stored.media_type == media_type
    place = tmp_path / "exhibits" / stored.folder
    assert {path.name for path in place.iterdir()} == {"original", *(part.name for part in stored.parts)}
    for part in stored.parts:
        assert making.SECRET.encode() not in (place / part.name).read_bytes()
    if kind == "video":
        assert stored.duration in (1700, 1900, 2000)
    assert stored.pages == {"paper.pdf": 3}.get(name, stored.pages)


REFUSED = [
    ("picture.png", lambda: making.picture("JPEG"), "", "something else"),
    ("picture.png", making.picture, "video/mp4", "not what it holds"),
    ("picture.png", lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "image/png", "SVG"),
    ("picture.svg", lambda: b"<svg/>", "image/svg+xml", "SVG"),
    ("page.html", lambda: b"<!doctype html><script>1</script>", "text/html", "HTML"),
    ("all.zip", lambda: b"PK\x03\x04" + bytes(40), "", "Archives"),
    ("picture.png", making.zipped_picture, "", "two kinds"),
    ("picture.png", lambda: making.picture() + b"Rar!\x1a\x07\x01\0" + bytes(40), "", "two kinds"),
    ("paper.pdf", lambda: making.document() + b"7z\xbc\xaf\x27\x1c\0\4" + bytes(90_000), "", "two kinds"),
    ("picture.gif", lambda: b"GIF89a/*<script>alert(1)</script>*/", "", "two kinds"),
    ("picture.png", making.huge_picture, "", "50 million pixels"),
    ("picture.gif", making.moving, "", "moves"),
    ("picture.png", lambda: making.picture()[:80], "", "damaged"),
    ("paper.pdf", lambda: making.document(41), "", "40 pages"),
    ("paper.pdf", lambda: b"%PDF-1.7\n" + bytes(500), "", "damaged"),
    ("film.mp4", lambda: b"#EXTM3U\nhttp://127.0.0.1:9/\n", "video/mp4", "something else"),
    ("film.mp4", lambda: b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + b"#EXTM3U\nhttp://127.0.0.1:9/\n" * 20, "", "damaged"),
    ("film.mp4", lambda: making.video(seconds=20)[:6000], "", "damaged"),
    ("film.webm", lambda: making.video("webm", "libvpx", seconds=10)[:2500], "", "breaks off"),
    ("IMG_1.heic", lambda: b"\0\0\0\x18ftypheic\0\0\0\0heicmif1", "", "JPEG or PNG"),
    ("log.txt", lambda: b"\x7fELF\x01\x01" + bytes(100), "", "plain text"),
    ("log.txt", making.picture, "text/plain", "something else"),
    ("run.exe", lambda: b"MZ" + bytes(100), "", "can't be filed"),
    ("nothing.png", lambda: b"", "", "empty"),
    ("long.txt", lambda: b"a" * (MEBI + 1), "", "larger than 1 MB"),
]


@pytest.mark.parametrize(("name", "make", "declared", "reason"), REFUSED, ids=[f"{r[0]}: {r[3]}" for r in REFUSED])
def test_what_can_not_be_filed_is_refused_with_a_reason_and_leaves_nothing(
    name: str, make: Callable[[], bytes], declared: str, reason: str, take: Take, tmp_path: Path
) -> None:
    with pytest.raises(InvalidError) as refused:
        take(make(), name, declared)
    (fault,) = refused.value.faults
    assert (fault.path, reason in fault.msgid % fault.values) == ("file", True), fault.msgid % fault.values
    assert list((tmp_path / "exhibits").iterdir()) == []


@pytest.fixture
def heard() -> Iterator[tuple[str, list[str]]]:
    """A server of this machine that nobody should ask anything; its address, and what it was asked."""
    asked: list[str] = []

    class Ear(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Ear)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_no_file_makes_us_ask_an_address_that_stands_in_it(heard: tuple[str, list[str]], take: Take) -> None:
    address, asked = heard
    playlist = f"#EXTM3U\n#EXTINF:1,\n{address}/a.ts\n".encode()
    for name, data in (
        ("a.mp4", playlist),
        ("a.mkv", b"\x1aE\xdf\xa3" + playlist),
        ("a.avi", b"RIFF\x00\x00\x00\x00AVI " + playlist),
        ("a.mov", b"\0\0\0\x14ftypqt  \0\0\0\0" + playlist),
    ):
        with pytest.raises(InvalidError):
            take(data, name)
    assert asked == []


def test_the_process_that_opens_files_has_no_network_and_little_of_anything_else(heard: tuple[str, list[str]]) -> None:
    if not examining.ask("--probe")["no_network"]:
        pytest.skip("the system gives this user no network namespaces")
    code = (
        "from arbitration.media.confining import confine\n"
        "assert confine()\n"
        "import resource, urllib.request\n"
        "print(resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CPU)[0])\n"
        f"try: urllib.request.urlopen({heard[0]!r}, timeout=5)\n"
        "except OSError: print('unreachable')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(1536 * MEBI), "60", "unreachable"]
    assert heard[1] == []


def test_a_file_that_keeps_the_process_busy_is_refused(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examining, "PATIENCE", 0.01)
    with pytest.raises(InvalidError) as refused:
        take(making.picture(), "a.png")
    assert "takes too long" in refused.value.faults[0].msgid


def test_a_server_that_is_killed_leaves_nobody_behind_who_looks_at_a_file(tmp_path: Path) -> None:
    original = tmp_path / "original"
    original.write_bytes(slow_document())
    looks = "import sys; from arbitration.media import examining; examining.ask(sys.argv[1], 'application/pdf')"
    server = subprocess.Popen([sys.executable, "-c", looks, str(original)])
    child = the_child_of(server.pid)
    server.kill()
    server.wait()
    limit = monotonic() + 20
    while alive(child) and monotonic() < limit:
        os.sched_yield()
    assert not alive(child)


def the_child_of(pid: int) -> int:
    """The process that it has started, once that one has given up what it does not need."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    limit = monotonic() + 60
    while monotonic() < limit:
        for child in children.read_text("ascii").split():
            if "NoNewPrivs:\t1" in Path(f"/proc/{child}/status").read_text("utf-8"):
                return int(child)
    raise AssertionError("it started none")


def alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text("utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_large_video_is_taken_in_without_taking_memory(tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    large = making.filled_video_parts(LARGEST_FILE)
    with Incoming(tmp_path / "exhibits", LARGEST_FILE) as incoming:
        for part in large:
            incoming.write(part)
        stored = examine(incoming, "film.mp4", "video/mp4")
    assert stored.bytes == LARGEST_FILE
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40 * 1024
