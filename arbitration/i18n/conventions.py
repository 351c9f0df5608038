"""What is known of the languages' conventions, without the large parts that nothing here asks for.

Babel reads whole files and keeps them: two megabytes of the world at large, and one and a half for each language.
"""

from typing import Any, cast

from babel import Locale, localedata
from babel.core import get_global

UNUSED = (
    "compact_currency_formats",
    "compact_decimal_formats",
    "compound_unit_patterns",
    "currency_names",
    "currency_names_plural",
    "datetime_skeletons",
    "interval_formats",
    "languages",
    "meta_zones",
    "scripts",
    "territories",
    "unit_display_names",
    "unit_patterns",
    "variants",
)
UNUSED_OF_THE_WORLD = ("likely_subtags", "territory_aliases", "territory_currencies", "territory_languages")


def forget_unused(locale: Locale) -> None:
    """Let go what was read for this locale and for those that it builds upon, but is never asked for here."""
    names = [str(locale), f"{locale.language}_001", locale.language, "root"]
    for name in filter(_is_there, names):
        known = localedata.load(name)
        known.update({part: {} for part in UNUSED if part in known})
    for part in UNUSED_OF_THE_WORLD:
        cast(dict[str, Any], get_global(cast(Any, part))).clear()


def _is_there(name: str) -> bool:
    return name == "root" or localedata.exists(name)
