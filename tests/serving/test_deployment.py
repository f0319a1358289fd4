"""The examples for serving elsewhere are sound as far as that can be told without building an image."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import yaml

from tests.support.prerequisites import path_of
from tests.support.servers.cycle import Server

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLES = ROOT / "docs" / "deployment"
DIGEST = "@sha256:[0-9a-f]{64}"


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
    known = {"FROM", "LABEL", "ENV", "WORKDIR", "COPY", "RUN", "USER", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "CMD"}
    assert set(names) <= known
    [(_, base)] = [one for one in instructions() if one[0] == "FROM"]
    assert re.fullmatch(rf"python:3\.\d+-slim-\w+{DIGEST}", base), "what is under a tag changes"
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


def test_what_the_image_copies_serves_by_itself(tmp_path: Path) -> None:
    """Nothing that serving needs is left out by COPY or .dockerignore, and nothing is written where it may not be."""
    for sources in [shlex.split(rest)[:-1] for name, rest in instructions() if name == "COPY"]:
        for source in sources:
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, tmp_path / source, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, tmp_path / source)
    [collecting] = [rest for name, rest in instructions() if name == "RUN" and "collectstatic" in rest]
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    bare = {"PATH": path, "ENV_FILE": "", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(["sh", "-c", collecting], cwd=tmp_path, env=bare, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    before = {file for file in tmp_path.rglob("*") if file.is_file()}
    server = Server(STATIC_FROM_SOURCE="0", DJANGO_SETTINGS_MODULE="cycleproject.settings", PYTHONDONTWRITEBYTECODE="1")
    server.checkout = tmp_path
    try:
        server.start()
        with urlopen(f"{server.url}/", timeout=30) as answer:
            page = answer.read().decode()
        [style, *_] = re.findall(r'href="(/static/css/[^"]+\.css)"', page)
        with urlopen(f"{server.url}{style}", timeout=30) as answer:
            assert answer.status == 200 and "immutable" in answer.headers["Cache-Control"]
        healthy = [sys.executable, "-m", "cycleproject.serving.healthcheck"]
        assert subprocess.run(healthy, cwd=tmp_path, env=server.environment, capture_output=True).returncode == 0
    finally:
        server.close()
    assert {file for file in tmp_path.rglob("*") if file.is_file()} == before, "the image's files are read-only"


# Compose.


def test_compose_runs_two_processes_behind_one_proxy() -> None:
    services = compose()["services"]
    apps = {name: service for name, service in services.items() if name.startswith("app")}
    assert len(apps) == 2
    # One that speaks plain http, and for whoever asks for it by name one that gets a certificate.
    assert [name for name, service in services.items() if service.get("ports")] == ["nginx", "caddy"]
    assert {name: one["profiles"] for name, one in services.items() if "profiles" in one} == {"caddy": ["https"]}
    for service in services.values():
        image = service["image"]
        assert image == "cycle" or re.fullmatch(rf"\w+:[\d.]+-\w+{DIGEST}", image), "what is under a tag changes"
    for app in apps.values():
        assert app["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
        assert app["environment"]["REDIS_URL"]
        assert app["cap_drop"] == ["ALL"]
    assert services["migrate"]["healthcheck"] == {"disable": True}, "it would be called unhealthy while it migrates"
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
    upstreams = services["caddy"]["environment"]["UPSTREAMS"].split()
    assert upstreams == [f"{address}:8000" for address in passed_on]
    proxies = services["app-1"]["environment"]["TRUSTED_PROXIES"].split(",")
    assert proxies == [services[name]["networks"]["inside"]["ipv4_address"] for name in ("caddy", "nginx")]


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


# Whatever an administrator copies from .env.example into the file that the unit names.
THEIRS = {"PORT": "8000", "HOST": "", "TRUSTED_PROXIES": "", "ENV_FILE": ".env", "METRICS_PORT": "0"}
SHOW = "import json; from cycleproject.configuration import read_settings; print(json.dumps(read_settings()))"


def started_by_the_unit(port: int, file: dict[str, str]) -> dict[str, Any]:
    """Return the settings that a process has which the unit starts, as systemd.exec(5) puts them together."""
    text = (EXAMPLES / "cycle@.service").read_text().replace("\\\n", " ").replace("%i", str(port))
    lines = dict(line.split("=", 1) for line in text.splitlines() if re.match("[A-Z][A-Za-z]+=", line))
    unit = dict(word.split("=", 1) for word in shlex.split(lines["Environment"]))
    environment = {**unit, **file}  # "settings from these files override settings made with Environment="
    *command, serve_as_module, module = shlex.split(lines["ExecStart"])
    assert (serve_as_module, module) == ("-m", "cycleproject.serve")
    assert command[-1] == "/opt/cycle/.venv/bin/python"
    command[-1] = sys.executable
    done = subprocess.run([*command, "-c", SHOW], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    settings: dict[str, Any] = json.loads(done.stdout)
    return settings


def test_the_units_own_settings_hold_whatever_the_file_says() -> None:
    example = dict(re.findall(r"^([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    theirs = {
        **example,
        **THEIRS,
        "SECRET_KEY": "a-secret-that-is-long-enough-0123456789-abcdefghijklmnopqrstuvwxyz",
        "FIELD_KEYS": "b25seS1mb3ItdGVzdHMtMzItYnl0ZXMtb2Yta2V5ISE=",
        "ALLOWED_HOSTS": "cycle.example.org",
        "JOIN_RATE": "61",
    }
    one, other = started_by_the_unit(8001, theirs), started_by_the_unit(8002, theirs)
    assert (one["PORT"], other["PORT"]) == (8001, 8002), "the second one could not start"
    for process in (one, other):
        assert process["HOST"] == "127.0.0.1"
        assert process["TRUSTED_PROXIES"] == ["127.0.0.1"], "https would lead to itself for ever"
        assert process["JOIN_RATE"] == 61, "what the file says of everything else holds"


def test_the_commands_for_a_plain_server_come_in_an_order_that_works() -> None:
    """What needs the settings comes after them, and what needs a certificate after that."""
    path = EXAMPLES / "plain-server.sh"
    assert subprocess.run(["sh", "-n", str(path)]).returncode == 0
    text = path.read_text(encoding="utf-8")
    unit = (EXAMPLES / "cycle@.service").read_text(encoding="utf-8")
    [settings] = re.findall(r"^EnvironmentFile=(.+)$", unit, re.MULTILINE)
    [checkout] = re.findall(r"^WorkingDirectory=(.+)$", unit, re.MULTILINE)
    steps = (
        f"cd {checkout}",
        f"install -D --mode=600 .env.example {settings}",
        f"ENV_FILE={settings} make prepare",
        "systemctl enable --now cycle@8001 cycle@8002",
        "certbot certonly --webroot --webroot-path /var/www/html ",
        "/etc/nginx/sites-enabled/",
        "systemctl reload nginx\n",
    )
    places = [text.rindex(step) for step in steps]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("name", "user"), [("cycle@.service", ["DynamicUser=yes"]), ("cycle-backup.service", ["UMask=0077"])]
)
def test_the_unit_gives_a_process_no_more_than_it_needs(name: str, user: list[str]) -> None:
    unit = (EXAMPLES / name).read_text().splitlines()
    for line in user:
        assert line in unit
    for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet="):
        assert line in unit
