"""The versions of the agreement: which is in force, which was, which comes; and each as a text for people."""

from uuid import UUID

from flask import Response, g, render_template

from arbitration.db import reading
from arbitration.domain.refusals import NotFoundError
from arbitration.door import guard
from arbitration.door.reader import current_reader
from arbitration.models import PolicyVersion
from arbitration.services import policies as service
from arbitration.services.operations.lists import require
from arbitration.web.operations.frame import blueprint


@blueprint.get("/agreements")
def policies() -> str:
    """All versions that are installed, the latest first."""
    with reading() as session:
        require(guard.actor(), "seeInstallation")
        installed = service.versions(session)
        current = service.latest_at(installed, g.now) if installed else None
        items = [_view(each, current) for each in reversed(installed)]
        return render_template("operations/policies.html", items=items)


@blueprint.get("/agreements/<uuid:policy_id>")
def policy(policy_id: UUID) -> str:
    """One version as a text for people."""
    from arbitration.rules.policy_text import explain

    with reading() as session:
        version = _find(session.get(PolicyVersion, policy_id))
        installed = service.versions(session)
        lines = [_line(each) for each in explain(service.policy_of(version), current_reader()).splitlines() if each]
        view = _view(version, service.latest_at(installed, g.now))
        return render_template("operations/policy.html", policy=view, lines=lines)


@blueprint.get("/agreements/<uuid:policy_id>.toml")
def policy_file(policy_id: UUID) -> Response:
    """One version as the file that was installed."""
    with reading() as session:
        version = _find(session.get(PolicyVersion, policy_id))
        response = Response(version.text, mimetype="text/plain")
    response.headers["Content-Disposition"] = f'attachment; filename="{version.name}-{version.version}.toml"'
    return response


def _line(text: str) -> tuple[str, str]:
    """A line of the text for people: what it is (heading, subheading, item or text), and what it says."""
    for mark, kind in (("## ", "subheading"), ("# ", "heading"), ("- ", "item")):
        if text.startswith(mark):
            return kind, text.removeprefix(mark)
    return "text", text


def _find(version: PolicyVersion | None) -> PolicyVersion:
    require(guard.actor(), "seeInstallation")
    if version is None:
        raise NotFoundError
    return version


def _view(version: PolicyVersion, current: PolicyVersion | None) -> dict[str, object]:
    over = version.in_force_from <= g.now
    return {
        "id": version.id,
        "name": version.name,
        "version": version.version,
        "since": version.in_force_from,
        "sha256": version.sha256,
        "state": "in_force" if version is current else "followed" if over else "to_come",
    }
