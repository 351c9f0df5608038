"""Saying what became of the rows: as JSON Lines for a program, as lines for a person."""

import json
from collections.abc import Iterator

from arbitration.cli.importing.running import Told
from arbitration.domain.refusals import FieldFault
from arbitration.models import Import
from arbitration.rules.faults import printable

PLAIN = '{"line": %d, "external_id": "%s", "result": "%s", "ignored": [], "errors": []}'


def as_json(told: Told) -> str:
    """A row's result as a JSON object in one line."""
    line, result = told
    if not result.errors and not result.ignored:  # so its id is one of letters, digits and a few signs
        return PLAIN % (line, result.external_id, result.result)
    errors = [{"path": fault.path, "message": sentence(fault)} for fault in result.errors]
    said = {
        "line": line,
        "external_id": result.external_id,
        "result": result.result,
        "ignored": list(result.ignored),
        "errors": errors,
    }
    return json.dumps(said, ensure_ascii=False).encode("utf-8", "replace").decode()


def as_text(told: Told) -> Iterator[str]:
    """What a person should know of a row; nothing if all is well."""
    result = told.result
    name = f"line {told.line}, {result.external_id}" if result.external_id else f"line {told.line}"
    for fault in result.errors:
        yield printable(f"{name}: refused: {fault.path}: {sentence(fault)}")
    if result.ignored:
        yield printable(f"{name}: {result.result}; the purchase keeps its own {', '.join(result.ignored)}")


def sentence(fault: FieldFault) -> str:
    """A fault in English."""
    return fault.msgid % fault.values if fault.values else fault.msgid


def summary(run: Import) -> str:
    """What became of the whole file."""
    total = run.created + run.unchanged + run.updated + run.refused
    counts = f"{run.created} created, {run.unchanged} unchanged, {run.updated} updated, {run.refused} refused"
    return f"{total} {'purchase' if total == 1 else 'purchases'}: {counts}."
