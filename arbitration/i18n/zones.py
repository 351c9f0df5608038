"""Time zones: which names are good, and a list to choose from with the cities in the reader's language."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones

from arbitration.i18n.languages import locale_of

_NO_PLACE = {"Factory", "localtime", "posixrules"}

# CLDR keeps translations under the names that these places had when it was first written.
_NAMES_IN_CLDR = {
    "Africa/Asmara": "Africa/Asmera",
    "America/Argentina/Buenos_Aires": "America/Buenos_Aires",
    "America/Argentina/Catamarca": "America/Catamarca",
    "America/Argentina/Cordoba": "America/Cordoba",
    "America/Argentina/Jujuy": "America/Jujuy",
    "America/Argentina/Mendoza": "America/Mendoza",
    "America/Atikokan": "America/Coral_Harbour",
    "America/Indiana/Indianapolis": "America/Indianapolis",
    "America/Kentucky/Louisville": "America/Louisville",
    "America/Nuuk": "America/Godthab",
    "Asia/Ho_Chi_Minh": "Asia/Saigon",
    "Asia/Kathmandu": "Asia/Katmandu",
    "Asia/Kolkata": "Asia/Calcutta",
    "Asia/Yangon": "Asia/Rangoon",
    "Atlantic/Faroe": "Atlantic/Faeroe",
    "Europe/Kyiv": "Europe/Kiev",
    "Pacific/Chuuk": "Pacific/Truk",
    "Pacific/Pohnpei": "Pacific/Ponape",
}


@dataclass(frozen=True, slots=True)
class Zone:
    """A line of the settings page: the name that is stored and the city that is shown."""

    name: str
    label: str


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones()) - _NO_PLACE


def is_zone(name: str) -> bool:
    """Whether the IANA database knows the name of the zone."""
    return name in _names()


@cache
def zone_label(name: str, language: str) -> str:
    """The city that stands for the zone, in the language where CLDR has it: "Київ" for Europe/Kyiv."""
    known = locale_of(language).time_zones.get(_NAMES_IN_CLDR.get(name, name), {})
    return str(known.get("city") or name.rpartition("/")[2].replace("_", " "))


@cache
def common_zones(language: str) -> tuple[Zone, ...]:
    """A zone for every place that the IANA database lists, in the order of their labels, and UTC first."""
    lines = files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8").splitlines()
    names = {line.split("\t")[2] for line in lines if not line.startswith("#")}
    zones = (Zone(name, zone_label(name, language)) for name in names if is_zone(name))
    return (Zone("UTC", "UTC"), *sorted(zones, key=lambda zone: (zone.label.casefold(), zone.name)))
