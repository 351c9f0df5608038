"""Says a listing's terms so clearly that the reader of listings, and any buyer, understands exactly them."""

from arbitration.rules import codes
from arbitration.rules.case import Terms, Warranty
from arbitration.rules.drafts.phrasebook import phrasebooks
from arbitration.rules.durations import Duration

UNITS = ("years", "months", "weeks", "days", "hours", "minutes")


def wording(terms: Terms, language: str) -> str:
    """The terms in a sentence each. A warranty that is not stated is said as what it means (C3): unlimited.

    Raises KeyError for a language without a data file.
    """
    words = phrasebooks()[language].wording
    video: str = words["video" if terms.video_required else "no_video"]
    return f"{warranty_wording(terms.warranty, language)}\n{video}"


def warranty_wording(warranty: Warranty, language: str) -> str:
    """The warranty alone."""
    words = phrasebooks()[language].wording
    if warranty.kind == codes.PERIOD and warranty.duration:
        text: str = words[warranty.starts] % _period(warranty.duration, language)
        return text
    return str(words["excluded" if warranty.kind == codes.EXCLUDED else "unlimited"])


def _period(duration: Duration, language: str) -> str:
    words = phrasebooks()[language].wording
    parts = [(unit, getattr(duration, unit)) for unit in UNITS if getattr(duration, unit)]
    return str(words["and"]).join(_counted(unit, count, language) for unit, count in parts)


def _counted(unit: str, count: int, language: str) -> str:
    words = phrasebooks()[language].wording
    number = str(count).translate(str.maketrans("0123456789", words["digits"]))
    forms: list[str] = words["units"][unit]
    return forms[_form(words["plural"], count)] % number


def _form(plural: str, count: int) -> int:
    """Which of a unit's forms goes with a number."""
    if plural == "one":
        return 0
    if plural == "two":
        return int(count != 1)
    if count == 1 or (plural == "slavic" and count % 10 == 1 and count % 100 != 11):
        return 0
    return 1 if count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14) else 2
