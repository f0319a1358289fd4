"""People who use the pages: cookies, forms and mail, without a screen. Their rooms are the sockets of ``clients``."""

import base64
import hashlib
import hmac
import re
import struct
import time
import uuid
from dataclasses import dataclass, field
from email import message_from_string
from email.message import Message
from functools import partial
from html import unescape
from http.client import HTTPConnection, HTTPResponse
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPHandler, OpenerDirector, Request, build_opener

from tests.support.cast.clients import Person
from tests.support.servers.cycle import Server

PASSWORD = "a password of five plain words"
MAIL_WITHIN = 30.0

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
NONCE = re.compile(r'name="nonce" value="([^"]+)"')


@dataclass
class PageAnswer:
    """What a page came to, after redirects."""

    status: int
    url: str
    text: str
    headers: dict[str, str]

    @property
    def path(self) -> str:
        """Return the path, without the query."""
        return "/" + self.url.split("/", 3)[3].split("?")[0]

    @property
    def body(self) -> str:
        """Return the page without what differs from one request to the next."""
        # A login that is offered leads back to what was asked for, whatever it was.
        return re.sub(NONCE, "", re.sub(TOKEN, "", self.text)).replace(f"next={self.path}", "next=")


class FromAddress(HTTPHandler):
    """Connects from one of this machine's own addresses: 127.0.0.2 is somebody else than 127.0.0.1."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address

    def http_open(self, req: Request) -> HTTPResponse:
        """Open a connection from the address."""
        connection = partial(HTTPConnection, source_address=(self._address, 0))
        return self.do_open(connection, req)  # type: ignore[arg-type]


@dataclass
class Visitor:
    """One browser of one person."""

    server: Server
    name: str = "Ana"
    address: str = "127.0.0.1"
    email: str = ""
    cookies: CookieJar = field(default_factory=CookieJar)
    last: PageAnswer | None = None

    def __post_init__(self) -> None:
        self.email = self.email or f"{self.name.lower()}-{uuid.uuid4().hex[:12]}@example.org"
        self._opener: OpenerDirector = build_opener(HTTPCookieProcessor(self.cookies), FromAddress(self.address))

    def get(self, path: str) -> PageAnswer:
        """Open a page."""
        return self._ask(Request(self._full(path)))

    def get_as(self, key: str, path: str) -> PageAnswer:
        """Open a page with a login that was handed out as a token."""
        request = Request(self._full(path))
        request.add_header("Cookie", f"session={key}")
        return self._ask(request)

    def post_as(self, key: str, path: str, **fields: str) -> PageAnswer:
        """Send a form with a login that was handed out as a token, and the token of the page before it."""
        token = TOKEN.search(self.last.text if self.last else "")
        assert token, "the page has a form"
        data = urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode()
        request = Request(self._full(path), data, {"Origin": self.server.url})
        secret = next(cookie.value for cookie in self.cookies if cookie.name == "csrf")
        request.add_header("Cookie", f"session={key}; csrf={secret}")
        return self._ask(request)

    def post(self, path: str, **fields: str) -> PageAnswer:
        """Send a form, with the token of the page it stands on."""
        token = TOKEN.search(self.last.text if self.last else "") or TOKEN.search(self.get("/").text)
        assert token, "the page has a form"
        data = urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode()
        return self._ask(Request(self._full(path), data, {"Origin": self.server.url}))

    def nonce_on(self, path: str) -> str:
        """Open a page, and return what names the next sending of its form."""
        found = NONCE.search(self.get(path).text)
        assert found, "the form carries a nonce"
        return found[1]

    def copied(self) -> "Visitor":
        """Return the same browser as it is now: what it is answered from here on, the other one does not learn."""
        other = Visitor(self.server, self.name, self.address, self.email, last=self.last)
        for cookie in self.cookies:
            other.cookies.set_cookie(cookie)
        return other

    def _ask(self, request: Request) -> PageAnswer:
        request.add_header("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
        try:
            with self._opener.open(request, timeout=30) as response:
                text, status, url, headers = response.read(), response.status, response.url, dict(response.headers)
        except HTTPError as error:
            text, status, url, headers = error.read(), error.code, error.url, dict(error.headers)
        self.last = PageAnswer(status, url, text.decode(), {name.lower(): value for name, value in headers.items()})
        return self.last

    def _full(self, path: str) -> str:
        return path if path.startswith("http") else self.server.url + path

    @property
    def key(self) -> str:
        """Return the login's key: a client without cookies would send it as its token."""
        return next(cookie.value or "" for cookie in self.cookies if cookie.name == "session")

    def in_room(self, session: str) -> Person:
        """Return this person as somebody who can open sockets to a check-in with this login."""
        return Person(self.server, self.name, self.key, session)

    # What people do

    def start(self) -> str:
        """Start a check-in as a guest; return its id."""
        self.get("/start/")
        return session_in(self.post("/start/", first_name=self.name).path)

    def start_together(self) -> str:
        """Start the couple's check-in, or go to it."""
        return session_in(self.post("/start/together/").path)

    def ask_to_sign_up(self, next: str = "", **fields: str) -> PageAnswer:
        """Fill in the form to sign up."""
        self.get(f"/accounts/signup/?next={next}" if next else "/accounts/signup/")
        asked = {"first_name": self.name, "email": self.email, "password1": PASSWORD, **fields}
        return self.post("/accounts/signup/", **asked, **({"next": next} if next else {}))

    def confirm(self) -> PageAnswer:
        """Open the link in the mail, and confirm."""
        link = link_to(self.server, self.email, "confirm-email")
        self.get(link)
        return self.post(link.split("?")[0], **next_of(link))

    def sign_up(self) -> "Visitor":
        """Sign up and confirm: an account, logged in."""
        assert self.ask_to_sign_up().path == "/accounts/confirm-email/"
        assert self.confirm().status == 200
        return self

    def log_in(self, password: str = PASSWORD, email: str = "", **fields: str) -> PageAnswer:
        """Log in."""
        self.get("/accounts/login/")
        return self.post("/accounts/login/", login=email or self.email, password=password, **fields)

    def show_it_is_me(self, password: str = PASSWORD) -> PageAnswer:
        """Give the password once more."""
        self.get("/accounts/reauthenticate/")
        return self.post("/accounts/reauthenticate/", password=password)

    def log_out(self) -> PageAnswer:
        """Log out."""
        self.get("/accounts/logout/")
        return self.post("/accounts/logout/")

    def invite(self) -> str:
        """Make an invitation; return the path of its link."""
        self.get("/couple/")
        page = self.post("/couple/invite/")
        found = re.search(r'href="[^"]*(/couple/invitation/[^"]+)"', page.text)
        assert found, page.text
        return found[1]

    def elsewhere(self) -> "Visitor":
        """Return the same person at another browser, logged in."""
        other = Visitor(self.server, self.name, self.address, self.email)
        assert other.log_in().path == "/"
        return other


def next_of(link: str) -> dict[str, str]:
    """Return where a link leads on to, as the form on its page sends it."""
    return {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}


def session_in(path: str) -> str:
    """Return the id in the address of a room."""
    assert path.startswith("/sessions/"), path
    return path.split("/")[2]


def paired(server: Server) -> tuple[Visitor, Visitor]:
    """Return Ana and Ben, two accounts in a couple; she invited."""
    ana, ben = Visitor(server, "Ana").sign_up(), Visitor(server, "Ben").sign_up()
    path = ana.invite()
    ben.get(path)
    assert ben.post(path).path == "/couple/"
    return ana, ben


def in_a_check_in(server: Server) -> tuple[Visitor, Visitor, str]:
    """Return Ana and Ben, two accounts in a live check-in."""
    ana, ben = paired(server)
    session = ana.start_together()
    assert ben.start_together() == session
    return ana, ben, session


def mails_to(server: Server, email: str) -> list[Message]:
    """Return the messages that were sent to an address, oldest first."""
    blocks = re.split(r"(?m)^-{70,}$", server.log)
    starts = (block[block.index("Content-Type: ") :] for block in blocks if "Content-Type: " in block)
    return [mail for mail in map(message_from_string, starts) if mail["To"] == email]


def link_to(server: Server, email: str, part: str, number: int = -1) -> str:
    """Return the newest link that was sent to an address."""
    deadline = time.monotonic() + MAIL_WITHIN
    while time.monotonic() < deadline:
        text = "\n".join(str(mail.get_payload()) for mail in mails_to(server, email))
        found: list[str] = re.findall(rf"http://\S*{part}/\S*", text)
        if found:
            return unescape(found[number])
        time.sleep(0.05)
    raise AssertionError(f"no {part} link came to {email}")


def code_for(secret: str, at: float | None = None) -> str:
    """Return what an authenticator app shows (RFC 6238)."""
    counter = struct.pack(">Q", int(at or time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def add_an_app(person: Visitor) -> str:
    """Turn codes from an app on; return the secret."""
    person.show_it_is_me()
    page = person.get("/accounts/2fa/totp/activate/")
    found = re.search(r'data-testid="totp-secret">([A-Z2-7]+)<', page.text)
    assert found, page.text
    answer = person.post("/accounts/2fa/totp/activate/", code=code_for(found[1]))
    assert answer.path == "/accounts/2fa/recovery-codes/", answer.text
    return found[1]


def as_staff(server: Server, person: Visitor) -> None:
    """Make an account staff, as whoever runs the server does."""
    change = f"User.objects.filter(email={person.email!r}).update(is_staff=True, is_superuser=True)"
    server.manage("shell", "-v0", "-c", f"from accounts.models import User; {change}")
