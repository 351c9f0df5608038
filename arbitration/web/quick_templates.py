"""The environment of the templates: as Flask's, without what it does on each call for templates that are not ours."""

from collections.abc import Callable, MutableMapping
from types import FunctionType
from typing import Any

from flask import request, url_for
from flask.templating import Environment
from jinja2.runtime import Context, Macro
from jinja2.utils import _PassArg


class QuickContext(Context):
    """Calls what templates call most, functions and macros, without looking at them from all sides each time."""

    def call(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Any:
        """As the base class does."""
        kind = type(function)
        if kind is FunctionType:
            passed = function.__dict__.get("jinja_pass_arg")
            if passed not in (None, _PassArg.eval_context):
                return super().call(function, *arguments, **named)
        elif kind is Macro:
            passed = _PassArg.eval_context
        else:
            return super().call(function, *arguments, **named)
        named.pop("_block_vars", None)
        named.pop("_loop_vars", None)
        return function(self.eval_ctx, *arguments, **named) if passed else function(*arguments, **named)


class QuickEnvironment(Environment):
    """All templates share the globals of the environment: none is loaded with globals of its own."""

    context_class = QuickContext

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """As the base class does for globals of one template; where there are none, no layers that all look through."""
        return super().make_globals(d) if d else self.globals


def address_of() -> Callable[..., str]:
    """``url_for`` for templates, which composes each address once that is made of an endpoint, or a file, alone."""
    known: dict[tuple[str, str, str | None], str] = {}

    def find(endpoint: str, **values: Any) -> str:
        plain = not values or (len(values) == 1 and "filename" in values)
        if not plain or endpoint.startswith("."):
            return url_for(endpoint, **values)
        key = (request.script_root, endpoint, values.get("filename"))
        found = known.get(key)
        if found is None:
            found = known[key] = url_for(endpoint, **values)
        return found

    return find
