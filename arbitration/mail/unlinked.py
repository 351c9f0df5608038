"""Names and titles in mails: mail programs make links of what looks like an address, and anybody chooses their name."""

import re

_DOTS = ".\u3002\uff0e\uff61"
"""A full stop, and those that browsers take for one within an address."""
_MACHINE = re.compile(rf"(?<![\d{_DOTS}])\d{{1,3}}(?:[{_DOTS}]\d{{1,3}}){{3}}(?![\d{_DOTS}])")
_WITHIN = re.compile(rf"(?<=[^\s{_DOTS}])([{_DOTS}])(?=[^\s{_DOTS},;:!?…)\]}}»”’\"'])")
_DECIMAL = re.compile(r"\d[.]\d")
_SCHEME = re.compile(r"(?<=[^\W\d_])(:)(?=[\w/\\])")
_SHARE = re.compile(r"\\(?=\\)")


def unlinked(text: str) -> str:
    """The text with a space after each dot and colon, and within each ``\\\\``, of which a link could be made.

    It reads as before: "pay at example. test". Decimals and versions (2.0) stay as they are.
    """
    if not any(sign in text for sign in (*_DOTS, ":", "\\")):
        return text
    text = _MACHINE.sub(lambda found: re.sub(rf"([{_DOTS}])", r"\1 ", found[0]), text)
    text = _WITHIN.sub(lambda dot: dot[0] if _DECIMAL.match(text, dot.start() - 1) else f"{dot[0]} ", text)
    return _SHARE.sub(r"\\ ", _SCHEME.sub(": ", text))
