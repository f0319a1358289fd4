"""Web push: a message to a browser's own service, encrypted for that browser (RFC 8030, 8291) and signed (RFC 8292)."""

import logging
import socket
import ssl
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, Final
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from py_vapid import Vapid02

from accounts.notices.endpoints import NotPublic, Resolve, public_addresses
from accounts.notices.outbox import Outcome
from accounts.notices.subscriptions import Target, raw

logger = logging.getLogger(__name__)

SIGNED_FOR: Final = timedelta(hours=12)
KEY_BYTES: Final = 32
GONE: Final = (404, 410)
LATER: Final = (429,)


@dataclass(frozen=True, slots=True)
class Transport:
    """How connections are made: to which addresses, whom they trust, and after how many seconds they are cut off."""

    resolve: Resolve = public_addresses
    trusted: Callable[[], ssl.SSLContext] = ssl.create_default_context
    seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a message, and for how many seconds its service asked to wait."""

    outcome: Outcome
    asked_to_wait: float | None = None


def is_offered() -> bool:
    """Tell whether whoever runs this has made a key."""
    return bool(settings.PUSH_KEY)


def public_key() -> str:
    """Return the public half of the key, as browsers ask for it (``applicationServerKey``)."""
    point = _signer(settings.PUSH_KEY).public_key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return urlsafe_b64encode(point).rstrip(b"=").decode()


def new_key() -> str:
    """Return a new private key, as ``PUSH_KEY`` takes it."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return urlsafe_b64encode(number.to_bytes(KEY_BYTES, "big")).rstrip(b"=").decode()


def send(target: Target, payload: bytes, *, lasts: int, now: datetime, transport: Transport) -> Answer:
    """Send a message that may wait ``lasts`` seconds for its browser, and return what came of it."""
    parts = urlsplit(target.endpoint)
    host = parts.hostname or ""
    headers = {
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(lasts),
        "Urgency": "high",
        **_signed(f"https://{host}", now),
    }
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    connection = _Connection(host, transport)
    with closing(connection), connection.cut_off_in_time():
        try:
            connection.connect()
        except NotPublic:
            return Answer("gone")
        except (OSError, ValueError):
            return Answer("later")  # nothing has left
        return _asked(connection, path, headers, _encrypted(target, payload), now)


def _asked(connection: HTTPSConnection, path: str, headers: dict[str, str], body: bytes, now: datetime) -> Answer:
    """Send what is ready. Where no answer comes it may have arrived, and is not sent again."""
    try:
        connection.request("POST", path, body, headers)
        return _read(connection.getresponse(), now)
    except (OSError, HTTPException, ValueError):
        logger.warning("a push service gave no answer")
        return Answer("lost")


def _read(response: HTTPResponse, now: datetime) -> Answer:
    # Of its body nothing is read: it may be endless.
    status = response.status
    if 200 <= status < 300:
        return Answer("sent")
    if status in GONE:
        return Answer("gone")
    if status in LATER or status >= 500:
        return Answer("later", _seconds(response.getheader("Retry-After"), now))
    # A redirect is followed nowhere.
    logger.warning("a push service refused a message: %s", status)
    return Answer("lost")


def _seconds(retry_after: str | None, now: datetime) -> float | None:
    """Return how long a service asks to wait, in seconds (RFC 9110, 10.2.3)."""
    if not retry_after:
        return None
    if retry_after.isascii() and retry_after.isdecimal():
        return float(min(int(retry_after[:9]), 7 * 24 * 3600))
    with suppress(ValueError, TypeError):
        return max(0.0, (parsedate_to_datetime(retry_after) - now).total_seconds())
    return None


def _encrypted(target: Target, payload: bytes) -> bytes:
    encrypted: bytes = http_ece.encrypt(
        payload,
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=raw(target.p256dh),
        auth_secret=raw(target.auth),
        version="aes128gcm",
    )
    return encrypted


def _signed(audience: str, now: datetime) -> dict[str, str]:
    contact = settings.CONTACT or f"mailto:{settings.DEFAULT_FROM_EMAIL}"
    claims = {"aud": audience, "exp": int((now + SIGNED_FOR).timestamp()), "sub": contact}
    headers: dict[str, str] = _signer(settings.PUSH_KEY).sign(claims)
    return headers


@lru_cache(maxsize=2)
def _signer(key: str) -> Any:
    number = int.from_bytes(urlsafe_b64decode(key + "=" * (-len(key) % 4)), "big")
    private = ec.derive_private_key(number, ec.SECP256R1())
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    signer = Vapid02.from_pem(pem)
    # Its own idea of an address is narrower than RFC 8292, which a page with a path fits, too.
    signer.conf["no-strict"] = True
    return signer


class _Connection(HTTPSConnection):
    """A connection to what a name was found to lead to, and to nothing else."""

    def __init__(self, host: str, transport: Transport) -> None:
        self.transport = transport
        self.trusted = transport.trusted()
        super().__init__(host, timeout=transport.seconds, context=self.trusted)

    def connect(self) -> None:
        """Connect to the first address that answers. Raises NotPublic, OSError."""
        failure: OSError = OSError("nothing to connect to")
        for address in self.transport.resolve(self.host):
            try:
                plain = socket.create_connection(address, self.transport.seconds)
            except OSError as problem:
                failure = problem
                continue
            self.sock = self.trusted.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock.do_handshake()
            return
        raise failure

    @contextmanager
    def cut_off_in_time(self) -> Iterator[None]:
        """Bound all of it together: who sends a byte a second never lets the timeout of one wait pass."""
        timer = threading.Timer(self.transport.seconds, self._cut_off)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut_off(self) -> None:
        if self.sock is not None:
            with suppress(OSError, ValueError):
                self.sock.shutdown(socket.SHUT_RDWR)
