"""Writes an answer straight to JSON text, in English: the same as ``answer`` and an encoder, several times as fast.

All answers of one kind differ in instants and in words alone, and few kinds come up. The first of a kind is written the
plain way, with a mark in place of each value: what stands between the marks is the form of that kind, and it is kept.
Whatever is not a value is in the key of the form (``_told``). The values of an answer are written all at once.

In forms and values each character stands for a byte of its UTF-8. A single quotation mark beyond Latin-1 would make
every character of an answer two bytes wide, and each joining and encoding of it twice the work.
"""

import json
import re
from datetime import datetime
from functools import lru_cache
from typing import Any

from msgspec.json import Encoder

from arbitration.rules.answer import answer
from arbitration.rules.case import Exhibit, Report, Video
from arbitration.rules.counterfactuals import Counterfactual, counterfactuals
from arbitration.rules.durations import Duration
from arbitration.rules.instants import show_instant
from arbitration.rules.jsontext import ESCAPES
from arbitration.rules.judging import Explanation
from arbitration.rules.sentences import SENTENCES
from arbitration.rules.telling import ENGLISH, EnglishTeller
from arbitration.rules.verdict import Explained, Verdict

_encode = Encoder().encode
_MARK = "\udfff"  # half a character, which no policy and no sentence can hold
_MOST_FORMS = 4096
_forms: dict[tuple[object, ...], list[str]] = {}


def write_answer(verdict: Verdict) -> bytes:
    """The answer (docs/assess.md) as one line of JSON in UTF-8."""
    explained = verdict.explain()
    changes = counterfactuals(verdict, explained)
    key, values = _told(verdict, explained, changes)
    form = _forms.get(key)
    if form is None:
        form = _form(verdict)
        if len(_forms) < _MOST_FORMS:
            _forms[key] = form
    line = [""] * (2 * len(form) - 1)
    line[::2] = form
    line[1::2] = _written(values)
    return "".join(line).encode("latin-1")


def _form(verdict: Verdict) -> list[str]:
    """What stands between the values of an answer, from its beginning to its end."""
    text = json.dumps(answer(verdict, _MARKING, lambda _: _MARK), ensure_ascii=False)
    return [part.encode().decode("latin-1") for part in text.split(_MARK)]


class _MarkingTeller(EnglishTeller):
    """Says a mark for each value."""

    def instant(self, moment: datetime) -> str:  # noqa: ARG002
        return _MARK

    def duration(self, duration: Duration) -> str:  # type: ignore[override] # noqa: ARG002 - not cached
        return _MARK

    def quote(self, text: str) -> str:  # noqa: ARG002
        return super().quote(_MARK)


_MARKING = _MarkingTeller()


def _told(
    verdict: Verdict, explained: Explained, changes: tuple[Counterfactual, ...]
) -> tuple[tuple[object, ...], list[datetime | str]]:
    """What kind of answer it is, and its values in the order in which ``answer`` tells them."""
    findings, (basis, expires_at, _), missing, not_before = explained
    key = [verdict.ruling, verdict.remedies, basis, expires_at is None, not_before is None]
    values: list[datetime | str] = [verdict.reported_at] if expires_at is None else [expires_at, verdict.reported_at]
    if not_before is not None:
        values.append(not_before)
    for what, since, until, by in missing:
        key += (what, by, since is None, until is None)
        values += [moment for moment in (since, until) if moment is not None]
    if verdict.case.conduct:
        for by, _, rule, clause, at in verdict.violations:
            key += (by, rule, clause)
            values.append(at)
    for explanation in findings:
        _tell_finding(explanation, key, values)
    for change in changes:
        _tell_change(change, key, values)
    return tuple(key), values


def _tell_finding(explanation: Explanation, key: list[Any], values: list[datetime | str]) -> None:
    _, clauses, _, code, given, notes, _, _, _ = explanation
    key += (code, clauses)
    for name in _NAMES[code]:
        value: Any = given[name]
        values.append(_duration(value) if type(value) is Duration else value)
    for note, given in notes:
        key.append(note)
        values += [given[name] for name in _NAMES[note]]  # type: ignore[misc] # a note tells instants alone


def _tell_change(change: Counterfactual, key: list[Any], values: list[datetime | str]) -> None:
    path, value, (code, given) = change
    key += (path, code)
    values += [given[name] for name in _NAMES[code]]  # type: ignore[misc] # and so does a change
    if type(value) is Video:
        starts_at, ends_at, continuous = value
        key.append(continuous)
        values += (starts_at, ends_at)
    elif isinstance(value, Report | Exhibit):
        key.append(value.via if isinstance(value, Report) else value.kind)
        values.append(value.at)
    elif type(value) is datetime:
        values.append(value)
    else:
        key.append(value)


_NAMES = {code: tuple(re.findall(r"%\((\w+)\)s", text)) for code, text in SENTENCES.items()}
"""The names of the values in a sentence, in their order."""


@lru_cache(maxsize=1024)
def _duration(duration: Duration) -> str:
    return ENGLISH.duration(duration)


def _written(values: list[datetime | str]) -> list[str]:
    """Instants and words as they stand between the quotation marks of JSON, where no other ``","`` can come."""
    try:
        text = _encode(values).decode("latin-1")
    except UnicodeEncodeError:  # half a character in somebody's words
        return [_written_alone(value) for value in values]
    if "." in text:  # maybe the decimals of a second, of which msgspec writes all six
        return [_written_alone(value) for value in values]
    return text[2:-2].split('","')


def _written_alone(value: datetime | str) -> str:
    if isinstance(value, datetime):
        return show_instant(value)
    return json.dumps(value, ensure_ascii=False)[1:-1].encode("utf-8", ESCAPES).decode("latin-1")
