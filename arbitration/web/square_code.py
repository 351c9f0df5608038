"""The square code that a telephone's camera reads, drawn as SVG without styles or scripts."""

from markupsafe import Markup


def square_code(text: str) -> Markup:
    """The drawing as part of a page; dark on light in every scheme, since many readers need it so."""
    import segno

    drawn = segno.make(text, error="m", micro=False).svg_inline(scale=5, border=4, dark="#000000", light="#ffffff")
    return Markup(drawn)
