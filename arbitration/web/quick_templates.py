"""The environment of the templates: as Flask's, without what it does on each call for templates that are not ours."""

import re
from collections.abc import Callable, Iterator, MutableMapping
from functools import lru_cache
from types import FunctionType
from typing import Any, cast

from flask import request, url_for
from flask.templating import Environment
from jinja2 import Template
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.runtime import Context, Macro
from jinja2.utils import _PassArg
from markupsafe import Markup, escape

METHODS = frozenset(dir(dict))
PLACE = 2_000_000_011
"""Stands for a position while an address with one is composed."""

POSITION = {"external_id", "position"}
_INDENT = re.compile(r"[ \t]*\n\s*")
_asked = cast(Any, request)._get_current_object


def quick_escape(value: Any) -> str:
    """``escape``, which takes longer over what is markup already than over text."""
    return value if type(value) is Markup else escape(value)


class QuickTemplate(Template):
    """Templates escape with ``quick_escape``: half of what they write is what another part of them wrote."""

    @classmethod
    def from_code(cls, *arguments: Any, **named: Any) -> Template:
        """As the base class does."""
        made = super().from_code(*arguments, **named)
        made.root_render_func.__globals__["escape"] = quick_escape
        return made


class QuickContext(Context):
    """Calls what templates call most, functions and macros, without looking at them from all sides each time."""

    def call(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Any:
        """As the base class does."""
        kind = type(function)
        if kind is FunctionType:
            passed = getattr(function, "jinja_pass_arg", None)
            if passed is not None and passed is not _PassArg.eval_context:
                return super().call(function, *arguments, **named)
        elif kind is Macro:
            passed = _PassArg.eval_context
        else:
            return super().call(function, *arguments, **named)
        if named:
            named.pop("_block_vars", None)
            named.pop("_loop_vars", None)
        return function(self.eval_ctx, *arguments, **named) if passed else function(*arguments, **named)


class Narrow(Extension):
    """Leaves out the indents and empty lines of templates: a twentieth of a long page, which browsers pass over.

    What stands in variables stays as it is. No template has a ``pre`` or a ``textarea`` with lines of its own, but
    for a first line end.
    """

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """The same tokens, with the texts between them narrow."""
        for token in stream:
            yield Token(token.lineno, token.type, _INDENT.sub("\n", token.value)) if token.type == "data" else token


class QuickEnvironment(Environment):
    """All templates share the globals of the environment: none is loaded with globals of its own."""

    context_class = QuickContext
    template_class = QuickTemplate

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.add_extension(Narrow)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """As the base class does, but takes the value of a plain dict before it looks for a method of that name."""
        if type(obj) is dict and attribute in obj and attribute not in METHODS:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """As the base class does for globals of one template; where there are none, no layers that all look through."""
        return super().make_globals(d) if d else self.globals


def address_of() -> Callable[..., str]:
    """``url_for`` for templates, which composes once what comes again and again.

    That is the address of an endpoint, or of a file, alone; and what stands around the position of a message.
    """
    known: dict[tuple[str, str, str | None], str] = {}

    @lru_cache(maxsize=512)
    def around(_root: str, endpoint: str, external_id: str) -> list[str]:
        return url_for(endpoint, external_id=external_id, position=PLACE).split(str(PLACE))

    def find(endpoint: str, **values: Any) -> str:
        root: str = _asked().script_root
        if endpoint.startswith("."):
            return url_for(endpoint, **values)
        if not values or (len(values) == 1 and "filename" in values):
            key = (root, endpoint, values.get("filename"))
            found = known.get(key)
            if found is None:
                found = known[key] = url_for(endpoint, **values)
            return found
        if values.keys() == POSITION and type(values["position"]) is int:
            parts = around(root, endpoint, values["external_id"])
            if len(parts) == 2 and 0 < values["position"] < PLACE:
                return str(values["position"]).join(parts)
        return url_for(endpoint, **values)

    return find
