"""Cycle over https, behind nginx as documented, and somebody else's site beside it, for a browser that knows both.

The browser takes the one certificate that both have, and no other; it finds both at ports of ours.
"""

import ssl
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.serving.test_proxies import nginx_at, plain_server, running
from tests.support.servers.cycle import Server, free_port

OURS = "https://cycle.example.org"
PLAIN = "http://cycle.example.org"
THEIRS = "https://elsewhere.example"


@dataclass
class Elsewhere:
    """A site that serves what a test gives it, and remembers what browsers told it."""

    port: int
    pages: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)


@dataclass
class Site:
    """Both sites, and how a browser is started that finds them."""

    server: Server
    elsewhere: Elsewhere
    arguments: list[str]


@contextmanager
def https_site(folder: Path) -> Iterator[Site]:
    """Serve both."""
    plain, secure, theirs = free_port(), free_port(), free_port()
    server = Server(
        ALLOWED_HOSTS="cycle.example.org,127.0.0.1",
        TRUSTED_ORIGINS=OURS,
        TRUSTED_PROXIES="127.0.0.1",
        QUICK_EXIT_URL=f"{THEIRS}/",
        EMAIL_URL="dummymail://",
    ).start()
    try:
        text = plain_server(folder).replace("127.0.0.1:8001", f"127.0.0.1:{server.port}")
        text = text.replace("    server 127.0.0.1:8002 max_fails=0;\n", "")
        with running(nginx_at(folder, plain, secure, text), secure), _serving_elsewhere(folder, theirs) as elsewhere:
            rules = [f"MAP *:80 127.0.0.1:{plain}", f"MAP elsewhere.example:443 127.0.0.1:{theirs}"]
            rules += [f"MAP *:443 127.0.0.1:{secure}"]
            yield Site(server, elsewhere, [f"--host-resolver-rules={', '.join(rules)}", _taken(folder)])
    finally:
        server.close()


def _taken(folder: Path) -> str:
    """Return how a browser is told to take this one certificate."""
    certificate = x509.load_pem_x509_certificate((folder / "certificate.pem").read_bytes())
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"--ignore-certificate-errors-spki-list={b64encode(sha256(key).digest()).decode()}"


@contextmanager
def _serving_elsewhere(folder: Path, port: int) -> Iterator[Elsewhere]:
    elsewhere = Elsewhere(port)

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            elsewhere.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            page = elsewhere.pages.get(self.path, "<!doctype html><title>elsewhere</title>elsewhere").encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", port), Answering)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    listening.socket = context.wrap_socket(listening.socket, server_side=True)
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    try:
        yield elsewhere
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()
