"""The files that people of the demo file as evidence: a few samples, each looked at once, a copy for every exhibit."""

import shutil
from dataclasses import replace
from pathlib import Path
from secrets import token_hex

from arbitration.demo.story import DATA
from arbitration.domain.files import Stored, shown_name
from arbitration.media import Incoming, examine

SAMPLES = {
    "png": "picture.png",
    "jpg": "picture.jpg",
    "pdf": "document.pdf",
    "txt": "record.txt",
    "mp4": "film.mp4",
    "mov": "film.mov",
}


class Samples:
    """Files for exhibits, put into an installation's ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._examined: dict[str, Stored] = {}

    def file(self, name: str) -> Stored:
        """A file of that name, as one that was received and examined; what it holds depends on its ending."""
        ending = name.rpartition(".")[2].lower()
        if ending not in self._examined:
            self._examined[ending] = self._examine(SAMPLES[ending])
        first = self._examined[ending]
        copied = replace(first, folder=token_hex(16), name=shown_name(name))
        shutil.copytree(self.folder / first.folder, self.folder / copied.folder)
        return copied

    def done(self) -> None:
        """Let go of the files that no exhibit refers to."""
        for stored in self._examined.values():
            shutil.rmtree(self.folder / stored.folder, ignore_errors=True)
        self._examined.clear()

    def _examine(self, sample: str) -> Stored:
        with Incoming(self.folder, 2**24) as incoming:
            incoming.write((DATA / "files" / sample).read_bytes())
            stored = examine(incoming, sample, "")
            incoming.kept = True
        return stored
