"""What templates need of the reader: gettext and the filters. Knows an environment only as it is handed one."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from jinja2 import Environment
from jinja2.nodes import EvalContext
from jinja2.utils import pass_eval_context
from markupsafe import Markup

from arbitration.i18n.catalogues import translations
from arbitration.i18n.filling import filled, with_places_for_text, written
from arbitration.i18n.reader import Reader

GetReader = Callable[[], Reader]

_FILTERS = ("instant", "day", "clock_time", "day_heading", "relative", "money", "number", "duration", "quote")


def filters(get_reader: GetReader) -> dict[str, Callable[..., str]]:
    """Filters named after the reader's methods, to be added to ``environment.filters``.

    ``get_reader`` is asked each time one is used. In a template: ``{{ sent_at|instant(zone=true) }}``,
    ``{{ sent_at|relative(now) }}``, ``{{ price|money("EUR") }}``.
    """
    return {name: _filter(name, get_reader) for name in _FILTERS}


def install(environment: Environment, get_reader: GetReader) -> None:
    """Give an environment the filters, ``{% trans %}``, ``_``, ``gettext``, ``ngettext``, ``pgettext``, ``npgettext``.

    Values are named arguments and are escaped like everything else; whole numbers come in the reader's digits. A per
    cent sign in a sentence is written twice.
    """
    environment.filters.update(filters(get_reader))
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    environment.globals.update(
        gettext=(plain := _sentence(get_reader, "gettext", 1)),
        _=plain,
        ngettext=_sentence(get_reader, "ngettext", 3),
        pgettext=_sentence(get_reader, "pgettext", 2),
        npgettext=_sentence(get_reader, "npgettext", 4),
    )


@lru_cache(maxsize=8192)
def _markup(language: str, name: str, arguments: tuple[Any, ...]) -> tuple[Markup, Markup]:
    """A sentence of the catalogue as safe markup: with places for its values, and as it stands if it has none."""
    sentence = with_places_for_text(getattr(translations(language), name)(*arguments))
    return Markup(sentence), Markup(sentence % {} if "%(" not in sentence else sentence)


def _sentence(get_reader: GetReader, name: str, arity: int) -> Callable[..., str]:
    """The template's version of one of the reader's gettext methods: it fills in the values and minds the escaping."""

    @pass_eval_context
    def tell(context: EvalContext, *arguments: Any, **values: Any) -> str:
        reader = get_reader()
        if not context.autoescape or not arguments[0] or type(arguments[0]) is not str:
            sentence: str = getattr(reader, name)(*arguments)
            if arity > 2:
                values.setdefault("num", arguments[arity - 1])
            return filled(Markup(sentence) if context.autoescape else sentence, reader, values)
        sentence, alone = _markup(reader.language, name, arguments)
        if arity > 2:
            values.setdefault("num", arguments[arity - 1])
        elif not values and "%(" not in alone:
            return alone
        return sentence % {name: written(reader, value) for name, value in values.items()}

    return tell


def _filter(name: str, get_reader: GetReader) -> Callable[..., str]:
    def tell(value: Any, *arguments: Any, **named: Any) -> str:
        said: str = getattr(get_reader(), name)(value, *arguments, **named)
        return said

    return tell
