"""Videos: whether they can be played, a picture of them, and a copy without what a camera writes into them besides."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any

from arbitration.domain.files import CLEAN
from arbitration.media import pictures
from arbitration.media.trouble import RefusedError

CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi"
OPTIONS = {"format_whitelist": CONTAINERS, "protocol_whitelist": ""}
MOST_PIXELS = 50_000_000
MOST_STREAMS = 16
LONGEST = 3 * 60 * 60 * 1000
FRAMES_TRIED = 50
POSTER_WIDTH = 1280
WEBM = frozenset({"vp8", "vp9", "av1", "opus", "vorbis"})
MP4 = frozenset({"h264", "hevc", "mpeg4", "av1", "vp9", "h263", "aac", "mp3", "ac3", "opus", "alac"})
TYPES = {"webm": "video/webm", "mp4": "video/mp4", "matroska": "video/x-matroska", "3gp": "video/3gpp"}


def examine(original: Path, _media_type: str) -> dict[str, Any]:
    """What the video is; leaves a picture of it and a clean copy beside it."""
    import av

    av.logging.set_level(None)
    with _opened(original) as video:
        stream = _pictures_of(video)
        poster = _poster(video, stream)
    parts = [pictures.save_thumb(poster, original)]
    copy, duration = _clean(original)
    width, height = poster.info["size"]
    return {"width": width, "height": height, "duration": duration, "parts": [*parts, copy]}


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """The file itself, never an address that stands in it."""
    import av

    with path.open("rb") as file, av.open(file, options=OPTIONS, metadata_errors="replace") as video:
        yield video


def _pictures_of(video: Any) -> Any:
    """The stream that holds the moving pictures."""
    if len(video.streams) > MOST_STREAMS:
        raise RefusedError("too_many_streams")
    if video.duration and video.duration / 1000 > LONGEST:
        raise RefusedError("too_long")
    stream = next((each for each in video.streams.video if not _is_cover(each)), None)
    if stream is None:
        raise RefusedError("no_video")
    if stream.codec_context.width * stream.codec_context.height > MOST_PIXELS:
        raise RefusedError("too_many_pixels")
    return stream


def _is_cover(stream: Any) -> bool:
    import av

    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _poster(video: Any, stream: Any) -> Any:
    """The first picture that can be decoded, upright."""
    import av

    stream.codec_context.thread_count = 1
    for packet in islice(video.demux(stream), FRAMES_TRIED):
        with suppress(av.error.FFmpegError):
            for frame in packet.decode():
                return _drawn(frame)
    raise RefusedError("unreadable")


def _drawn(frame: Any) -> Any:
    if frame.width * frame.height > MOST_PIXELS:
        raise RefusedError("too_many_pixels")
    scale = min(1.0, POSTER_WIDTH / frame.width)
    width, height = max(2, int(frame.width * scale)), max(2, int(frame.height * scale))
    drawn = frame.reformat(width=width, height=height, format="rgb24").to_image()
    turned = getattr(frame, "rotation", 0) or 0
    size = (frame.height, frame.width) if turned % 180 else (frame.width, frame.height)
    drawn = drawn.rotate(turned, expand=True)
    drawn.info["size"] = size
    return drawn


def _clean(original: Path) -> tuple[dict[str, Any], int]:
    """A copy of pictures and sound alone, in a form that browsers play if they can; and how long it lasts."""
    import av

    target = original.with_name(CLEAN)
    for form in _forms(original):
        try:
            return _copy(original, target, form), _lasts(target, original)
        except (av.error.FFmpegError, ValueError) as error:
            target.unlink(missing_ok=True)
            if getattr(error, "errno", None) == errno.ENOSPC:
                raise
    raise RefusedError("unreadable")


def _forms(original: Path) -> list[str]:

    with _opened(original) as video:
        codecs = {stream.codec_context.name for stream in _kept(video)}
    known = [form for form, names in (("webm", WEBM), ("mp4", MP4)) if {_plain(name) for name in codecs} <= names]
    return [*known, "matroska", "3gp"]


def _plain(codec: str) -> str:
    return {"libdav1d": "av1", "libopus": "opus", "mp3float": "mp3", "libvorbis": "vorbis"}.get(codec, codec)


def _kept(video: Any) -> list[Any]:
    """The streams that are copied: the first pictures, and sound in a form that can be read."""
    sound = [each for each in video.streams.audio if each.codec_context is not None][:4]
    return [next(each for each in video.streams.video if not _is_cover(each)), *sound]


def _copy(original: Path, target: Path, form: str) -> dict[str, Any]:
    import av

    options = {"movflags": "faststart"} if form == "mp4" else {}
    with (
        _opened(original) as source,
        av.open(str(target), "w", format=form, options=options) as out,
    ):
        ways = {each.index: _way(out, each, form) for each in _kept(source)}
        for stream in ways.values():
            stream.metadata.clear()
        for packet in source.demux(*[source.streams[index] for index in ways]):
            if packet.dts is not None and packet.size:
                packet.stream = ways[packet.stream.index]
                out.mux(packet)
    return {"name": CLEAN, "media_type": TYPES[form]}


def _way(out: Any, stream: Any, form: str) -> Any:
    """A stream of the copy: as it is, also where this machine can play a kind and not make it.

    Phones keep what a player needs of H.265 beside the pictures (``hvc1``); Apple's players look for it nowhere else.
    """
    way = out.add_stream_from_template(stream, opaque=True)
    if form == "mp4" and stream.codec_context.name == "hevc" and stream.codec_context.codec_tag != "hev1":
        way.codec_context.codec_tag = "hvc1"
    return way


def _lasts(target: Path, original: Path) -> int:
    """How long the copy lasts, in milliseconds. Raises RefusedError if the original promises much more."""

    with _opened(target) as copy:
        lasts = int((copy.duration or 0) / 1000)
    with _opened(original) as video:
        promised = int((video.duration or 0) / 1000)
    if lasts > LONGEST:
        raise RefusedError("too_long")
    if promised > 2_000 and lasts < promised * 0.8:
        raise RefusedError("cut_off")
    return lasts
