"""The settings that this process runs with, and where each comes from. What may be a secret is never shown."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from urllib.parse import urlsplit

from arbitration.config import PREFIX, Settings

PLAIN = (
    "instance",
    "base_url",
    "site_name",
    "mail_from",
    "gateway_timeout",
    "private_networks",
    "refund_approval_above",
    "trusted_proxies",
    "exhibits_per_person",
    "exhibit_megabytes_per_person",
    "metrics_networks",
    "log_format",
)
ADDRESSES = ("database_url", "smtp_url", "gateway_url")
"""Shown without user, password and options."""


@dataclass(frozen=True, slots=True)
class InEffect:
    """A setting: its name, its value if it can be shown, whether it is set at all, and its source.

    ``source`` is ``environment``, ``file``, ``default``, or ``start`` where the starting command gave it.
    ``changed`` says that file or environment name another value since, which takes effect at the next start.
    """

    name: str
    value: str | None
    is_set: bool
    source: str
    changed: bool


def in_effect(settings: Settings, environ: Mapping[str, str] | None = None) -> list[InEffect]:
    """All settings, in the order in which they are documented."""
    environ = os.environ if environ is None else environ
    file = _of_file(settings)
    return [_told(field.name, field.default, settings, environ, file) for field in fields(settings)]


def _told(
    name: str, default: object, settings: Settings, environ: Mapping[str, str], file: Mapping[str, str]
) -> InEffect:
    value = getattr(settings, name)
    stated = environ.get(PREFIX + name.upper())
    source = "environment" if stated is not None else "file" if name in file else "default"
    stated = stated if stated is not None else file.get(name)
    changed = stated is not None and not _same(name, stated, value)
    if stated is None and name not in ("instance", "database_url") and value != default:
        source = "start"
    return InEffect(PREFIX + name.upper(), _shown(name, value), bool(value) or value == 0, source, changed)


def _same(name: str, stated: str, value: object) -> bool:
    """Whether a stated text is what the process runs with; what the start brings into another form counts as such."""
    if name in ("instance", "database_url"):
        return True
    return stated.rstrip("/") == str(value).rstrip("/")


def _shown(name: str, value: object) -> str | None:
    if name in PLAIN:
        return str(value)
    return _without_secrets(str(value)) if name in ADDRESSES else None


def _without_secrets(address: str) -> str:
    try:
        parts = urlsplit(address)
        place = f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}"
    except ValueError:
        return ""
    if not parts.netloc and not parts.path:
        return address.partition("?")[0]
    return f"{parts.scheme}://{place}{parts.path}" if "//" in address else f"{parts.scheme}:"


def _of_file(settings: Settings) -> dict[str, str]:
    try:
        stated = tomllib.loads(settings.settings_file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {name.removeprefix(PREFIX).lower(): str(value) for name, value in stated.items()}
