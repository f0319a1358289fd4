"""Which pages leave compressed, and why they may.

Who sees only how long an encrypted answer is, and can vary something in it, may guess a secret that is compressed
together with it: a right guess makes it shorter (the attack's name is BREACH). So every page leaves as it is, unless it
is listed here by the name of its address, with the reason; SECURITY.md tells the same. A few bytes are added by chance.
"""

import re
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.text import compress_string

from cycleproject.web.finishing import FinishingMiddleware

_ROOM = (
    "The code, the link and the names of a check-in stand in it, and nothing of what was asked for: no part of the "
    "query and no text that was sent. A partner's name is given once, before the seat is taken; the token of its forms "
    "is masked anew each time."
)
MAY_BE_COMPRESSED: Final = {
    "room": _ROOM,
    "shared_screen": _ROOM,
}
BYTES_BY_CHANCE: Final = 100
# A twentieth of what these pages weigh, compressed. No text in them has lines that begin with blanks.
INDENTATION: Final = re.compile(rb"\n\s+")


def compressed(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Return the response, compressed if it is a page that may be and the browser can read it."""
    match = request.resolver_match
    if not match or match.url_name not in MAY_BE_COMPRESSED or not isinstance(response, HttpResponse):
        return response
    patch_vary_headers(response, ("Accept-Encoding",))
    if response.status_code != 200 or not _takes_gzip(request.headers.get("Accept-Encoding", "")):
        return response
    content = INDENTATION.sub(b"\n", response.content)
    response.content = compress_string(content, max_random_bytes=BYTES_BY_CHANCE)
    response.headers["Content-Encoding"] = "gzip"
    response.headers["Content-Length"] = str(len(response.content))
    return response


def _takes_gzip(accepted: str) -> bool:
    offers = (offer.replace(" ", "").lower().partition(";") for offer in accepted.split(","))
    return any(name == "gzip" and weight not in ("q=0", "q=0.0", "q=0.00", "q=0.000") for name, _, weight in offers)


class CompressionMiddleware(FinishingMiddleware):
    """Compress the pages that may be."""

    def finish(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Return the response, compressed if it may be."""
        return compressed(request, response)
