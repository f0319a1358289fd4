"""Everything that somebody is answered who is not the one who does something: two looks at it are compared."""

import re
from typing import Final
from uuid import UUID

from accounts.models import User
from tests.support.cast.api_world import fresh_login
from tests.support.cast.past import phone_of

ADDRESSES: Final = [
    "/",
    "/couple/",
    "/history/",
    "/history/keeping/",
    "/my-part/",
    "/settings/",
    "/openings/new/",
    "/sessions/{}/",
    "/sessions/{}/opening/",
    "/sessions/{}/opening/call-off/",
    "/sessions/{}/move/",
    "/sessions/{}/summary/",
    "/sessions/{}/appointment.ics",
    "/api/v1/sessions/",
    "/api/v1/sessions/{}/",
    "/api/v1/sessions/{}/opening/",
    "/api/v1/sessions/{}/appointment/",
    "/api/v1/history/",
    "/api/v1/history/summary/",
    "/api/v1/history/export/?as=json",
    "/api/v1/me/",
    "/api/v1/me/export/",
    "/api/v1/couple/",
    "/couple/rhythm/",
    "/api/v1/couple/rhythm/",
    "/settings/notices/",
    "/api/v1/me/notices/",
]
# What differs between any two answers: forms, the request, and what the clock says.
VARIES: Final = [
    rb'(csrfmiddlewaretoken" value=")[^"]+',
    rb'(csrf-token=")[^"]+',
    rb'(name="nonce" value=")[^"]+',
    rb"()\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+",
]


def normal(content: bytes) -> bytes:
    for pattern in VARIES:
        content = re.sub(pattern, rb"\1*", content)
    return content


def everything_shown(person: User, session: UUID) -> dict[str, tuple[int, bytes, dict[str, str]]]:
    """Return what somebody is answered at every address, with its headers; and the length of what is sent."""
    phone, token = phone_of(person), fresh_login(person)
    shown = {}
    for address in ADDRESSES:
        path = address.format(session)
        answer = phone.get(path, headers={"X-Session-Token": token} if "/api/" in path else {})
        body = answer.getvalue()
        headers = {
            name: value for name, value in answer.headers.items() if name not in ("X-Request-Id", "Server-Timing")
        }
        shown[address] = (answer.status_code, normal(body), {**headers, "length": str(len(normal(body)))})
    return shown
