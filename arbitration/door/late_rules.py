"""Routes whose addresses are written by code that is made when one is first written: most are never, in a process."""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


class LateRule(Rule):
    """As Werkzeug's, which makes two functions for each route while the application is put together."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        make = super()._compile_builder
        name = "_build_unknown" if append_unknown else "_build"

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            made: Callable[..., tuple[str, str]] = make(append_unknown).__get__(rule, None)
            setattr(rule, name, made)
            return made(**values)

        return build
