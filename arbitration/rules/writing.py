"""Writes an answer straight to JSON text, in English: the same as ``answer`` and an encoder, several times as fast.

What never changes is escaped once and kept, with a gap for each value; only what people wrote is escaped each time.

From ``_escaped`` to the end each character of a text stands for a byte of its UTF-8. A single quotation mark beyond
Latin-1 would make every character of an answer two bytes wide, and each joining and encoding of it twice the work.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

from arbitration.rules import codes
from arbitration.rules.case import Exhibit, Report, Video
from arbitration.rules.counterfactuals import Counterfactual, counterfactuals
from arbitration.rules.durations import Duration
from arbitration.rules.instants import show_instant
from arbitration.rules.jsontext import ESCAPES
from arbitration.rules.judging import Explanation, Missing, Said
from arbitration.rules.sentences import SENTENCES
from arbitration.rules.telling import ENGLISH
from arbitration.rules.verdict import Verdict, Violation

_LITERALS = {True: "true", False: "false", None: "null"}
_NAMED = re.compile(r"%\((\w+)\)s")


def write_answer(verdict: Verdict) -> bytes:
    """The answer of the contract ``assess`` as one line of JSON in UTF-8."""
    policy, ruling, violations = verdict.policy, verdict.ruling, verdict.violations
    explained = verdict.explain()
    findings, warranty, missing, not_before = explained
    text = (
        f"{_head(policy.id, policy.version, ruling.verdict, ruling.decided_by, verdict.remedies, warranty.basis)}"
        f'{_instant(warranty.expires_at)}}}, "reported_at": "{show_instant(verdict.reported_at)}", '
        f'"not_before": {_instant(not_before)}, "missing": [{_missing(missing[0]) if missing else ""}], '
        f'"violations": [{", ".join(map(_violation, violations)) if violations else ""}], '
        f'"findings": [{", ".join(map(_finding, findings))}], '
        f'"counterfactuals": [{", ".join(map(_change, counterfactuals(verdict, explained)))}]}}'
    )
    return text.encode("latin-1")


@lru_cache(maxsize=1024)
def _head(name: str, version: int, verdict: str, decided_by: str, remedies: tuple[str, ...], basis: str) -> str:
    """An answer from its beginning to the end of the warranty, which is left out."""
    return (
        f'{{"policy": {{"id": "{_escaped(name)}", "version": {version}}}, "verdict": "{verdict}", '
        f'"decided_by": "{decided_by}", "remedies": {_codes(remedies)}, '
        f'"warranty": {{"basis": "{basis}", "expires_at": '
    )


def _codes(items: tuple[str, ...]) -> str:
    told = ", ".join([f'"{_escaped(item)}"' for item in items])
    return f"[{told}]"


def _escaped(text: str) -> str:
    """A text as it stands between the quotation marks of JSON, a character for each byte."""
    return encode_basestring(text)[1:-1].encode("utf-8", ESCAPES).decode("latin-1")


def _instant(moment: datetime | None) -> str:
    return "null" if moment is None else f'"{show_instant(moment)}"'


def _missing(missing: Missing) -> str:
    what, since, until, by = missing
    return f'{{"what": "{what}", "by": "{by}", "from": {_instant(since)}, "until": {_instant(until)}}}'


def _violation(violation: Violation) -> str:
    by, _, rule, clause, at = violation
    return f'{{"by": "{by}", "rule": "{_escaped(rule)}", "clause": "{_escaped(clause)}", "at": "{show_instant(at)}"}}'


def _finding(explanation: Explanation) -> str:
    rule, clauses, holds, code, values, notes, _, _, _ = explanation
    told = _filled(_finding_form(rule, clauses, holds, code), values)
    return f'{told}"{" ".join(map(_said, notes))}"}}' if notes else f"{told}null}}"


def _change(change: Counterfactual) -> str:
    path, value, said = change
    change_to = _VALUES[type(value)](value)
    return f'{{"change": "{_said(said)}", "path": "{path}", "value": {change_to}, "verdict": "{codes.COVERED}"}}'


def _said(said: Said) -> str:
    code, values = said
    return _filled(_sentence_form(code), values)


_Form = tuple[str, tuple[str, ...]]
"""A text with ``%s`` for each value, and the names of the values in that order; without values the text as it is."""


def _filled(form: _Form, values: Mapping[str, Any]) -> str:
    text, names = form
    if not names:
        return text
    written = []
    for name in names:
        value = values[name]
        written.append(show_instant(value) if type(value) is datetime else _WORDS[type(value)](value))
    return text % tuple(written)


def _form(before: str, sentence: str, after: str) -> _Form:
    names = tuple(_NAMED.findall(sentence))
    if not names:
        return f"{before}{_escaped(sentence)}{after}", ()
    return f"{before.replace('%', '%%')}{_NAMED.sub('%s', _escaped(sentence))}{after}", names


@lru_cache(maxsize=1024)
def _finding_form(rule: str, clauses: tuple[str, ...], holds: bool | None, code: str) -> _Form:
    """A finding up to its note."""
    start = f'{{"rule": "{rule}", "clauses": {_codes(clauses)}, "holds": {_LITERALS[holds]}, "because": "'
    return _form(start, SENTENCES[code], '", "note": ')


@lru_cache(maxsize=256)
def _sentence_form(code: str) -> _Form:
    return _form("", SENTENCES[code], "")


@lru_cache(maxsize=1024)
def _duration(duration: Duration) -> str:
    return ENGLISH.duration(duration)


def _quote(text: str) -> str:
    return _escaped(ENGLISH.quote(text))


def _video(video: Video) -> str:
    starts_at, ends_at, continuous = video
    return (
        f'{{"kind": "video", "starts_at": "{show_instant(starts_at)}", "ends_at": "{show_instant(ends_at)}", '
        f'"continuous": {_LITERALS[continuous]}}}'
    )


# What a value is written like, by its type: between the words of a sentence, and as the value of a change.
_WORDS: dict[type, Callable[[Any], str]] = {str: _quote, Duration: _duration}
_VALUES: dict[type, Callable[[Any], str]] = {
    Report: lambda report: f'{{"at": "{show_instant(report.at)}", "via": "{report.via}"}}',
    Video: _video,
    Exhibit: lambda exhibit: f'{{"kind": "{exhibit.kind}", "at": "{show_instant(exhibit.at)}"}}',
    datetime: _instant,
    bool: _LITERALS.__getitem__,
}
