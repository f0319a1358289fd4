"""What is answered to a request that nobody has read: the same problem documents under /api/ as everywhere else."""

import json
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.utils.translation import gettext, gettext_noop

from cycleproject.web.security import FIXED_HEADERS

API: Final = b"/api/"
REASONS: Final = {
    408: ("frame.invalid", gettext_noop("That took too long to arrive. Please try again.")),
    413: ("content.too_large", gettext_noop("That is more than fits here; please make it shorter and try again.")),
    431: ("content.too_large", gettext_noop("That is more than fits here; please make it shorter and try again.")),
}


def answer(status: int, url: bytes) -> bytes:
    """Return a whole HTTP answer, after which the connection is closed."""
    code, sentence = REASONS[status]
    body, kind = gettext(sentence), "text/plain; charset=utf-8"
    if url.startswith(API):
        kind = "application/problem+json"
        problem = {"type": "about:blank", "title": code, "status": status, "code": code, "detail": body}
        body = json.dumps(problem, ensure_ascii=False, separators=(",", ":"))
    written = body.encode()
    head = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
        f"content-type: {kind}\r\n"
        f"content-length: {len(written)}\r\n"
        "cache-control: no-store\r\n"
    )
    # The same as on every other answer. Over plain http a browser ignores what is said about https (RFC 6797).
    strict = {name.lower(): value for name, value in FIXED_HEADERS.items()}
    if settings.SECURE_HSTS_SECONDS:
        strict["strict-transport-security"] = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains"
    head += "".join(f"{name}: {value}\r\n" for name, value in strict.items())
    return f"{head}connection: close\r\n\r\n".encode() + written
