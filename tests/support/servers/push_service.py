"""A push service of a test's own, over https, that checks what it is sent as the standards say it has to be.

It stands at ``HOST`` for whoever is given its ``transport``: nothing but a test can tell the worker to go to this
machine, or to trust this certificate.
"""

import json
import ssl
import threading
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import http_ece
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509.oid import NameOID

from accounts.notices.push import Transport

HOST: Final = "push.example.com"
HANGS: Final = 0
# A status line that never ends, a byte at a time.
DRIPS: Final = -1
RECORD: Final = 4096


def base64url(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Browser:
    """A browser that takes messages: its keys, and where its service takes them for it."""

    def __init__(self, name: str = "a-browser") -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = b"sixteen byte key"
        self.path = f"/to/{name}"

    @property
    def named(self) -> dict[str, str]:
        """Return what it tells the page that sets it up."""
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return {"endpoint": f"https://{HOST}{self.path}", "p256dh": base64url(point), "auth": base64url(self.secret)}


@dataclass(frozen=True)
class Taken:
    """One message as it came, and as its browser reads it."""

    path: str
    ttl: int
    headers: dict[str, str]
    bytes: int
    said: bytes
    claims: dict[str, Any]
    key: str


@dataclass
class PushService:
    """What it answers, what it took, and what was wrong with what it was sent."""

    port: int
    certificate: Path
    browsers: dict[str, Browser] = field(default_factory=dict)
    # The next answers, for a path; then 201.
    answers: dict[str, list[int]] = field(default_factory=dict)
    retry_after: str = ""
    asked: list[str] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def browser(self, name: str = "a-browser", *answers: int) -> Browser:
        """Return a browser that it serves, and that is answered so before all is well."""
        made = Browser(name)
        self.browsers[made.path] = made
        self.answers[made.path] = list(answers)
        return made

    def transport(self, seconds: float = 5.0) -> Transport:
        """Return the way to it, for a worker."""
        return transport(self.port, self.certificate, seconds)


def transport(port: int, certificate: Path, seconds: float) -> Transport:
    """Return the way to a service that stands at a port of this machine."""
    return Transport(
        resolve=lambda host: [("127.0.0.1", port)],
        trusted=lambda: ssl.create_default_context(cafile=str(certificate)),
        seconds=seconds,
    )


@contextmanager
def push_service(folder: Path) -> Iterator[PushService]:
    """Serve one."""
    certificate, key = _certified(folder)
    listening = ThreadingHTTPServer(("127.0.0.1", 0), _Answering)
    listening.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listening.socket = context.wrap_socket(listening.socket, server_side=True)
    service = PushService(listening.server_address[1], certificate)
    listening.service = service  # type: ignore[attr-defined]
    thread = threading.Thread(target=listening.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield service
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        service: PushService = self.server.service  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        service.asked.append(self.path)
        try:
            taken = _checked(service, self.path, dict(self.headers.items()), body)
        except Exception as problem:  # a fault of the sender's fails the test, not this thread
            service.wrong.append(f"{type(problem).__name__}: {problem}")
            self._answer(400)
            return
        planned = service.answers.get(self.path)
        status = planned.pop(0) if planned else 201
        if status == HANGS:
            time.sleep(2)
        elif status == DRIPS:
            self._drip()
        else:
            if status == 201:
                service.taken.append(taken)
            self._answer(status)

    def _answer(self, status: int) -> None:
        service: PushService = self.server.service  # type: ignore[attr-defined]
        self.send_response(status)
        if status in (429, 503) and service.retry_after:
            self.send_header("Retry-After", service.retry_after)
        if status in (301, 307):
            self.send_header("Location", "https://elsewhere.example.com/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _drip(self) -> None:
        try:
            for _ in range(100):
                self.wfile.write(b"H")
                self.wfile.flush()
                time.sleep(0.02)
        except OSError:
            pass

    def log_message(self, format: str, *args: Any) -> None:
        pass


def _checked(service: PushService, path: str, headers: dict[str, str], body: bytes) -> Taken:
    """Check a message by RFC 8030 (TTL), 8292 (whom it is from) and 8291 (for whom it is encrypted)."""
    scheme, _, fields = headers["Authorization"].partition(" ")
    assert scheme == "vapid", "RFC 8292, 3"
    given = dict(one.strip().split("=", 1) for one in fields.split(","))
    head, claims, signature = given["t"].split(".")
    assert json.loads(bytes_of(head)) == {"typ": "JWT", "alg": "ES256"}
    raw = bytes_of(signature)
    assert len(raw) == 64, "RFC 7518, 3.4"
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes_of(given["k"]))
    numbers = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public.verify(numbers, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    claimed = json.loads(bytes_of(claims))
    assert claimed["aud"] == f"https://{HOST}" and headers["Host"] == HOST
    assert claimed["exp"] <= time.time() + 24 * 3600, "RFC 8292, 2"
    assert urlsplit(claimed["sub"]).scheme in ("mailto", "https"), "RFC 8292, 2.1"
    assert headers["TTL"].isdecimal(), "RFC 8030, 5.2"
    assert headers["Content-Encoding"] == "aes128gcm" and len(body) <= RECORD, "RFC 8291, 4"
    browser = service.browsers[path]
    said = http_ece.decrypt(body, private_key=browser.key, auth_secret=browser.secret, version="aes128gcm")
    return Taken(path, int(headers["TTL"]), headers, len(body), said, claimed, given["k"])


def _certified(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "push.pem", folder / "push-key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, private
