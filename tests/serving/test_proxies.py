"""The proxies of our examples pass people on, get certificates, and write nobody's address down."""

import json
import os
import re
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cycleproject.cluster.programs import nginx_configuration
from tests.support.prerequisites import path_of
from tests.support.servers.cycle import Server, free_port

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLES = ROOT / "docs" / "deployment"
# Ours, one below it, and somebody else's.
NAMES = ("cycle.example.org", "below.cycle.example.org", "elsewhere.example")


# nginx.


def accepts(folder: Path, configuration: str) -> None:
    """Let nginx itself read a whole configuration."""
    file = folder / "nginx.conf"
    file.write_text(configuration)
    command = [path_of("nginx") or "", "-t", "-q", "-e", "stderr", "-p", str(folder), "-c", str(file)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr, done.stderr


@pytest.mark.needs("nginx")
def test_nginx_accepts_what_a_cluster_writes(tmp_path: Path) -> None:
    (tmp_path / "nginx").mkdir()
    accepts(tmp_path, nginx_configuration(tmp_path, 8931, [8932, 8933]))


@pytest.mark.needs("nginx")
def test_nginx_accepts_the_one_of_compose(tmp_path: Path) -> None:
    text = (EXAMPLES / "compose-nginx.conf").read_text()
    assert "include /etc/nginx/locations.conf;" in text
    text = text.replace("/etc/nginx/locations.conf", f'"{EXAMPLES / "locations.conf"}"')
    accepts(tmp_path, f'pid "{tmp_path}/pid";\n{text}')


def plain_server(folder: Path) -> str:
    """Return the whole configuration of a server with our site, whose files are in a folder."""
    site = (EXAMPLES / "nginx-site.conf").read_text()
    certificate(folder)
    for there, here in (
        ("/opt/cycle/docs/deployment/locations.conf", EXAMPLES / "locations.conf"),
        ("/etc/letsencrypt/live/cycle.example.org/fullchain.pem", folder / "certificate.pem"),
        ("/etc/letsencrypt/live/cycle.example.org/privkey.pem", folder / "key.pem"),
        ("/var/log/nginx/cycle.log", folder / "log"),
        ("/var/www/html", folder / "html"),
    ):
        assert there in site
        site = site.replace(there, f'"{here}"')
    return f'pid "{folder}/pid";\nevents {{}}\nhttp {{\n{site}\n}}\n'


@pytest.mark.needs("nginx")
def test_nginx_accepts_the_one_for_a_plain_server(tmp_path: Path) -> None:
    accepts(tmp_path, plain_server(tmp_path))


def test_https_takes_new_protocols_and_ciphers_that_forget_their_keys() -> None:
    site = (EXAMPLES / "nginx-site.conf").read_text()
    assert re.findall(r"ssl_protocols (.+);", site) == ["TLSv1.2 TLSv1.3"]
    [ciphers] = re.findall(r"ssl_ciphers (.+);", site)
    assert all(re.fullmatch(r"ECDHE-(ECDSA|RSA)-.*(GCM-SHA\d+|POLY1305)", one) for one in ciphers.split(":"))
    assert "AES256" in ciphers.split(":")[0]


@pytest.mark.needs("nginx")
def test_nginx_accepts_http2_as_the_comment_says_for_its_version(tmp_path: Path) -> None:
    site = plain_server(tmp_path)
    said = subprocess.run([path_of("nginx") or "", "-v"], capture_output=True, text=True).stderr
    [(major, minor)] = re.findall(r"nginx/(\d+)\.(\d+)", said)
    older, newer = "listen 443 ssl http2;", "http2 on;"
    assert f"`{older}`" in site and f"`{newer}`" in site
    changed = f"    listen 443 ssl;\n    {newer}\n" if (int(major), int(minor)) >= (1, 25) else f"    {older}\n"
    accepts(tmp_path, site.replace("    listen 443 ssl;\n", changed))


def test_the_site_has_nothing_that_a_newer_nginx_warns_of() -> None:
    """What "listen … http2" is from nginx 1.25 on, and "http2 on" unknown before, is in no line that counts."""
    lines = [line.strip() for line in (EXAMPLES / "nginx-site.conf").read_text().splitlines()]
    assert not [line for line in lines if "http2" in line and not line.startswith("#")]


@pytest.mark.needs("nginx")
def test_certbot_can_show_that_a_name_is_ours_and_everything_else_goes_to_https(tmp_path: Path) -> None:
    plain, secure = free_port(), free_port()
    command = nginx_at(tmp_path, plain, secure, plain_server(tmp_path))
    challenge = tmp_path / "html" / ".well-known" / "acme-challenge"
    challenge.mkdir(parents=True)
    (challenge / "token").write_text("answer")
    with running(command, plain):
        assert ask(plain, "/.well-known/acme-challenge/token") == (200, b"answer", None)
        assert ask(plain, "/join/BBBBBB/")[::2] == (301, "https://cycle.example.org/join/BBBBBB/")
        assert ask(plain, "/api/v1/me/")[::2] == (403, None), "and whoever was told http notices"


def nginx_at(folder: Path, plain: int, secure: int, text: str) -> list[str]:
    """Return how nginx runs the site of a plain server at two ports of ours."""
    for port, mine in ((80, plain), (443, secure)):
        text = text.replace(f"listen {port}", f"listen {mine}").replace(f"listen [::]:{port}", f"listen [::1]:{mine}")
    file = folder / "nginx.conf"
    as_root = "user root;\n" if os.geteuid() == 0 else ""
    file.write_text(f"{as_root}daemon off;\n{text}")
    return [path_of("nginx") or "", "-e", "stderr", "-p", str(folder), "-c", str(file)]


@contextmanager
def running(command: list[str], port: int, **variables: str) -> Iterator[Path]:
    """Run a proxy while a port of its own answers; yield the file that has what it writes."""
    with tempfile.NamedTemporaryFile("w+") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, env={**os.environ, **variables})
        try:
            deadline = time.monotonic() + 20
            while process.poll() is None and time.monotonic() < deadline:
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
                time.sleep(0.02)
            assert process.poll() is None, Path(said.name).read_text()
            yield Path(said.name)
        finally:
            process.terminate()
            process.wait(timeout=20)


def ask(port: int, path: str, host: str = "cycle.example.org") -> tuple[int, bytes, str | None]:
    """Return the status, the body, and where it leads, of what is at a path."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers={"Host": host})
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.getheader("Location")
    finally:
        connection.close()


# Caddy.


def caddy(folder: Path, **changes: str) -> list[str]:
    """Return how Caddy runs our file, without asking anybody for a certificate."""
    text = (EXAMPLES / "Caddyfile").read_text().replace("{\n\t#", "{\n\tadmin off\n\t#", 1)
    for before, after in {":80 {": f":{free_port()} {{", **changes}.items():
        assert before in text
        text = text.replace(before, after)
    (folder / "Caddyfile").write_text(text)
    return [path_of("caddy") or "", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


@pytest.mark.needs("caddy")
def test_caddy_accepts_ours_and_would_get_a_certificate_by_itself(tmp_path: Path) -> None:
    command = [path_of("caddy") or "", "adapt", "--adapter", "caddyfile", "--config", str(EXAMPLES / "Caddyfile")]
    done = subprocess.run(
        [*command, "--validate"],
        env={"SITE": "cycle.example.org", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    warned = [json.loads(line)["msg"] for line in done.stderr.splitlines() if '"level":"warn"' in line]
    assert [said.partition(",")[0] for said in warned] == [
        "automatic HTTP->HTTPS redirects are disabled",
        "server is listening only on the HTTP port",
    ], "both on purpose: our own block leads there"
    secure, plain = json.loads(done.stdout)["apps"]["http"]["servers"].values()
    assert (secure["listen"], plain["listen"]) == ([":443"], [":80"])
    for server in (secure, plain):
        assert server["automatic_https"] == {"disable_redirects": True}, "nothing else is switched off"
        assert "logs" not in server, "no line for each request"


@pytest.mark.needs("caddy")
def test_caddy_passes_on_to_a_process_that_is_ready(server: Server, tmp_path: Path) -> None:
    port = free_port()
    site = {"SITE": f"http://127.0.0.1:{port}", "UPSTREAMS": f"127.0.0.1:{server.port}", "HOME": str(tmp_path)}
    with running(caddy(tmp_path, **{"Host {$SITE}": "Host localhost"}), port, **site):
        status, page, _ = ask(port, "/safety/", f"127.0.0.1:{port}")
        assert status == 200 and b"<h1>Safety</h1>" in page


@contextmanager
def counting() -> Iterator[tuple[int, list[str]]]:
    """Answer whatever is asked; yield the port, and the list of the paths that were asked for."""
    asked: list[str] = []

    class Counting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path != "/readyz":
                asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *said: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Counting) as server:
        Thread(target=server.serve_forever).start()
        try:
            yield server.server_port, asked
        finally:
            server.shutdown()


@pytest.mark.needs("caddy")
def test_caddy_sends_all_of_a_check_in_to_one_process_and_on_to_the_other_if_it_is_gone(tmp_path: Path) -> None:
    port = free_port()
    check_ins = [str(uuid4()) for _ in range(24)]
    ways = ("/ws/sessions/{}/", "/api/v1/sessions/{}/", "/sessions/{}/", "/api/v1/sessions/{}/commands/")
    with counting() as (second, asked_second):
        with counting() as (first, asked_first):
            upstreams = f"127.0.0.1:{first} 127.0.0.1:{second}"
            site = {"SITE": f"http://127.0.0.1:{port}", "UPSTREAMS": upstreams, "HOME": str(tmp_path)}
            with running(caddy(tmp_path, **{"Host {$SITE}": "Host localhost"}), port, **site):
                for check_in in check_ins:
                    for way in ways:
                        assert ask(port, way.format(check_in), f"127.0.0.1:{port}")[0] == 200
                for asked in (asked_first, asked_second):
                    assert asked and len(asked) % len(ways) == 0, "check-ins as a whole"
                    assert len({path.split("sessions/")[1][:36] for path in asked}) == len(asked) / len(ways)
                before = [*asked_first], [*asked_second]
                for _ in range(24):
                    ask(port, "/", f"127.0.0.1:{port}")
                assert len(asked_first) > len(before[0]) and len(asked_second) > len(before[1]), "any of them"
        # Only the second is left.
        with running(caddy(tmp_path, **{"Host {$SITE}": "Host localhost"}), port, **site):
            asked_second.clear()
            for check_in in check_ins:
                assert ask(port, ways[0].format(check_in), f"127.0.0.1:{port}")[0] == 200
            assert len(asked_second) == len(check_ins)


@pytest.mark.needs("caddy")
def test_caddy_leads_browsers_to_https_and_no_program(tmp_path: Path) -> None:
    secure, plain = free_port(), free_port()
    site = {"SITE": f"http://127.0.0.1:{secure}", "HOME": str(tmp_path)}
    command = caddy(tmp_path, **{":80 {": f":{plain} {{", "https://{$SITE}": "https://cycle.example.org"})
    with running(command, plain, **site):
        assert ask(plain, "/join/BBBBBB/?key=a")[::2] == (308, "https://cycle.example.org/join/BBBBBB/?key=a")
        assert ask(plain, "/api/v1/me/")[::2] == (403, None)


@pytest.mark.needs("caddy")
def test_caddy_writes_no_address_where_nobody_answers(tmp_path: Path) -> None:
    port = free_port()
    site = {"SITE": f"http://127.0.0.1:{port}", "UPSTREAMS": f"127.0.0.1:{free_port()}", "HOME": str(tmp_path)}
    quickly = {"lb_try_duration 5s": "lb_try_duration 100ms"}
    with running(caddy(tmp_path, **quickly), port, **site) as said:
        assert ask(port, "/join/BBBBBB/", f"127.0.0.1:{port}")[0] in (502, 503)
        assert "BBBBBB" not in said.read_text()


def certificate(folder: Path) -> None:
    """Write a certificate of our own."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "cycle.example.org")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(one) for one in NAMES]), critical=False)
    made = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(*form))


@pytest.mark.parametrize("name", ["locations.conf", "compose-nginx.conf", "nginx-site.conf"])
def test_nginx_keeps_no_access_log(name: str) -> None:
    text = (EXAMPLES / name).read_text()
    assert set(re.findall(r"access_log (\S+);", text)) <= {"off"}
    assert all(level == "crit" for level in re.findall(r"error_log \S+ (\w+);", text))
    levels = [part.partition("server {")[0] for part in text.split("http {")[1:]] or text.split("server {")[1:]
    assert all("access_log off;" in level for level in levels)
