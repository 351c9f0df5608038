"""Whatever a phone or a browser films can be filed, and played where its viewers play films."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from arbitration.domain.files import Stored
from tests.exhibits.test_files import Take
from tests.exhibits.test_files import take as take

QUIET = {"libx265": {"x265-params": "log-level=none"}, "libsvtav1": {"svtav1-params": "tile-columns=0"}}


def film(path: Path, form: str, codec: str, tag: str = "", *, sound: bool = False) -> bytes:
    """A film of three seconds; with sound as phones spoke before 2010."""
    with av.open(str(path), "w", format=form) as made:
        stream: Any = made.add_stream(codec, rate=10, options=QUIET.get(codec, {}))
        stream.width, stream.height, stream.pix_fmt = 352, 288, "yuv420p"
        if tag:
            stream.codec_context.codec_tag = tag
        ring = av.open(io.BytesIO(b"#!AMR\n" + (b"\x3c" + bytes(31)) * 150)) if sound else None
        heard = made.add_stream_from_template(ring.streams.audio[0], opaque=True) if ring else None
        for number in range(30):
            frame = av.VideoFrame.from_image(Image.new("RGB", (352, 288), (number * 8, 80, 120)))
            frame.pts = number
            made.mux(stream.encode(frame.reformat(format="yuv420p")))
        made.mux(stream.encode())
        for packet in ring.demux() if ring else ():
            if packet.dts is not None:
                packet.stream = heard
                made.mux(packet)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("name", "make", "shown_as", "marks"),
    [
        ("browser.webm", lambda path: film(path, "webm", "libsvtav1"), "video/webm", b"V_AV1"),
        ("android.mp4", lambda path: film(path, "mp4", "libsvtav1"), "video/webm", b"V_AV1"),
        ("iphone.mov", lambda path: film(path, "mov", "libx265", "hvc1"), "video/mp4", b"hvc1"),
        ("old-phone.3gp", lambda path: film(path, "3gp", "h263", sound=True), "video/3gpp", b"samr"),
    ],
    ids=["AV1 of a browser", "AV1 of a phone", "H.265 as Apple's players look for it", "H.263 with AMR"],
)
def test_what_is_filmed_today_or_was_long_ago_can_be_filed_and_seen(
    name: str, make: Callable[[Path], bytes], shown_as: str, marks: bytes, take: Take, tmp_path: Path
) -> None:
    stored: Stored = take(make(tmp_path / name), name)
    clean = next(part for part in stored.parts if part.name == "clean")
    assert (clean.media_type, stored.duration) == (shown_as, 3000)
    copy = tmp_path / "exhibits" / stored.folder / "clean"
    assert marks in copy.read_bytes()
    with av.open(str(copy)) as video:
        assert sum(1 for _ in video.decode(video=0)) == 30
