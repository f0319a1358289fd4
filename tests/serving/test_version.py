"""Which version runs here is written in one place, and said wherever somebody looks for it."""

import re
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

import pytest
from django.http.request import split_domain_port, validate_host
from django.test import Client

from cycleproject.serving import healthcheck
from cycleproject.version import VERSION
from tests.serving.test_deployment import instructions
from tests.support.servers.cycle import Server

ROOT = Path(__file__).resolve().parent.parent.parent


def releases() -> list[tuple[str, str, str]]:
    """Return each release in the changelog, newest first: its version, its day, and its text."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    parts = re.split(r"^## \[(\d+\.\d+\.\d+)\] - (\S+)$", text, flags=re.MULTILINE)[1:]
    return list(zip(parts[::3], parts[1::3], parts[2::3], strict=True))


def test_the_command_says_it_without_settings() -> None:
    for asked in ("version", "--version"):
        command = [sys.executable, "manage.py", asked]
        done = subprocess.run(command, cwd=ROOT, env={"ENV_FILE": "not-there"}, capture_output=True, text=True)
        assert (done.returncode, done.stdout, done.stderr) == (0, f"{VERSION}\n", "")


def test_healthz_says_it(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok", "version": VERSION}


def test_the_project_file_takes_it_from_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" in project["project"]["dynamic"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "cycleproject.version.VERSION"}


def test_the_image_is_labelled_with_it() -> None:
    labels = " ".join(rest for name, rest in instructions() if name == "LABEL")
    assert re.findall(r"org\.opencontainers\.image\.version=(\S+)", labels) == [VERSION]
    assert "org.opencontainers.image.licenses=MIT" in labels


def test_the_changelog_begins_with_it_and_says_of_each_version_how_to_come_there() -> None:
    found = releases()
    assert found[0][0] == VERSION
    days = [date.fromisoformat(day) for _, day, _ in found]
    assert days == sorted(days, reverse=True)
    for version, _, text in found:
        upgrading = text.partition("### Upgrading\n")[2].partition("\n### ")[0]
        assert upgrading.strip(), version


def test_the_image_looks_after_its_own_health() -> None:
    [check] = [rest for name, rest in instructions() if name == "HEALTHCHECK"]
    assert check.endswith('CMD ["python", "-m", "cycleproject.serving.healthcheck"]')


@pytest.mark.parametrize("names", ["localhost,127.0.0.1", ".example.org", "[::1],cycle.example.org"])
def test_a_process_is_asked_by_a_name_that_it_answers_to(names: str) -> None:
    asked_by = healthcheck.name_to_ask_by(names.split(","))
    assert validate_host(split_domain_port(asked_by)[0], names.split(","))


def test_a_process_that_is_ready_is_healthy_and_one_that_is_gone_is_not(server: Server) -> None:
    settings = {**server.environment, "HOST": "", "PORT": str(server.port)}
    command = [sys.executable, "-m", "cycleproject.serving.healthcheck"]
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    gone = subprocess.run(command, cwd=ROOT, env={**settings, "PORT": "9"}, capture_output=True, text=True)
    assert gone.returncode == 1
    assert "Traceback" not in gone.stderr and gone.stderr.count("\n") == 1
