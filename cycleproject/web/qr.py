"""QR codes as SVG."""

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_svg(link: str) -> SafeString:
    """Return the QR code of a link as inline SVG."""
    picture = segno.make(link, error="m").svg_inline(omitsize=True, svgclass="qr", lineclass="qr__dots", border=2)
    return mark_safe(picture)  # noqa: S308  made of numbers by the library
