"""The few commands that a test does not type: each with its reason, and with what is looked at instead."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.operations.installation import Installation
from tests.serving.test_deployment import compose
from tests.support.servers.cycle import ROOT


@dataclass(frozen=True)
class Elsewhere:
    """Why a command is not typed, and what is looked at in its place."""

    reason: str
    instead: Callable[[Installation], None]


def makes(target: str, what: str) -> Callable[[Installation], None]:
    """Return what looks whether make knows a target, and would run something for it."""

    def look(installation: Installation) -> None:
        assert what in installation.type(f"make --dry-run {target}")

    return look


def a_module(name: str) -> Callable[[Installation], None]:
    """Return what begins a module and asks it what it takes: it is read, and everything that it needs is found."""

    def look(installation: Installation) -> None:
        assert f"usage: python -m {name}" in installation.type(f".venv/bin/python -m {name} --help")

    return look


def tested(file: str, what: str) -> Callable[[Installation], None]:
    """Return what looks whether a test of its own is there."""

    def look(_: Installation) -> None:
        assert re.search(rf"^def test_\w*{what}", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE), file

    return look


def compose_knows(*services: str, profile: str = "") -> Callable[[Installation], None]:
    """Return what looks whether compose.yaml has what a command names; tests/serving looks closer."""

    def look(_: Installation) -> None:
        found = compose()["services"]
        assert set(services) <= set(found)
        assert not profile or any(profile in service.get("profiles", ()) for service in found.values())

    return look


def enables(*units: str) -> Callable[[Installation], None]:
    """Return what lets systemctl enable our units below a folder, as it would below /."""

    def look(installation: Installation) -> None:
        there = installation.checkout.parent / "root" / "etc" / "systemd" / "system"
        there.mkdir(parents=True, exist_ok=True)
        for example in (ROOT / "docs" / "deployment").glob("cycle*.*"):
            (there / example.name).write_bytes(example.read_bytes())
        command = ["systemctl", f"--root={there.parents[2]}", "enable", *units]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert {link.name.partition(".")[0] for link in there.glob("*.wants/*")} >= {
            unit.partition(".")[0] for unit in units
        }

    return look


def base_image(_: Installation) -> None:
    """Look whether the page asks about the image that ours begins with, by its tag."""
    [base] = re.findall(r"^FROM ([^@\s]+)@sha256:", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert base in RENEW


LONG: Final = "it takes minutes, and starts servers that tests have"
DOCKER: Final = "no image is built by our tests"
RENEW: Final = "docker buildx imagetools inspect python:3.11-slim-bookworm --format '{{.Manifest.Digest}}'"

ELSEWHERE: Final = {
    "make test": Elsewhere("it is what runs this", makes("test", "-m pytest")),
    "make upgrade": Elsewhere(LONG, makes("upgrade", "-m tests.serving.old_installation.upgrade")),
    "make test-faults": Elsewhere(LONG, makes("test-faults", "-m tests.faults")),
    "make bench": Elsewhere(LONG, makes("bench", "-m bench")),
    "python -m bench.history": Elsewhere(LONG, a_module("bench.history")),
    "python -m bench.copying": Elsewhere(LONG, a_module("bench.copying")),
    "make run-cluster": Elsewhere(
        "tests/cluster types it", makes("run-cluster", "exec .venv/bin/python -m cycleproject.cluster.supervisor")
    ),
    "kill -HUP": Elsewhere(
        "tests/cluster sends it", tested("tests/cluster/test_cluster.py", "the_workers_are_replaced")
    ),
    "docker compose up --build --detach": Elsewhere(DOCKER, compose_knows("app-1", "app-2", "nginx", "database")),
    "SITE=cycle.example.org docker compose --profile https up --build --detach --scale nginx=0": Elsewhere(
        DOCKER, compose_knows("nginx", "caddy", profile="https")
    ),
    "docker compose restart app-1": Elsewhere(DOCKER, compose_knows("app-1", "app-2")),
    RENEW: Elsewhere("it asks a registry", base_image),
    "systemctl enable --now cycle-backup.timer": Elsewhere(
        "it changes the machine", enables("cycle-backup.timer", "cycle@8001", "cycle@8002")
    ),
}
