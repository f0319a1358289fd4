"""The examples for serving elsewhere are sound as far as that can be told without building an image."""

import re
import shlex
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cycleproject.cluster.programs import nginx_configuration
from tests.support.prerequisites import path_of

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLES = ROOT / "docs" / "deployment"


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in lines)]


def compose() -> dict[str, Any]:
    """Return what compose.yaml says."""
    document: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return document


# The image.


def test_the_image_is_pinned_small_and_runs_as_no_root() -> None:
    names = [name for name, _ in instructions()]
    assert set(names) <= {"FROM", "ENV", "WORKDIR", "COPY", "RUN", "USER", "EXPOSE", "STOPSIGNAL", "CMD"}
    [(_, base)] = [one for one in instructions() if one[0] == "FROM"]
    assert re.fullmatch(r"python:3\.\d+-slim-\w+", base)
    assert instructions()[-1] == ("CMD", '["python", "-m", "cycleproject.serve"]')
    user = names.index("USER")
    assert instructions()[user] == ("USER", "cycle")
    assert "RUN" not in names[user:] and "COPY" not in names[user:]
    [collecting] = [rest for name, rest in instructions() if name == "RUN" and "collectstatic" in rest]
    assert "SECRET_KEY=" in collecting
    for name, rest in instructions():
        assert name != "ENV" or "KEY" not in rest, "what ENV sets stays in the image"


def test_the_image_copies_what_is_there_and_no_more_than_it_may() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {source for name, rest in instructions() if name == "COPY" for source in shlex.split(rest)[:-1]}
    assert copied == allowed
    assert all((ROOT / source).exists() for source in copied)
    packages_of_ours = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert packages_of_ours <= copied


def test_settings_can_be_read_while_the_image_is_built() -> None:
    [collecting] = [rest for name, rest in instructions() if "collectstatic" in rest]
    variables = dict(word.split("=", 1) for word in shlex.split(collecting) if re.match(r"[A-Z_]+=", word))
    command = [sys.executable, "-c", "from cycleproject import settings"]
    done = subprocess.run(command, cwd=ROOT, env={**variables, "ENV_FILE": ""}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


# Compose.


def test_compose_runs_two_processes_behind_one_proxy() -> None:
    services = compose()["services"]
    apps = {name: service for name, service in services.items() if name.startswith("app")}
    assert len(apps) == 2
    assert [name for name, service in services.items() if service.get("ports")] == ["nginx"]
    for service in services.values():
        image = service["image"]
        assert image == "cycle" or re.fullmatch(r"\w+:[\d.]+-\w+", image), "pinned by a tag"
    for app in apps.values():
        assert app["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
        assert app["environment"]["REDIS_URL"]
        assert app["cap_drop"] == ["ALL"]
    for service in services.values():
        for needed in service.get("depends_on", {}):
            assert needed in services
        for mounted in service.get("volumes", []):
            source = mounted.split(":")[0]
            assert source in compose()["volumes"] or (ROOT / source).exists()


def test_compose_sets_only_what_can_be_set() -> None:
    listed = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    known = set(re.findall(r"^\| `([A-Z_]+)` \|", listed, re.MULTILINE))
    assert set(compose()["services"]["app-1"]["environment"]) <= known


def test_compose_and_its_nginx_agree_on_addresses() -> None:
    services = compose()["services"]
    passed_on = re.findall(r"server ([\d.]+):8000", (EXAMPLES / "compose-nginx.conf").read_text())
    assert passed_on == [services[name]["networks"]["inside"]["ipv4_address"] for name in ("app-1", "app-2")]
    assert (
        services["app-1"]["environment"]["TRUSTED_PROXIES"] == services["nginx"]["networks"]["inside"]["ipv4_address"]
    )


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


@pytest.mark.needs("nginx")
def test_nginx_accepts_the_one_for_a_plain_server(tmp_path: Path) -> None:
    site = (EXAMPLES / "nginx-site.conf").read_text()
    certificate(tmp_path)
    for there, here in (
        ("/opt/cycle/docs/deployment/locations.conf", EXAMPLES / "locations.conf"),
        ("/etc/letsencrypt/live/cycle.example.org/fullchain.pem", tmp_path / "certificate.pem"),
        ("/etc/letsencrypt/live/cycle.example.org/privkey.pem", tmp_path / "key.pem"),
        ("/var/log/nginx/cycle.log", tmp_path / "log"),
    ):
        assert there in site
        site = site.replace(there, f'"{here}"')
    accepts(tmp_path, f'pid "{tmp_path}/pid";\nevents {{}}\nhttp {{\n{site}\n}}\n')


def certificate(folder: Path) -> None:
    """Write a certificate of our own."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "cycle.example.org")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
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


# systemd.


@pytest.mark.needs("systemd")
@pytest.mark.parametrize(
    ("example", "name"),
    [
        ("cycle@.service", "cycle@8001.service"),
        ("cycle-backup.service", "cycle-backup.service"),
        ("cycle-backup.timer", "cycle-backup.timer"),
    ],
)
def test_the_unit_is_one_that_systemd_reads(example: str, name: str, tmp_path: Path) -> None:
    for source, there in ((example, name), ("cycle-backup.service", "cycle-backup.service")):
        unit = (EXAMPLES / source).read_text().replace("/opt/cycle/.venv/bin/python", "/bin/true")
        (tmp_path / there).write_text(unit)
    done = subprocess.run([path_of("systemd") or "", "verify", str(tmp_path / name)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert name not in done.stderr, done.stderr


@pytest.mark.parametrize(
    ("name", "user"), [("cycle@.service", ["DynamicUser=yes"]), ("cycle-backup.service", ["UMask=0077"])]
)
def test_the_unit_gives_a_process_no_more_than_it_needs(name: str, user: list[str]) -> None:
    unit = (EXAMPLES / name).read_text().splitlines()
    for line in user:
        assert line in unit
    for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet="):
        assert line in unit
