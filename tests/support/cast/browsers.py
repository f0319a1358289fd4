"""One browser of one person, asked inside the test's own process: cookies, forms, and answers that are lost."""

import re
from copy import deepcopy
from html import unescape
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.http import HttpResponse
from django.test import Client

from accounts.session_store import SessionStore

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


class Browser:
    """A browser that keeps cookies and checks nothing for itself; the server checks where a form comes from."""

    def __init__(self, **environment: str) -> None:
        self.client = Client(enforce_csrf_checks=True, **environment)  # type: ignore[arg-type]
        self.page: HttpResponse | None = None

    def look(self, path: str) -> Any:
        """Open a page."""
        self.page = self.client.get(path)  # type: ignore[assignment]
        return self.page

    def fields(self, **typed: str) -> dict[str, str]:
        """Return what the form on the page sends: what is hidden in it, and what is typed."""
        assert self.page is not None
        hidden = HIDDEN.findall(self.page.content.decode())
        return {**{name: unescape(value) for name, value in hidden}, **typed}

    def send(self, path: str, fields: dict[str, str]) -> Any:
        """Send a form."""
        return self.client.post(path, fields, headers={"origin": "http://testserver"})

    def fill_in(self, path: str, **typed: str) -> Any:
        """Open a page, and send the form that stands on it."""
        self.look(path)
        return self.send(path, self.fields(**typed))

    def send_and_lose_the_answer(self, path: str, fields: dict[str, str]) -> Any:
        """Send a form whose answer never arrives, with every cookie that it sets."""
        before = deepcopy(self.client.cookies)
        answer = self.send(path, fields)
        self.client.cookies = before
        return answer

    @property
    def person(self) -> str | None:
        """Return the id of who is logged in here."""
        cookie = self.client.cookies.get("session")
        person: str | None = SessionStore.presented(cookie.value).load().get(SESSION_KEY) if cookie else None
        return person
