"""QR codes (ISO/IEC 18004) as SVG inside a page, which the Content-Security-Policy allows without an exception."""

from __future__ import annotations

import segno
from markupsafe import Markup
from segno import DataOverflowError

# Black on white in every colour scheme, the quiet zone of four modules included: scanners read few inverted codes.
_INK, _PAPER, _QUIET = "#000", "#fff", 4


def svg(address: str, title: str) -> Markup | None:
    """``address`` as an image that is named ``title``; None where it is too long for any code."""
    try:
        # Level L at least: segno takes a better one where that costs no room.
        code = segno.make_qr(address, error="l")
    except DataOverflowError:
        return None
    drawn = code.svg_inline(
        border=_QUIET, dark=_INK, light=_PAPER, omitsize=True, svgclass="qr", lineclass=None, title=title
    )
    # A title alone makes an image of it for some screen readers only.
    return Markup(drawn.replace("<svg ", '<svg role="img" ', 1))  # noqa: S704 - segno escapes the title
