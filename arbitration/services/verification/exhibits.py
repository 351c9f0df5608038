"""Checking exhibits against what the chain of their purchase says of them, and their files against their hashes."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Row, select

from arbitration.domain.docket import Link, digest_of, instant, text_commitment
from arbitration.domain.files import ORIGINAL
from arbitration.models import Exhibit, ExhibitView
from arbitration.services.verification import findings
from arbitration.services.verification.findings import Finding

EXHIBITS = select(
    Exhibit.purchase_id,
    Exhibit.number,
    Exhibit.id,
    Exhibit.kind,
    Exhibit.position,
    Exhibit.filed_by,
    Exhibit.filed_role,
    Exhibit.filed_at,
    Exhibit.name,
    Exhibit.salt,
    Exhibit.media_type,
    Exhibit.bytes,
    Exhibit.sha256,
    Exhibit.stored_as,
    Exhibit.parts,
)
VIEWS = select(Exhibit.purchase_id, Exhibit.number, ExhibitView.person_id, ExhibitView.role, ExhibitView.first_at).join(
    ExhibitView, ExhibitView.exhibit_id == Exhibit.id
)


@dataclass(slots=True)
class ToldExhibit:
    """An exhibit, as the entry of its filing tells of it."""

    sequence: int
    at: str
    by: object
    facts: dict[str, Any]


class ToldExhibits:
    """What the entries of a chain tell of exhibits, and of who was shown them. ``folder`` holds the files, if given."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.filed: dict[str, ToldExhibit] = {}
        self.shown: dict[tuple[str, str], tuple[int, str, object]] = {}

    def learn(self, link: Link, body: dict[str, Any]) -> None:
        """Take in an entry."""
        facts = body["facts"]
        number, at = str(facts.get("number")), instant(link.at)
        if link.kind == "exhibit.filed":
            self.filed[number] = ToldExhibit(link.sequence, at, body.get("by"), facts)
        elif link.kind == "exhibit.shown":
            self.shown[number, str(body.get("by"))] = link.sequence, at, facts.get("role")

    def check(self, exhibits: Iterator[Row[Any]], where: str) -> Iterator[Finding]:
        """How the exhibits differ from what the entries tell of them, and their files from both."""
        seen = set()
        for row in exhibits:
            number = f"E{row.number}"
            seen.add(number)
            told = self.filed.get(number)
            if told is None:
                yield Finding(where, None, findings.UNKNOWN_EXHIBIT, {"number": number})
                continue
            if _said(told) != _stands(row):
                yield Finding(where, told.sequence, findings.OTHER_EXHIBIT, {"number": number})
            yield from self._check_files(row, number, told.sequence, where)
        for number, told in self.filed.items():
            if number not in seen:
                yield Finding(where, told.sequence, findings.NO_EXHIBIT, {"number": number})

    def _check_files(self, row: Row[Any], number: str, sequence: int, where: str) -> Iterator[Finding]:
        if self.folder is None:
            return
        files = {ORIGINAL: row.sha256, **{part["name"]: part["sha256"] for part in row.parts}}
        for name, sha256 in files.items():
            values = {"number": number, "file": f"{row.stored_as}/{name}"}
            try:
                with (self.folder / row.stored_as / name).open("rb") as file:
                    found = hashlib.file_digest(file, "sha256").hexdigest()
            except OSError:
                yield Finding(where, sequence, findings.NO_FILE, values)
                continue
            if found != sha256:
                yield Finding(where, sequence, findings.OTHER_FILE, values)

    def check_views(self, views: Iterator[Row[Any]], where: str) -> Iterator[Finding]:
        """How the record of who was shown what differs from what the entries tell."""
        seen = set()
        for row in views:
            key = f"E{row.number}", str(row.person_id)
            seen.add(key)
            told = self.shown.get(key)
            if told is None or told[1:] != (instant(row.first_at), row.role):
                yield Finding(where, told[0] if told else None, findings.OTHER_VIEW, {"number": key[0]})
        for key, told in self.shown.items():
            if key not in seen:
                yield Finding(where, told[0], findings.OTHER_VIEW, {"number": key[0]})


def _said(told: ToldExhibit) -> tuple[object, ...]:
    names = ("exhibit", "kind", "position", "role", "name", "media_type", "bytes", "sha256", "parts")
    return told.at, told.by, *(told.facts.get(name) for name in names)


def _stands(row: Row[Any]) -> tuple[object, ...]:
    name = text_commitment(row.salt, row.name)
    parts = digest_of(f"{part['name']} {part['sha256']}" for part in row.parts)
    of_file = row.media_type, row.bytes, row.sha256, parts
    return instant(row.filed_at), str(row.filed_by), str(row.id), row.kind, row.position, row.filed_role, name, *of_file
