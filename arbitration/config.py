"""The settings of an installation: read from the environment and the instance's file, checked before anything starts.

Each setting is documented in ``docs/settings.md``; a test holds the two lists against each other.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from arbitration import config_marketplace as marketplace
from arbitration import config_operations as operations
from arbitration.domain.remedies import RefundTerms
from arbitration.outside.addresses import Network, networks_of

PREFIX = "ARBITRATION_"
FILE_NAME = "settings.toml"
DATABASE_NAME = "arbitration.sqlite3"
BASE_URL = "http://127.0.0.1:8000"
SHORTEST_SECRET = 32
ORIGIN = re.compile(r"https?://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?")
MAIL_FROM = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]+@[A-Za-z0-9.-]+")
FEWEST_CHARACTERS = 8
SQLITE = "sqlite:///"
WHOLE_NUMBERS = {
    "trusted_proxies": "such as 1 behind one proxy",
    "gateway_timeout": "such as 15",
    "exhibits_per_person": "such as 40",
    "exhibit_megabytes_per_person": "such as 500",
}


class UnsafeSettingsError(Exception):
    """The settings are wrong or unsafe; ``faults`` says which, and what to do about each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation can be told. Names are those of the environment without ``ARBITRATION_``, in lower case."""

    instance: Path
    secret_key: str = ""
    database_url: str = ""
    base_url: str = BASE_URL
    site_name: str = "Arbitration"
    smtp_url: str = ""
    mail_from: str = ""
    gateway_url: str = "manual:"
    gateway_secret: str = ""
    gateway_timeout: int = 15
    private_networks: str = ""
    refund_approval_above: str = ""
    handover_key: str = ""
    trusted_proxies: int = 0
    exhibits_per_person: int = 40
    exhibit_megabytes_per_person: int = 500
    metrics_token: str = ""
    metrics_networks: str = ""
    log_format: str = operations.LINES

    @property
    def secure(self) -> bool:
        """Whether people reach the installation over https."""
        return self.base_url.startswith("https://")

    @property
    def sender(self) -> str:
        """The address that mails come from."""
        host = urlsplit(self.base_url).hostname or "localhost"
        return self.mail_from or f"no-reply@{'localhost' if is_loopback(host) else host}"

    @property
    def refund_terms(self) -> RefundTerms:
        """How refunds are paid; ValueError with a sentence where a limit can't be read."""
        kind, limits = marketplace.kind_of(self.gateway_url), _limits(self.refund_approval_above)
        return RefundTerms(kind, limits, marketplace.provider_name(self.gateway_url))

    @property
    def signing_secret(self) -> str:
        """What calls to the payment provider are signed with."""
        return marketplace.secret_of(self.gateway_secret, self.secret_key)

    @property
    def reachable_networks(self) -> tuple[Network, ...]:
        """The private ranges that may be connected to from here."""
        alone = is_loopback(urlsplit(self.base_url).hostname or "")
        return marketplace.reachable(self.private_networks, self.gateway_url, alone=alone)

    @property
    def metrics_places(self) -> tuple[Network, ...]:
        """The networks from which the metrics may be asked for without a token."""
        return networks_of(self.metrics_networks)

    @property
    def settings_file(self) -> Path:
        """The instance's own file of settings."""
        return self.instance / FILE_NAME

    @property
    def mail_folder(self) -> Path:
        """Where mails are written while no mail server is set."""
        return self.instance / "mail"

    @property
    def exhibits_folder(self) -> Path:
        """Where the files of exhibits lie."""
        return self.instance / "exhibits"

    @property
    def database_file(self) -> Path | None:
        """Where the SQLite database lies; None for another kind of database."""
        before, sqlite, rest = self.database_url.partition(SQLITE)
        file = rest.partition("?")[0]
        return Path(file) if sqlite and file and not before else None

    @property
    def private_files(self) -> list[Path]:
        """What nobody else on this machine may read, whether it is there or not."""
        database = self.database_file
        return [
            self.instance,
            self.settings_file,
            self.mail_folder,
            self.exhibits_folder,
            *([database] if database else []),
        ]


NAMES = tuple(field.name for field in fields(Settings))


def _limits(text: str) -> dict[str, int]:
    """Amounts such as ``100.00 USD, 90.00 EUR`` in minor units by currency."""
    from arbitration.i18n.currencies import parse_amount

    limits: dict[str, int] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        amount, _, currency = part.partition(" ")
        try:
            limits[currency.strip()] = parse_amount(amount, currency.strip())
        except ValueError:
            raise ValueError(f"{part!r} is no amount; write for example 100.00 USD, 90.00 EUR") from None
    return limits


def load(environ: Mapping[str, str] | None = None, **overrides: object) -> Settings:
    """The settings in effect: what the caller says, else the environment, else the instance's file, else the default.

    Raises:
        UnsafeSettingsError: a setting is unknown or cannot be read; all faults are told at once.
    """
    environ = os.environ if environ is None else environ
    stated = {name.removeprefix(PREFIX).lower(): text for name, text in environ.items() if name.startswith(PREFIX)}
    stated |= {name: str(value) for name, value in overrides.items() if value is not None}
    instance = Path(stated.pop("instance", "") or Path.cwd() / "instance").absolute()
    values = _from_file(instance / FILE_NAME) | stated
    faults = [
        f"{PREFIX}{name.upper()}: there is no such setting; see docs/settings.md"
        for name in sorted(values)
        if name not in NAMES
    ]
    faults += [
        f"{PREFIX}{name.upper()}: must be a whole number, {example}"
        for name, example in WHOLE_NUMBERS.items()
        if not values.get(name, "0").isdecimal()
    ]
    if faults:
        raise UnsafeSettingsError(faults)
    numbers: dict[str, Any] = {name: int(values.pop(name)) for name in WHOLE_NUMBERS if name in values}
    values.setdefault("database_url", f"{SQLITE}{instance / DATABASE_NAME}")
    values["database_url"] = with_driver(values["database_url"])
    values["base_url"] = values.get("base_url", BASE_URL).rstrip("/")
    return Settings(instance=instance, **(values | numbers))


def with_driver(url: str) -> str:
    """The database's address with the driver that this software uses for PostgreSQL."""
    scheme, separator, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if separator and scheme in ("postgres", "postgresql") else url


def _from_file(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        stated = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UnsafeSettingsError([f"{path}: cannot be read: {error}"]) from error
    return {name.removeprefix(PREFIX).lower(): str(value) for name, value in stated.items()}


def faults(settings: Settings, debug: bool = False) -> list[str]:
    """What makes it unsafe to start with these settings; empty if nothing does. One sentence each, with the mend."""
    return [
        *_secret_faults(settings),
        *_base_url_faults(settings, debug),
        *_mail_faults(settings),
        *_refund_faults(settings),
        *operations.faults(settings.metrics_token, settings.metrics_networks, settings.log_format),
        *marketplace.handover_faults(settings.handover_key),
        *marketplace.gateway_faults(
            settings.gateway_url,
            settings.gateway_secret,
            settings.gateway_timeout,
            settings.private_networks,
            alone=is_loopback(urlsplit(settings.base_url).hostname or ""),
        ),
        *_database_faults(settings),
        *_file_faults(settings),
    ]


def _secret_faults(settings: Settings) -> list[str]:
    secret = settings.secret_key
    name = f"{PREFIX}SECRET_KEY"
    if not secret:
        return [f"{name}: is not set; `arbitration init` makes one"]
    if len(secret) < SHORTEST_SECRET or len(set(secret)) < FEWEST_CHARACTERS:
        return [
            f"{name}: is too weak; use at least {SHORTEST_SECRET} random characters, as `arbitration init` makes them"
        ]
    return []


def _base_url_faults(settings: Settings, debug: bool) -> list[str]:
    base = urlsplit(settings.base_url)
    name, host = f"{PREFIX}BASE_URL", base.hostname or ""
    known = base.scheme in ("http", "https") and ORIGIN.fullmatch(settings.base_url)
    if not known or not _has_port(settings.base_url):
        return [f"{name}: must be an address such as https://disputes.example.com, without a path or a name"]
    if base.scheme == "http" and not is_loopback(host):
        return [f"{name}: plain http is for this machine alone; use https for {base.hostname}"]
    if debug and not is_loopback(host):
        return ["FLASK_DEBUG: is on at a public address; unset it"]
    return []


def _mail_faults(settings: Settings) -> list[str]:
    found = []
    smtp = urlsplit(settings.smtp_url)
    known = smtp.scheme in ("smtp", "smtps") and smtp.hostname
    if settings.smtp_url and not (known and _has_port(settings.smtp_url)):
        found.append(f"{PREFIX}SMTP_URL: must be like smtp://user:password@mail.example.com:587, or smtps://…")
    if settings.mail_from and not MAIL_FROM.fullmatch(settings.mail_from):
        found.append(f"{PREFIX}MAIL_FROM: must be an address alone, such as disputes@example.com")
    return found


def _refund_faults(settings: Settings) -> list[str]:
    try:
        settings.refund_terms  # noqa: B018 (it is read for the sake of its faults)
    except ValueError as error:
        return [f"{PREFIX}REFUND_APPROVAL_ABOVE: {error}"]
    return []


def _database_faults(settings: Settings) -> list[str]:
    kinds = (SQLITE, "postgresql+psycopg://")
    if settings.database_url.startswith(kinds) and _has_port(settings.database_url):
        return []
    return [f"{PREFIX}DATABASE_URL: must begin with sqlite:/// or postgresql://"]


def _file_faults(settings: Settings) -> list[str]:
    return [
        f"{path}: other people of this machine can read it; run: chmod {'700' if path.is_dir() else '600'} {path}"
        for path in settings.private_files
        if path.exists() and path.stat().st_mode & 0o077
    ]


def _has_port(url: str) -> bool:
    """Whether the port of an address is one, or none is named."""
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
