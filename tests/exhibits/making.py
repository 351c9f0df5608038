"""Files as people send them, and as some send them who mean harm; all made here."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import av
from PIL import Image

MEBI = 1024 * 1024
QUICK = {"libvpx": {"deadline": "realtime", "cpu-used": "8"}}
"""What lets an encoder do with less work; how a film looks is of no matter."""
SECRET = "Secret street 7"
PLACE = "+50.4501+030.5234/"


def picture(form: str = "PNG", size: tuple[int, int] = (320, 200), colour: str = "teal") -> bytes:
    """A picture. A JPEG lies on its side, and knows where it was taken."""
    image, out = Image.new("RGB", size, colour), io.BytesIO()
    options: dict[str, Any] = {}
    if form == "JPEG":
        exif = image.getexif()
        exif[0x010E], exif[0x0112] = SECRET, 6
        options["exif"] = exif
    image.save(out, form, **options)
    return out.getvalue()


def moving() -> bytes:
    """A GIF of two pictures."""
    out = io.BytesIO()
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


def document(pages: int = 1) -> bytes:
    """A PDF with a page of each of several colours."""
    out = io.BytesIO()
    drawn = [Image.new("RGB", (200, 280), (250, 250 - page % 200, 200)) for page in range(pages)]
    drawn[0].save(out, "PDF", save_all=True, append_images=drawn[1:], title=SECRET)
    return out.getvalue()


def video(form: str = "mp4", codec: str = "libx264", seconds: int = 2, size: tuple[int, int] = (160, 120)) -> bytes:
    """A video that knows where it was taken."""
    out = io.BytesIO()
    with av.open(out, "w", format=form) as container:
        container.metadata["title"], container.metadata["location"] = SECRET, PLACE
        stream = container.add_stream(codec, rate=10, options=QUICK.get(codec))
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for number in range(seconds * 10):
            image = Image.new("RGB", size, (number * 5 % 256, 80, 120))
            frame = av.VideoFrame.from_image(image).reformat(format="yuv420p")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return out.getvalue()


def filled_video(size: int) -> bytes:
    """A video of just that many bytes: what comes after the last picture is a box that players pass over."""
    return b"".join(filled_video_parts(size))


def filled_video_parts(size: int) -> Iterator[bytes]:
    """The same, a part at a time."""
    made = video()
    rest = size - len(made)
    yield made + rest.to_bytes(4, "big") + b"free"
    for start in range(8, rest, MEBI):
        yield bytes(min(MEBI, rest - start))


def huge_picture() -> bytes:
    """A PNG of some kilobytes that claims to hold ten thousand million pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(bytes(10_000))), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def zipped_picture() -> bytes:
    """A PNG that is a ZIP archive as well."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("run.exe", "MZ")
    return picture() + out.getvalue()


def multipart(fields: dict[str, str], data: bytes, name: str) -> tuple[bytes, str]:
    """A form with a file as it is sent, and its content type."""
    said = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n' for field, value in fields.items()
    )
    said += f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return said.encode() + data + b"\r\n--b--\r\n", "multipart/form-data; boundary=b"


def slow_document() -> bytes:
    """A PDF of a few kilobytes that takes longer to draw than anybody waits."""
    strokes = b"".join(
        b"%d %d m %d %d %d %d %d %d c S\n" % tuple((i * step) % 700 for step in (1, 7, 13, 3, 5, 11, 17, 23))
        for i in range(400)
    )
    drawn = zlib.compress(b"/G gs 20 w [3 1] 0 d\n" + strokes, 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</ExtGState<</G 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n" % len(drawn) + drawn + b"\nendstream",
        b"<</Type/ExtGState/ca .5/CA .5/BM/Luminosity>>",
    ]
    body = b"".join(b"%d 0 obj\n%b\nendobj\n" % numbered for numbered in enumerate(objects, 1))
    return b"%PDF-1.7\n" + body + b"trailer<</Root 1 0 R>>\n%%EOF"
